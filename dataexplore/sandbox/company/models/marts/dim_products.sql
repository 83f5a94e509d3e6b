-- One row a product with its category path and the product it is a variant of.
select
    products.product_id,
    products.sku,
    products.product_name,
    products.brand,
    categories.category_name,
    categories.department_name,
    categories.category_path,
    coalesce(parents.product_id, products.product_id) as design_product_id,
    parents.product_name as variant_of,
    products.list_price,
    products.unit_cost,
    cast(products.list_price - products.unit_cost as decimal(10, 2)) as unit_margin,
    products.launched_on,
    products.discontinued_on,
    products.is_on_sale,
    products.tags
from staging.stg_products as products
inner join intermediate.int_category_paths as categories
    on products.category_id = categories.category_id
left join staging.stg_products as parents
    on products.parent_product_id = parents.product_id
