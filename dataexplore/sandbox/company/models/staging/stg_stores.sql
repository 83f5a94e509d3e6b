-- Stores with their country in capitals.
select * replace (upper(country_code) as country_code)
from raw.stores
