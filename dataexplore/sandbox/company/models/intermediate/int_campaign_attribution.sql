-- Every order credited to the customer's last reaction in the 14 days before it.
select
    orders.order_id,
    orders.customer_id,
    orders.order_date,
    touches.campaign_id,
    touches.touch_id,
    touches.touched_at,
    date_diff('day', cast(touches.touched_at as date), orders.order_date) as days_since_touch
from staging.stg_orders as orders
inner join staging.stg_campaign_touches as touches
    on orders.customer_id = touches.customer_id
    and touches.touched_at < orders.ordered_at
    and touches.touched_at >= orders.ordered_at - interval 14 day
where touches.is_reaction and not orders.is_cancelled
qualify row_number() over (partition by orders.order_id order by touches.touched_at desc, touches.touch_id) = 1
