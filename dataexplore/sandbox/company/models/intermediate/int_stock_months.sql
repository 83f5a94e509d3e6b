-- What entered and left a warehouse per product and month.
select
    warehouse_code,
    product_id,
    month,
    sum(quantity) filter (where quantity > 0) as quantity_in,
    sum(-quantity) filter (where quantity < 0) as quantity_out,
    sum(quantity) as quantity_change,
    count(*) as movement_count
from staging.stg_inventory_movements
group by warehouse_code, product_id, month
