-- Warehouse movements, each signed: what enters is positive.
select
    movement_id,
    warehouse_code,
    product_id,
    movement_type,
    quantity,
    moved_at,
    cast(date_trunc('month', moved_at) as date) as month,
    order_line_id
from raw.inventory_movements
