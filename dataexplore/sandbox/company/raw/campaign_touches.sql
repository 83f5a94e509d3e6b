-- Messages and ads that reached a known customer; some are followed by an order.
with numbered as (
    select
        unnest(range(touches_before + 1, touches_after + 1)) as touch_id,
        order_date as touched_on,
        customers_after,
        orders_after,
        all_orders
    from calendar
),

drawn as (
    select
        *,
        pick(touch_id, #channel, 3) as channel_number,
        1 + pick(touch_id, #customer, customers_after) as anybody,
        -- Four in ten go to somebody who buys within the next days or weeks.
        case
            when pick(touch_id, #buyer, 100) < 40
                then least(orders_after + pick(touch_id, #order, 1 + all_orders // 160), all_orders)
        end as next_order_id
    from numbered
),

aimed as (
    select
        drawn.*,
        coalesce(purchases.customer_id, drawn.anybody) as customer_id
    from drawn
    left join purchases
        on purchases.order_id = drawn.next_order_id and purchases.customer_id <= drawn.customers_after
)

select
    touch_id,
    1 + 3 * datediff('month', date '2023-01-01', touched_on) + channel_number as campaign_id,
    customer_id,
    case
        when channel_number = 0 then ['sent', 'sent', 'open', 'click'][1 + pick(touch_id, #type, 4)]
        else ['impression', 'click'][1 + pick(touch_id, #type, 2)]
    end as touch_type,
    touched_on + to_seconds(25000 + pick(touch_id, #time, 55000)) as touched_at,
    case channel_number when 0 then 0.004 when 1 then 0.062 else 0.410 end::decimal(10, 3) as cost_eur
from aimed
