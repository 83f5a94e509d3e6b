-- Stock at the end of each month in which a product moved, with its value at cost.
with levels as (
    select
        stock.warehouse_code,
        stock.product_id,
        stock.month,
        coalesce(stock.quantity_in, 0) as quantity_in,
        coalesce(stock.quantity_out, 0) as quantity_out,
        sum(stock.quantity_change) over (
            partition by stock.warehouse_code, stock.product_id
            order by stock.month
        ) as quantity_on_hand
    from intermediate.int_stock_months as stock
)

select
    levels.month,
    levels.warehouse_code,
    levels.product_id,
    cast(levels.quantity_in as bigint) as quantity_in,
    cast(levels.quantity_out as bigint) as quantity_out,
    cast(levels.quantity_on_hand as bigint) as quantity_on_hand,
    cast(levels.quantity_on_hand * products.unit_cost as decimal(18, 2)) as stock_value,
    case
        when levels.quantity_on_hand = 0 then 'out of stock'
        when levels.quantity_on_hand < levels.quantity_out then 'low'
        else 'in stock'
    end as stock_status
from levels
inner join staging.stg_products as products
    on levels.product_id = products.product_id
