#+src sql OrdersOf(channels)
#+begin
SELECT *
FROM marts.fact_orders
WHERE channel IN ({{ channels }}) AND NOT is_cancelled
#+end

#+src sql RevenueOf(channels)
#+meta {
    :doc "Revenue of each month and channel; channels is a list."
}
#+begin
SELECT
    date_trunc('month', order_date) AS month,
    channel,
    count(*) AS orders,
    sum(amount) AS revenue
FROM {{ OrdersOf(channels) }}
GROUP BY ALL
ORDER BY ALL
#+end

#+src sql CustomersWithEmailDomain(domain)
#+begin
SELECT customer_id, full_name, email
FROM marts.dim_customers
WHERE email LIKE '%@{{ domain }}'
ORDER BY customer_id
#+end

#+src sql PaymentFees(fees)
#+meta {
    :doc "What each payment method cost; fees maps a method to its share of the amount."
}
#+begin
SELECT
    payment_method,
    sum(amount) AS amount,
    round(sum(amount * ({{ fees }})[payment_method]), 2) AS fee
FROM marts.fact_orders
WHERE NOT is_cancelled
GROUP BY payment_method
ORDER BY payment_method
#+end

SELECT channel, orders, revenue
FROM {{ RevenueOf(["web", "app"]) }}
WHERE month = date_trunc('month', DATE '2024-11-01')
ORDER BY channel
