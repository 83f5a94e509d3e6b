-- Clicks from shop and app: visits that end in an order and visits that do not. Some events are delivered twice.
with visits as (
    select
        order_id * 2 as session_number,
        customer_id,
        ordered_at - interval '11 minutes' as started_at,
        channel = 'app' as is_app,
        5 as steps
    from purchases
    where channel <> 'store' and pick(order_id, #tracked, 100) < 15
    union all
    select
        order_id * 2 + 1 as session_number,
        case when pick(order_id, #signed_in, 100) < 35 then customer_id end as customer_id,
        order_date + to_seconds(20000 + pick(order_id, #visit, 65000)) as started_at,
        pick(order_id, #visit_by_app, 100) < 30 as is_app,
        [1, 1, 1, 2, 2, 3, 4][1 + pick(order_id, #steps, 7)] as steps
    from purchases
    where pick(order_id, #visited, 100) < 32
),

stepped as (
    select *, unnest(range(1, steps + 1)) as step
    from visits
),

events as (
    select *, session_number * 8 + step as event_id
    from stepped
),

told as (
    select
        event_id,
        -- Looks random, is a permutation: no two sessions share it.
        printf('%012x', session_number * 1000003 % 281474976710597) as session_id,
        customer_id,
        ['page_view', 'product_view', 'add_to_cart', 'checkout', 'purchase'][step] as event_type,
        case step
            when 1 then ['/', '/', '/sale', '/journal/herbs', '/c/éclairage'][1 + pick(session_number, #landing, 5)]
            when 4 then '/checkout'
            when 5 then '/thank-you'
            else concat('/p/', 1 + pick(event_id, #page, 420))
        end
        || case
            when step = 1 and pick(session_number, #tagged, 3) = 0
                then printf(
                    '?utm_campaign=%s&utm_source=%s',
                    strftime(started_at, '%Y%m'),
                    ['email', 'social', 'search'][1 + pick(session_number, #source, 3)]
                )
            else ''
        end as page_url,
        case
            when is_app then 'app'
            else ['desktop', 'mobile', 'mobile', 'tablet', null][1 + pick(session_number, #device, 5)]
        end as device,
        {
            'browser': ['Firefox', 'Chrome', 'Safari', 'Edge'][1 + pick(session_number, #browser, 4)],
            'bot': session_number % 61 = 0
        } as client,
        started_at + to_seconds(step * (30 + pick(session_number, #pace, 90))) as occurred_at
    from events
)

select *, occurred_at + interval '3 seconds' as _loaded_at
from told
union all
select *, occurred_at + interval '10 minutes' as _loaded_at
from told
where pick(event_id, #delivered_twice, 50) = 0
