-- Payment attempts with the method's spelling made one.
select
    payment_id,
    order_id,
    attempt,
    lower(method) as method,
    status,
    status = 'captured' as is_captured,
    amount,
    currency,
    attempted_at,
    failure_code
from raw.payments
