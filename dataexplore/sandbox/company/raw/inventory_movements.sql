-- What entered and left the two warehouses since the warehouse system came on 2025-01-01.
with issues as (
    select
        shipments.warehouse_code,
        lines.product_id,
        lines.order_line_id,
        lines.quantity,
        shipments.shipped_at,
        date_trunc('quarter', shipments.shipped_at)::date as quarter
    from raw.shipments
    inner join raw.order_lines as lines using (order_id)
    where shipments.shipped_at >= timestamp '2025-01-01'
),

demand as (
    select warehouse_code, product_id, quarter, sum(quantity)::bigint as quantity
    from issues
    group by warehouse_code, product_id, quarter
),

shelves as (
    select
        codes.warehouse_code,
        products.product_id,
        products.product_id * 2 + codes.n as shelf
    from raw.products
    cross join (values (0, 'LEJ'), (1, 'LYO')) as codes (n, warehouse_code)
),

-- Keys: shelves stay below 2,000, so the ranges below never meet.
opened as (
    select
        2000 + shelf as movement_id,
        warehouse_code,
        product_id,
        'opening' as movement_type,
        4 + pick(shelf, #opening, 13) as quantity,
        timestamp '2025-01-01 00:00:00' as moved_at,
        null::bigint as order_line_id
    from shelves
),

-- Bought in full cartons of six on the first of the quarter, enough for what the quarter will sell.
received as (
    select
        10000 + (product_id * 2 + if(warehouse_code = 'LEJ', 0, 1)) * 10
        + datediff('quarter', date '2025-01-01', quarter) as movement_id,
        warehouse_code,
        product_id,
        'receipt' as movement_type,
        (quantity + 5) // 6 * 6 as quantity,
        quarter::timestamp as moved_at,
        null::bigint as order_line_id
    from demand
),

-- The yearly count finds up to four pieces less, never more than the shelf opened with.
counted as (
    select
        5000 + shelf as movement_id,
        warehouse_code,
        product_id,
        'count' as movement_type,
        -1 - pick(shelf, #shrinkage, 4) as quantity,
        timestamp '2026-01-02 06:00:00' as moved_at,
        null::bigint as order_line_id
    from shelves
    where pick(shelf, #miscounted, 3) = 0
),

issued as (
    select
        1000000 + order_line_id as movement_id,
        warehouse_code,
        product_id,
        'issue' as movement_type,
        -quantity as quantity,
        shipped_at as moved_at,
        order_line_id
    from issues
)

from opened
union all
from received
union all
from counted
union all
from issued
