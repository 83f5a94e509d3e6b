-- One row an order line of the orders that were not cancelled, in euros, with the margin it left.
select
    lines.order_line_id,
    lines.order_id,
    orders.order_date,
    orders.customer_id,
    lines.product_id,
    lines.quantity,
    cast(round(lines.net_amount * rates.rate_to_eur, 2) as decimal(18, 2)) as net_amount,
    cast(round(coalesce(refunds.amount, 0) * rates.rate_to_eur, 2) as decimal(18, 2)) as refunded_amount,
    cast(lines.quantity * products.unit_cost as decimal(18, 2)) as cost_amount,
    cast(round(lines.net_amount * rates.rate_to_eur, 2) - lines.quantity * products.unit_cost as decimal(18, 2))
        as margin_amount,
    refunds.reason as refund_reason
from staging.stg_order_lines as lines
inner join staging.stg_orders as orders
    on lines.order_id = orders.order_id
inner join staging.stg_products as products
    on lines.product_id = products.product_id
inner join staging.stg_exchange_rates as rates
    on orders.order_date = rates.rate_date and orders.currency = rates.currency
left join staging.stg_refunds as refunds
    on lines.order_line_id = refunds.order_line_id
where not orders.is_cancelled
