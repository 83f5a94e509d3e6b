-- One row a customer: the newest account row, e-mail in small letters, country as a code, dates as dates.
with newest as (
    select *
    from raw.customers
    qualify row_number() over (partition by customer_id order by _loaded_at desc) = 1
)

select
    customer_id,
    trim(first_name) as first_name,
    trim(last_name) as last_name,
    concat(trim(first_name), ' ', trim(last_name)) as full_name,
    lower(trim(email)) as email,
    case
        when length(trim(country)) = 2 then upper(trim(country))
        when country = 'Germany' then 'DE'
        when country = 'France' then 'FR'
        when country = 'United Kingdom' then 'GB'
        when country = 'United States' then 'US'
        when country = 'Netherlands' then 'NL'
        when country = 'Sweden' then 'SE'
        when country = 'Poland' then 'PL'
        when country = 'Spain' then 'ES'
        when country = 'Czechia' then 'CZ'
        when country = 'Switzerland' then 'CH'
        when country = 'Greece' then 'GR'
        when country = 'Japan' then 'JP'
    end as country_code,
    nullif(trim(city), '') as city,
    cast(
        coalesce(try_strptime(signed_up_on, '%Y-%m-%d'), try_strptime(signed_up_on, '%d.%m.%Y')) as date
    ) as signed_up_on,
    case
        when lower(marketing_consent) in ('y', 'yes') then true
        when lower(marketing_consent) in ('n', 'no') then false
    end as may_be_contacted,
    birth_year,
    loyalty_tier
from newest
