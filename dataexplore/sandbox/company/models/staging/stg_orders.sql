-- One row an order: the newest version of it, codes cleaned.
with ranked as (
    select
        *,
        row_number() over (partition by order_id order by _loaded_at desc) as version_rank
    from raw.orders
)

select
    order_id,
    order_number,
    customer_id,
    channel,
    store_id,
    lower(trim(status)) as status,
    lower(trim(status)) = 'cancelled' as is_cancelled,
    currency,
    shipping_fee,
    upper(trim(coupon_code)) as coupon_code,
    ordered_at,
    cast(ordered_at as date) as order_date,
    _loaded_at as loaded_at
from ranked
where version_rank = 1
