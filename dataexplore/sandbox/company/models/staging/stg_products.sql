-- Products with clean names; the brand that is missing is the house brand.
select
    product_id,
    parent_product_id,
    category_id,
    sku,
    trim(product_name) as product_name,
    coalesce(brand, 'Hem & Hage') as brand,
    list_price,
    unit_cost,
    weight_grams,
    launched_on,
    discontinued_on,
    discontinued_on is null as is_on_sale,
    tags
from raw.products
