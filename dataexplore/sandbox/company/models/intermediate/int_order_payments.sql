-- One row an order: how it was paid in the end and what it took.
with attempts as (
    select
        *,
        row_number() over (partition by order_id order by attempt desc) as latest_rank
    from staging.stg_payments
),

tries as (
    select
        order_id,
        count(*) as attempt_count,
        count(*) filter (where status = 'failed') as failed_count
    from attempts
    group by order_id
)

select
    latest.order_id,
    latest.method,
    latest.status as payment_status,
    latest.failure_code,
    latest.attempted_at as paid_at,
    tries.attempt_count,
    tries.failed_count
from attempts as latest
inner join tries
    on latest.order_id = tries.order_id
where latest.latest_rank = 1
