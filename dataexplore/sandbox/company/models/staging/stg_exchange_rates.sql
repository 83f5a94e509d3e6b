-- A rate to the euro for every currency and day: a quote holds until the next one; the euro's own is one.
with quotes as (
    select
        currency,
        cast(strptime(rate_date, '%Y%m%d') as date) as quoted_on,
        cast(rate_to_eur as decimal(12, 6)) as rate_to_eur
    from raw.exchange_rates
),

periods as (
    select
        currency,
        rate_to_eur,
        quoted_on,
        lead(quoted_on, 1, date '2026-11-20') over (partition by currency order by quoted_on) as replaced_on
    from quotes
),

filled as (
    select
        currency,
        rate_to_eur,
        quoted_on,
        unnest(generate_series(quoted_on, replaced_on - 1, interval 1 day)) as rate_date
    from periods
)

select
    cast(rate_date as date) as rate_date,
    currency,
    rate_to_eur
from filled
union all
-- Every day has a quote for the dollar, so the euro gets the same days.
select
    cast(rate_date as date) as rate_date,
    'EUR' as currency,
    cast(1 as decimal(12, 6)) as rate_to_eur
from filled
where currency = 'USD'
