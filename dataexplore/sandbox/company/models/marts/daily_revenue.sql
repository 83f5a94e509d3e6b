-- Revenue a day and channel in euros, with its weekly mean and the same weekday a year before.
with daily as (
    select
        order_date,
        channel,
        count(*) filter (where not is_cancelled) as order_count,
        count(distinct customer_id) as customer_count,
        cast(sum(amount) as decimal(18, 2)) as revenue
    from intermediate.int_order_revenue
    group by order_date, channel
)

select
    today.order_date,
    today.channel,
    today.order_count,
    today.customer_count,
    today.revenue,
    cast(
        sum(today.revenue) over (
            partition by today.channel
            order by today.order_date
            range between interval 6 day preceding and current row
        ) / 7 as decimal(18, 2)
    ) as mean_revenue_of_7_days,
    year_before.revenue as revenue_year_before
from daily as today
left join daily as year_before
    on today.channel = year_before.channel
    and today.order_date = year_before.order_date + 364
order by today.order_date, today.channel
