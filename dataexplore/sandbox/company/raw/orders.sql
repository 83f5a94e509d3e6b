-- Orders from shop, app and tills. An order that changed is sent again; some rows arrive days late, some twice.
with latest as (
    select
        order_id,
        printf('%s-%d-%07d', upper(left(channel, 1)), year(order_date), order_id) as order_number,
        case when is_anonymous then null else customer_id end as customer_id,
        channel,
        store_id,
        case
            when is_cancelled then 'cancelled'
            when channel = 'store' then 'completed'
            when order_date >= date '2026-11-19' then 'placed'
            when order_date >= date '2026-11-18' then 'packed'
            when order_date >= date '2026-11-13' then 'shipped'
            else 'delivered'
        end as status,
        currency,
        shipping_fee,
        case
            when pick(order_id, #coupon, 100) < 7
                then ['WELCOME10', 'HERBST', 'été-15', 'FREUNDE', 'vip 20'][1 + pick(order_id, #which_coupon, 5)]
        end as coupon_code,
        ordered_at,
        order_date::timestamp + interval '28 hours'
        + to_days(case when pick(order_id, #late, 100) = 0 then 2 + pick(order_id, #how_late, 8) else 0 end::integer)
            as loaded_at
    from purchases
),

versions as (
    select latest.* replace (least(loaded_at, timestamp '2026-11-20 04:00:00') as loaded_at)
    from latest
    union all
    -- The same order before it was packed.
    select latest.* replace ('placed' as status, ordered_at + interval '10 minutes' as loaded_at)
    from latest
    where pick(order_id, #sent_before, 100) < 4 and channel <> 'store'
    union all
    -- The same row twice: a loader that was restarted.
    select latest.* replace (least(loaded_at, timestamp '2026-11-20 04:00:00') as loaded_at)
    from latest
    where pick(order_id, #loaded_twice, 200) = 0
)

select
    order_id,
    order_number,
    customer_id,
    channel,
    store_id,
    -- The old shop system, in use until 2023, shouted and padded its codes.
    case when ordered_at < timestamp '2024-01-01' then rpad(upper(status), 12, ' ') else status end as status,
    currency,
    shipping_fee,
    coupon_code,
    ordered_at,
    loaded_at as _loaded_at
from versions
