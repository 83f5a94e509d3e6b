-- Shops of the chain, six in each country that has any.
with places (place, country_code, cities) as (
    values
        (0, 'DE', ['Berlin', 'München', 'Köln', 'Hamburg', 'Düsseldorf', 'Leipzig']),
        (1, 'FR', ['Paris', 'Lyon', 'Marseille', 'Nîmes', 'Besançon', 'Lille']),
        (2, 'GB', ['London', 'Manchester', 'Bristol', 'Edinburgh', 'Leeds', 'Cardiff']),
        (3, 'US', ['New York', 'Portland', 'Chicago', 'Austin', 'San José', 'Boston']),
        (4, 'NL', ['Amsterdam', 'Rotterdam', 'Utrecht', 'Den Haag', '''s-Hertogenbosch', 'Groningen']),
        (5, 'SE', ['Stockholm', 'Göteborg', 'Malmö', 'Umeå', 'Västerås', 'Örebro'])
)

select
    n as store_id,
    concat('Hem & Hage ', places.cities[1 + (n - 1) % 6]) as store_name,
    places.cities[1 + (n - 1) % 6] as city,
    case when n = 14 then lower(places.country_code) else places.country_code end as country_code,
    date '2012-04-01' + pick(n, #opened, 3800)::integer as opened_on,
    180 + pick(n, #size, 900) as square_metres,
    -- Number 1 is the managing director; the store managers follow the six directors.
    7 + n as manager_employee_id
from range(1, 37) as numbers(n)
inner join places
    on places.place = (n - 1) // 6
order by store_id
