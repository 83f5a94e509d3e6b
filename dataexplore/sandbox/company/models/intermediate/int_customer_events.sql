-- Everything a customer did or was sent, one after the other.
select customer_id, 'order' as event_type, ordered_at as happened_at, order_id as event_key
from staging.stg_orders
where customer_id is not null
union all
select customer_id, 'ticket' as event_type, opened_at, ticket_id
from staging.stg_support_tickets
union all
select customer_id, 'touch' as event_type, touched_at, touch_id
from staging.stg_campaign_touches
union all
select orders.customer_id, 'refund' as event_type, refunds.refunded_at, refunds.refund_id
from staging.stg_refunds as refunds
inner join staging.stg_orders as orders
    on refunds.order_id = orders.order_id
where orders.customer_id is not null
