-- Money given back for returned or broken order lines, in the order's currency.
with returned as (
    select
        purchases.*,
        lines.order_line_id,
        round(lines.quantity * lines.unit_price * (100 - coalesce(lines.discount_percent, 0)) * 0.01, 2) as line_amount,
        ordered_at + to_days(4 + pick(lines.order_line_id, #returned_after, 24)::integer)
        + to_seconds(pick(lines.order_line_id, #returned_at, 20000)) as refunded_at
    from raw.order_lines as lines
    inner join purchases using (order_id)
    where not purchases.is_cancelled
      and pick(lines.order_line_id, #returned, 1000) < case when purchases.channel = 'store' then 28 else 71 end
)

select
    order_line_id as refund_id,
    order_id,
    order_line_id,
    case when pick(order_line_id, #half, 8) = 0 then round(line_amount * 0.5) else line_amount end::decimal(12, 2)
        as amount,
    currency,
    ['changed mind', 'Changed mind', 'damaged', 'too small', 'wrong item', 'late', null]
    [1 + pick(order_line_id, #reason, 7)] as reason,
    refunded_at
from returned
where refunded_at < timestamp '2026-11-20'
