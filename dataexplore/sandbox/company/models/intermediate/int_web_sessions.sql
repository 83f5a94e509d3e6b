-- One row a visit: where it began, how far it went and whether it ended in a purchase.
select
    session_id,
    min(customer_id) as customer_id,
    min(device) as device,
    min(browser) as browser,
    max(utm_source) as utm_source,
    min_by(page_path, event_id) as landing_page,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    cast(min(occurred_at) as date) as session_date,
    count(*) as event_count,
    count(distinct page_path) as page_count,
    bool_or(event_type = 'product_view') as has_product_view,
    bool_or(event_type = 'add_to_cart') as has_cart,
    bool_or(event_type = 'purchase') as has_purchase
from staging.stg_web_events
group by session_id
