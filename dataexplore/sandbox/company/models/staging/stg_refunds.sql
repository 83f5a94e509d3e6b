-- Refunds with the reason's spelling made one.
select
    * replace (coalesce(lower(reason), 'not given') as reason),
    cast(refunded_at as date) as refund_date
from raw.refunds
