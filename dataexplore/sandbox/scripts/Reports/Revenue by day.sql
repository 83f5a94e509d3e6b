-- Revenue of each day from $start_date on, over all channels.
SELECT
    order_date,
    sum(order_count) AS orders,
    sum(revenue) AS revenue
FROM marts.daily_revenue
WHERE order_date >= CAST($start_date AS DATE)
GROUP BY order_date
ORDER BY order_date
