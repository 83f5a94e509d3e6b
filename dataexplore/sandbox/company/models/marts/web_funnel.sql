-- How visits a day and device went from page to purchase.
select
    session_date,
    device,
    count(*) as sessions,
    count(*) filter (where has_product_view) as sessions_with_product,
    count(*) filter (where has_cart) as sessions_with_cart,
    count(*) filter (where has_purchase) as sessions_with_purchase,
    round(100.0 * count(*) filter (where has_purchase) / count(*), 2) as conversion_percent,
    cast(median(date_diff('second', started_at, ended_at)) as integer) as median_seconds
from intermediate.int_web_sessions
group by session_date, device
