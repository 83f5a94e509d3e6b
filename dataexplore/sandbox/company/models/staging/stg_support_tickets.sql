-- Support tickets with waiting and solving times in minutes.
select
    ticket_id,
    customer_id,
    order_id,
    agent_id,
    lower(channel) as channel,
    priority,
    trim(subject) as subject,
    opened_at,
    first_response_at,
    closed_at,
    closed_at is not null as is_closed,
    date_diff('minute', opened_at, first_response_at) as response_minutes,
    date_diff('minute', opened_at, closed_at) as solving_minutes,
    satisfaction
from raw.support_tickets
