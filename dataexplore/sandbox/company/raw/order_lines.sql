-- One row an order line, prices in the order's currency.
with numbered as (
    select
        order_id,
        day,
        order_date,
        currency,
        price_factor,
        unnest(
            range(1, [2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7][1 + pick(order_id, #lines, 20)])
        ) as line_number
    from purchases
),

keyed as (
    select
        *,
        order_id * 8 + line_number as order_line_id,
        noise(order_id * 8 + line_number, #product) as lot
    from numbered
),

drawn as (
    select
        *,
        -- Low numbers sell best; nothing sells before its launch.
        1 + (((420 + day * 180 // 1419) * ((lot * lot) >> 31)) >> 31) as first_choice
    from keyed
),

chosen as (
    select
        *,
        -- Who wanted a discontinued product took its neighbour.
        case
            when order_date >= date '2025-06-30' and first_choice < 420 and first_choice % 17 = 0 then first_choice + 1
            else first_choice
        end as product_id,
        case
            when order_date between date '2023-11-24' and date '2023-11-27'
            or order_date between date '2024-11-29' and date '2024-12-02'
            or order_date between date '2025-11-28' and date '2025-12-01'
                then [0, 15, 20, 20, 30][1 + pick(order_line_id, #black_friday, 5)]
            else [0, 0, 0, 0, 0, 0, 0, 5, 10, 20][1 + pick(order_line_id, #discount, 10)]
        end as discount_percent
    from drawn
)

select
    chosen.order_line_id,
    chosen.order_id,
    chosen.line_number,
    chosen.product_id,
    case
        when pick(chosen.order_line_id, #bulk, 400) = 0 then 12
        else [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][1 + pick(chosen.order_line_id, #quantity, 10)]
    end as quantity,
    -- The price list rises by 3 in 100 every year.
    price(
        products.list_price * chosen.price_factor * (1 + 0.03 * (year(chosen.order_date) - 2023)), chosen.currency
    ) as unit_price,
    nullif(chosen.discount_percent, 0) as discount_percent
from chosen
inner join raw.products
    on chosen.product_id = products.product_id
