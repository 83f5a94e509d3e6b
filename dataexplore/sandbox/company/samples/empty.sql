-- Columns of many types and not one row.
select
    1::bigint as id,
    ''::varchar as text,
    1::decimal(18, 4) as amount,
    date '2026-01-01' as day,
    timestamp '2026-01-01 00:00:00' as moment,
    [1] as numbers,
    {'a': 1, 'b': 'two'} as pair
where false
