-- Every day of trade with its share of all orders: growth, weekday, season, sales days and a bad week.
with days as (
    select
        d.day,
        date '2023-01-01' + d.day::integer as order_date,
        isodow(date '2023-01-01' + d.day::integer) as weekday,
        month(date '2023-01-01' + d.day::integer) as month,
        strftime(date '2023-01-01' + d.day::integer, '%m-%d') as month_day
    from range(date '2026-11-20' - date '2023-01-01') as d(day)
),

-- All factors are in thousandths, so that the curve is the same integers everywhere.
occasions (first_date, last_date, factor) as (
    values
        (date '2023-11-24', date '2023-11-24', 2500),
        (date '2023-11-25', date '2023-11-27', 1800),
        (date '2024-11-29', date '2024-11-29', 2600),
        (date '2024-11-30', date '2024-12-02', 1850),
        (date '2025-11-28', date '2025-11-28', 2700),
        (date '2025-11-29', date '2025-12-01', 1900),
        (date '2025-03-10', date '2025-03-16', 640),
        (date '2026-05-14', date '2026-05-17', 1350)
),

weighed as (
    select
        days.day,
        days.order_date,
        (1000 + days.day * 10 // 7)
        * [960, 900, 920, 970, 1090, 1260, 990][days.weekday]
        * [880, 840, 910, 950, 980, 960, 930, 900, 970, 1020, 1280, 1520][days.month]
        * coalesce(occasions.factor, 1000) // 1000000000
        * case days.month_day
            when '12-24' then 620
            when '12-25' then 180
            when '12-26' then 450
            when '12-31' then 640
            when '01-01' then 350
            else 1000
        end // 1000
        * (840 + pick(days.day, #day_first_half, 160) + pick(days.day, #day_second_half, 160)) // 1000 as weight
    from days
    left join occasions
        on days.order_date between occasions.first_date and occasions.last_date
),

shares as (
    select
        day,
        order_date,
        sum(weight) over (order by day) - weight as weight_before,
        sum(weight) over (order by day) as weight_after,
        sum(weight) over () as weight_total
    from weighed
)

select
    day,
    order_date,
    (scaled(30000) * weight_before // weight_total)::bigint as orders_before,
    (scaled(30000) * weight_after // weight_total)::bigint as orders_after,
    scaled(30000) as all_orders,
    -- The first customers had signed up before the first day on record.
    scaled(1200) as first_customers,
    (scaled(1200) + scaled(4800) * weight_before // weight_total)::bigint as customers_before,
    (scaled(1200) + scaled(4800) * weight_after // weight_total)::bigint as customers_after,
    (scaled(12000) * weight_before // weight_total)::bigint as touches_before,
    (scaled(12000) * weight_after // weight_total)::bigint as touches_after
from shares
order by day
