-- Support a month and priority: how much was asked, how fast it was answered, how happy the customers were.
with targets as (
    select 'urgent' as priority, 240 as target_minutes
    union all
    select 'high', 720
    union all
    select 'normal', 1440
    union all
    select 'low', 2880
)

select
    cast(date_trunc('month', tickets.opened_at) as date) as month,
    tickets.priority,
    count(*) as ticket_count,
    count(distinct tickets.agent_id) as agent_count,
    count(*) filter (where tickets.is_closed) as closed_count,
    median(tickets.response_minutes) as median_response_minutes,
    round(100.0 * count(*) filter (where tickets.response_minutes <= targets.target_minutes) / count(*), 1)
        as answered_in_time_percent,
    round(avg(tickets.satisfaction), 2) as mean_satisfaction,
    count(tickets.order_id) as tickets_about_orders,
    count(*) filter (where payments.failed_count > 0) as tickets_after_failed_payment
from staging.stg_support_tickets as tickets
inner join targets
    on tickets.priority = targets.priority
left join intermediate.int_order_payments as payments
    on tickets.order_id = payments.order_id
group by date_trunc('month', tickets.opened_at), tickets.priority
