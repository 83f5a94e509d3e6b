-- Staff from the personnel system; everybody but the managing director has a manager.
with posts as (
    select
        n as employee_id,
        case
            when n = 1 then 'Managing Director'
            when n = 2 then 'Director Stores'
            when n = 3 then 'Director Customer Care'
            when n = 4 then 'Director Marketing'
            when n = 5 then 'Director Supply Chain'
            when n = 6 then 'Director Data'
            when n = 7 then 'Director Finance'
            when n <= 43 then 'Store Manager'
            when n <= 83 then 'Support Agent'
            else 'Sales Associate'
        end as job_title,
        case
            when n between 8 and 43 then n - 7
            when n > 83 then 1 + (n - 84) % 36
        end as store_id,
        case
            when n = 1 then null
            when n <= 7 then 1
            when n <= 43 then 2
            when n <= 83 then 3
            else 8 + (n - 84) % 36
        end as manager_id
    from range(1, 372) as numbers(n)
),

named as (
    select
        *,
        ['Anna', 'Björn', 'Chloé', 'David', 'Elif', 'François', 'Grace', 'Håkan', 'Inès', 'Jürgen', 'Katarzyna', 'Łukasz',
            'María', 'Noor', 'Oskar', 'Priya', 'Quentin', 'Rosa', 'Søren', 'Tomáš', 'Ulla', 'Viktor', 'Wanda', 'Zoë']
        [1 + pick(employee_id, #first_name, 24)] as first_name,
        ['Andersson', 'Bakker', 'Čapek', 'Dupont', 'Ekström', 'Fernández', 'García', 'Hughes', 'Ivanova', 'Jansen', 'Kowalski',
            'Lefèvre', 'Müller', 'Nowak', 'O''Connor', 'Papadopoulos', 'Quinn', 'Rossi', 'Schröder', 'Taylor', 'Ümit',
            'van den Berg', 'Weiß', 'Yılmaz']
        [1 + pick(employee_id, #last_name, 24)] as last_name
    from posts
)

select
    employee_id,
    concat(first_name, ' ', last_name) as full_name,
    concat(mailbox(first_name), '.', mailbox(last_name), employee_id, '@hemochhage.example') as email,
    job_title,
    store_id,
    manager_id,
    date '2015-01-05' + pick(employee_id, #hired, 3900)::integer as hired_on,
    case
        when employee_id > 83 and pick(employee_id, #left, 100) < 15
            then date '2025-10-01' + pick(employee_id, #left_on, 400)::integer
    end as left_on
from named
order by employee_id
