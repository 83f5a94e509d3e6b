-- Questions and complaints; the customer may rate the answer from 1 to 5.
with asked as (
    select
        purchases.*,
        ordered_at + to_seconds(7200 + pick(order_id, #asked_after, 800000)) as opened_at,
        is_declined or pick(order_id, #urgent, 100) < 9 as is_urgent
    from purchases
    where not is_anonymous and pick(order_id, #ticket, 1000) < case when is_declined then 420 else 72 end
),

answered as (
    select
        *,
        -- Answers are slower around Christmas.
        opened_at + to_seconds(
            (600 + pick(order_id, #waiting, case when is_urgent then 14000 else 90000 end))
            * case when month(order_date) = 12 then 2 else 1 end
        ) as first_response_at,
        pick(order_id, #effort, 400000) as effort
    from asked
    where opened_at < timestamp '2026-11-20'
)

select
    order_id as ticket_id,
    customer_id,
    case when pick(order_id, #no_order, 5) > 0 then order_id end as order_id,
    44 + pick(order_id, #agent, 40) as agent_id,
    ['email', 'chat', 'phone', 'Chat'][1 + pick(order_id, #ticket_channel, 4)] as channel,
    case
        when is_urgent then 'urgent'
        else ['low', 'normal', 'normal', 'high'][1 + pick(order_id, #priority, 4)]
    end as priority,
    case
        when is_declined then 'Payment does not go through'
        else [
            'Where is my parcel?', 'Broken on arrival', 'Wo ist meine Bestellung?', 'Remboursement svp',
            'How do I clean cast iron?', 'Wrong size, can I swap? 🙏', 'Invoice missing', 'Discount code "HERBST" refused'
        ][1 + pick(order_id, #subject, 8)]
    end as subject,
    opened_at,
    case when first_response_at < timestamp '2026-11-20' then first_response_at end as first_response_at,
    case
        when first_response_at + to_seconds(effort) < timestamp '2026-11-20' and pick(order_id, #never_closed, 50) > 0
            then first_response_at + to_seconds(effort)
    end as closed_at,
    case
        when pick(order_id, #rated, 100) >= 46 then null
        when effort > 330000 then 1 + pick(order_id, #angry, 3)
        else 3 + pick(order_id, #content, 3)
    end as satisfaction
from answered
