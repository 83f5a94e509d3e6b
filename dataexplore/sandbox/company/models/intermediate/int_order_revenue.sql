-- What each order brought, in its own currency and in euros at the rate of its day.
with lines as (
    select
        order_id,
        count(*) as line_count,
        sum(quantity) as item_count,
        sum(gross_amount) as gross_amount,
        sum(net_amount) as net_amount
    from staging.stg_order_lines
    group by order_id
),

refunds as (
    select
        order_id,
        sum(amount) as refunded_amount,
        count(*) as refund_count,
        max(refund_date) as last_refund_date
    from staging.stg_refunds
    group by order_id
),

amounts as (
    select
        orders.order_id,
        orders.order_date,
        orders.ordered_at,
        orders.customer_id,
        orders.channel,
        orders.is_cancelled,
        orders.currency,
        rates.rate_to_eur,
        lines.line_count,
        lines.item_count,
        lines.gross_amount,
        lines.net_amount,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        coalesce(refunds.refund_count, 0) as refund_count,
        refunds.last_refund_date,
        case
            when orders.is_cancelled then 0
            else lines.net_amount - coalesce(refunds.refunded_amount, 0)
        end as kept_amount,
        case when orders.is_cancelled then 0 else orders.shipping_fee end as shipping_fee
    from staging.stg_orders as orders
    inner join lines
        on orders.order_id = lines.order_id
    inner join staging.stg_exchange_rates as rates
        on orders.order_date = rates.rate_date and orders.currency = rates.currency
    left join refunds
        on orders.order_id = refunds.order_id
)

select
    order_id,
    order_date,
    ordered_at,
    customer_id,
    channel,
    is_cancelled,
    case
        when customer_id is not null and not is_cancelled
            then row_number() over (partition by customer_id, is_cancelled order by ordered_at, order_id)
    end as customer_order_number,
    currency,
    rate_to_eur,
    line_count,
    cast(item_count as bigint) as item_count,
    refund_count,
    last_refund_date,
    cast(kept_amount as decimal(18, 2)) as amount_in_currency,
    cast(round(gross_amount * rate_to_eur, 2) as decimal(18, 2)) as gross_amount,
    cast(round((gross_amount - net_amount) * rate_to_eur, 2) as decimal(18, 2)) as discount_amount,
    cast(round(refunded_amount * rate_to_eur, 2) as decimal(18, 2)) as refunded_amount,
    cast(round(shipping_fee * rate_to_eur, 2) as decimal(18, 2)) as shipping_amount,
    cast(round(kept_amount * rate_to_eur, 2) as decimal(18, 2)) as amount
from amounts
