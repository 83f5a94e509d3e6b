-- One row an order. amount is what the company kept, in euros: lines after discount less refunds; 0 if cancelled.
select
    orders.order_id,
    orders.order_number,
    orders.order_date,
    orders.ordered_at,
    orders.customer_id,
    orders.store_id,
    orders.channel,
    orders.status,
    orders.is_cancelled,
    orders.coupon_code,
    payments.method as payment_method,
    payments.payment_status,
    payments.failed_count > 0 as had_failed_payment,
    revenue.currency,
    revenue.line_count,
    revenue.item_count,
    revenue.gross_amount,
    revenue.discount_amount,
    revenue.refunded_amount,
    revenue.shipping_amount,
    revenue.amount_in_currency,
    revenue.amount,
    revenue.customer_order_number = 1 as is_first_order,
    shipments.warehouse_code,
    shipments.carrier,
    shipments.transit_hours,
    shipments.delivered_at
from staging.stg_orders as orders
inner join intermediate.int_order_revenue as revenue
    on orders.order_id = revenue.order_id
left join intermediate.int_order_payments as payments
    on orders.order_id = payments.order_id
left join staging.stg_shipments as shipments
    on orders.order_id = shipments.order_id
