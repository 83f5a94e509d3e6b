-- Parcels with their time on the road in hours.
select
    *,
    delivered_at is not null as is_delivered,
    date_diff('hour', shipped_at, delivered_at) as transit_hours
from raw.shipments
