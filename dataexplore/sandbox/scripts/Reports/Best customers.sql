-- The $count customers of a country that bought most.
SELECT
    value.customer_id,
    value.full_name,
    customers.city,
    value.order_count,
    value.lifetime_value,
    value.segment
FROM marts.customer_lifetime_value AS value
INNER JOIN marts.dim_customers AS customers USING (customer_id)
WHERE value.country_code = $country
ORDER BY value.lifetime_value DESC, value.customer_id
LIMIT $count
