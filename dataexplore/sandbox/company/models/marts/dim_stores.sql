-- One row a store with its manager and the manager's manager.
select
    stores.*,
    manager.full_name as manager_name,
    director.full_name as director_name,
    staff.staff_count
from staging.stg_stores as stores
left join staging.stg_employees as manager
    on stores.manager_employee_id = manager.employee_id
left join staging.stg_employees as director
    on manager.manager_id = director.employee_id
left join (
    select store_id, count(*) as staff_count
    from staging.stg_employees
    where is_employed and store_id is not null
    group by store_id
) as staff
    on stores.store_id = staff.store_id
