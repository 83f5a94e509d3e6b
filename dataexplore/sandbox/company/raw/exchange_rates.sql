-- Euros for one unit of a foreign currency, on working days only, as the bank's file writes them.
with quotes (n, currency, first_rate) as (
    values
        (1, 'GBP', 1.13),
        (2, 'USD', 0.93),
        (3, 'SEK', 0.089),
        (4, 'PLN', 0.214),
        (5, 'CZK', 0.0415),
        (6, 'CHF', 1.01),
        (7, 'JPY', 0.0071)
),

steps as (
    select
        quotes.currency,
        quotes.first_rate,
        calendar.order_date as rate_date,
        -- A walk in steps of at most 3 in 1,000.
        sum(pick(calendar.day * 8 + quotes.n, #rate, 61) - 30)
            over (partition by quotes.currency order by calendar.day) as walked
    from quotes
    cross join calendar
)

select
    strftime(rate_date, '%Y%m%d') as rate_date,
    currency,
    (first_rate * (10000 + walked) / 10000)::decimal(12, 6)::varchar as rate_to_eur
from steps
where isodow(rate_date) <= 5 or rate_date = date '2023-01-01'
order by rate_date, currency
