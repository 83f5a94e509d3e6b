-- What happened: every order once and clean. The raw tables tell it the way source systems do.
with numbered as (
    select
        unnest(range(orders_before + 1, orders_after + 1)) as order_id,
        day,
        order_date,
        customers_before as customers,
        order_date between date '2025-03-10' and date '2025-03-16' as payments_are_down
    from calendar
),

drawn as (
    select *, noise(order_id, #customer) as lot
    from numbered
),

buyers as (
    select
        *,
        -- Near half of the orders come from loyal customers, who signed up early.
        1 + (
            (customers * case when pick(order_id, #loyal, 100) < 45 then (lot * lot) >> 31 else lot end) >> 31
        ) as customer_id
    from drawn
),

placed as (
    select
        buyers.order_id,
        buyers.day,
        buyers.order_date,
        buyers.customer_id,
        buyers.payments_are_down,
        market_slots.country_code,
        market_slots.currency,
        market_slots.price_factor,
        case
            when market_slots.first_store_id is not null and pick(buyers.order_id, #channel, 100) < 32
                then market_slots.first_store_id + pick(buyers.customer_id, #nearest_store, 6)
        end as store_id,
        case when pick(buyers.order_id, #app, 100) < 12 + buyers.day // 50 then 'app' else 'web' end as online_channel
    from buyers
    inner join market_slots
        on market_slots.slot = pick(buyers.customer_id, #market, 100)
)

select
    order_id,
    day,
    order_date,
    customer_id,
    store_id is not null and pick(order_id, #anonymous, 100) < 22 as is_anonymous,
    country_code,
    currency,
    price_factor,
    store_id,
    case when store_id is null then online_channel else 'store' end as channel,
    store_id is null and (
        pick(order_id, #cancelled, 1000) < 28
        or (payments_are_down and pick(order_id, #declined, 100) < 72)
    ) as is_cancelled,
    store_id is null and payments_are_down and pick(order_id, #declined, 100) < 72 as is_declined,
    order_date::timestamp + to_seconds(
        (case when store_id is null then 23100 else 31200 end)
        + pick(order_id, #first_half_of_the_time, case when store_id is null then 31500 else 20400 end)
        + pick(order_id, #second_half_of_the_time, case when store_id is null then 31500 else 20400 end)
    ) as ordered_at,
    case
        when store_id is not null or pick(order_id, #free_shipping, 100) < 40 then 0
        else price(4.90 * price_factor, currency)
    end::decimal(10, 2) as shipping_fee
from placed
