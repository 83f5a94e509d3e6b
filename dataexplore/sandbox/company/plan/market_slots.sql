-- A hundred slots, each a market, so that one number below 100 draws a market by its weight.
with bounds as (
    select *, sum(weight) over (order by weight desc, country_code) as upper_slot
    from markets
)

select
    slots.slot,
    bounds.country_code,
    bounds.country_name,
    bounds.currency,
    bounds.price_factor,
    bounds.first_store_id
from range(100) as slots(slot)
inner join bounds
    on slots.slot >= bounds.upper_slot - bounds.weight and slots.slot < bounds.upper_slot
