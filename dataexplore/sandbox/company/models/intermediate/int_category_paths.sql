-- Every category with its department and its path from the root.
select
    category.category_id,
    category.category_name,
    coalesce(department.category_name, category.category_name) as department_name,
    concat_ws(' > ', root.category_name, department.category_name, category.category_name) as category_path
from staging.stg_categories as category
left join staging.stg_categories as department
    on category.parent_id = department.category_id
left join staging.stg_categories as root
    on department.parent_id = root.category_id
