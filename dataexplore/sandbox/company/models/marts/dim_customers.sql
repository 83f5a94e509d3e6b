-- One row a customer with what is known about them.
with activity as (
    select
        customer_id,
        max(happened_at) as last_seen_at,
        count(*) filter (where event_type = 'order') as order_count,
        count(*) filter (where event_type = 'ticket') as ticket_count,
        count(*) filter (where event_type = 'refund') as refund_count
    from intermediate.int_customer_events
    group by customer_id
)

select
    customers.*,
    cast(date_trunc('month', customers.signed_up_on) as date) as cohort_month,
    case
        when customers.birth_year is null then 'unknown'
        when customers.birth_year >= 1997 then 'under 30'
        when customers.birth_year >= 1977 then '30 to 49'
        else '50 and over'
    end as age_group,
    activity.last_seen_at,
    coalesce(activity.order_count, 0) as order_count,
    coalesce(activity.ticket_count, 0) as ticket_count,
    coalesce(activity.refund_count, 0) as refund_count
from staging.stg_customers as customers
left join activity
    on customers.customer_id = activity.customer_id
