-- What each buying customer has brought so far, ranked by recency, frequency and money.
with purchases as (
    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        count(*) as order_count,
        cast(sum(amount) as decimal(18, 2)) as lifetime_value
    from intermediate.int_order_revenue
    where customer_id is not null and not is_cancelled
    group by customer_id
),

scored as (
    select
        *,
        ntile(5) over (order by last_order_date, customer_id) as recency_score,
        ntile(5) over (order by order_count, customer_id) as frequency_score,
        ntile(5) over (order by lifetime_value, customer_id) as value_score
    from purchases
)

select
    scored.customer_id,
    customers.full_name,
    customers.country_code,
    scored.first_order_date,
    scored.last_order_date,
    scored.order_count,
    scored.lifetime_value,
    cast(scored.lifetime_value / scored.order_count as decimal(18, 2)) as mean_order_value,
    scored.recency_score,
    scored.frequency_score,
    scored.value_score,
    case
        when scored.recency_score >= 4 and scored.frequency_score >= 4 and scored.value_score >= 4 then 'champion'
        when scored.frequency_score >= 4 then 'loyal'
        when scored.recency_score <= 2 and scored.value_score >= 4 then 'at risk'
        when scored.recency_score >= 4 and scored.order_count = 1 then 'new'
        when scored.recency_score = 1 then 'lost'
        else 'regular'
    end as segment
from scored
inner join staging.stg_customers as customers
    on scored.customer_id = customers.customer_id
