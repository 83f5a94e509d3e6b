-- Staff; who has left is kept and marked.
select
    *,
    left_on is null as is_employed
from raw.employees
