-- Order lines with their amounts before and after discount, in the order's currency.
select
    order_line_id,
    order_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    coalesce(discount_percent, 0) as discount_percent,
    cast(quantity * unit_price as decimal(18, 2)) as gross_amount,
    cast(round(quantity * unit_price * (100 - coalesce(discount_percent, 0)) * 0.01, 2) as decimal(18, 2)) as net_amount
from raw.order_lines
