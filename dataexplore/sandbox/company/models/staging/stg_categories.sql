-- Product categories with clean names.
select * replace (trim(category_name) as category_name)
from raw.categories
