-- Attempts to pay; a declined one is often followed by another.
with bills as (
    select
        order_id,
        sum(round(quantity * unit_price * (100 - coalesce(discount_percent, 0)) * 0.01, 2)) as items
    from raw.order_lines
    group by order_id
),

methods as (
    select
        purchases.*,
        (bills.items + purchases.shipping_fee)::decimal(12, 2) as amount,
        case
            when channel = 'store' then ['card', 'card', 'cash', 'gift_card'][1 + pick(order_id, #till, 4)]
            when country_code = 'NL' and pick(order_id, #method, 3) > 0 then 'ideal'
            when country_code = 'PL' and pick(order_id, #method, 3) > 0 then 'blik'
            else ['card', 'card', 'paypal', 'paypal', 'invoice'][1 + pick(order_id, #online_method, 5)]
        end as method
    from purchases
    inner join bills using (order_id)
),

attempts as (
    select
        *,
        1 as attempt,
        case
            when is_declined then 'failed'
            when is_cancelled then 'voided'
            when order_date >= date '2026-11-19' and method = 'invoice' then 'pending'
            else 'captured'
        end as status,
        is_declined as is_outage
    from methods
    where is_declined or channel = 'store' or pick(order_id, #second_attempt, 100) >= 4
    union all
    select *, 1 as attempt, 'failed' as status, false as is_outage
    from methods
    where not is_declined and channel <> 'store' and pick(order_id, #second_attempt, 100) < 4
    union all
    select *, 2 as attempt, case when is_cancelled then 'voided' else 'captured' end as status, false as is_outage
    from methods
    where not is_declined and channel <> 'store' and pick(order_id, #second_attempt, 100) < 4
)

select
    order_id * 4 + attempt as payment_id,
    order_id,
    attempt,
    case when pick(order_id, #method_in_capitals, 30) = 0 then upper(method) else method end as method,
    status,
    amount,
    currency,
    ordered_at + to_seconds(attempt * (20 + pick(order_id, #typing, 160))) as attempted_at,
    case
        when is_outage then 'provider_timeout'
        when status = 'failed' then ['insufficient_funds', 'expired_card', 'wrong_code'][1 + pick(order_id, #failure, 3)]
    end as failure_code
from attempts
