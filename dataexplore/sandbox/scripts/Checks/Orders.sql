#+src sql LiveOrders()
#+begin
SELECT * FROM marts.fact_orders WHERE NOT is_cancelled
#+end

#+test sql TestOrderIdIsUnique()
#+begin
SELECT order_id FROM marts.fact_orders GROUP BY order_id HAVING count(*) > 1
#+end

#+test sql TestAmountIsNotNegative()
#+begin
SELECT order_id, amount FROM {{ LiveOrders() }} WHERE amount < 0
#+end

#+test sql TestEveryCustomerIsKnown()
#+begin
SELECT order_id, customer_id
FROM {{ LiveOrders() }}
ANTI JOIN marts.dim_customers USING (customer_id)
WHERE customer_id IS NOT NULL
#+end

#+test sql TestNoPaymentEverFails()
#+meta {
    :doc "Fails on purpose: some payments do fail, and a report should show what that looks like."
}
#+begin
SELECT order_id, order_date FROM {{ LiveOrders() }} WHERE had_failed_payment
#+end
