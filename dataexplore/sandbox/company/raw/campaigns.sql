-- Marketing campaigns, one a month and channel, since 2023.
with months as (
    select
        n,
        n // 3 as month_number,
        (date '2023-01-01' + to_months((n // 3)::integer))::date as started_on,
        ['email', 'social', 'search'][1 + n % 3] as channel
    from range(141) as numbers(n)
)

select
    n + 1 as campaign_id,
    printf('%s_%s_%02d', strftime(started_on, '%Y%m'), channel, n + 1) as campaign_code,
    concat(
        ['Winter Sale', 'Valentine''s Table', 'Spring Clean', 'Balcony Season', 'Mother''s Day', 'Midsommar', 'Été au jardin',
            'Back to Desk', 'Harvest Table', 'Cosy Evenings', 'Black Friday', 'Weihnachten'][month(started_on)],
        ' ', year(started_on), ' – ', channel, case when n % 11 = 0 then ' ' else '' end
    ) as campaign_name,
    case when n % 13 = 0 then upper(channel) else channel end as channel,
    started_on,
    last_day(started_on) as ended_on,
    ((800 + pick(n, #budget, 2400)) * case when month(started_on) >= 11 then 3 else 1 end)::decimal(12, 2) as budget_eur
from months
order by campaign_id
