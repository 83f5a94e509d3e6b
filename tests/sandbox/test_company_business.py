"""The company is believable: its revenue has a shape, its money adds up, its raw data is untidy."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import duckdb
import pytest

from dataexplore.sandbox.company import build

REVENUE = """
    select order_date, sum(amount) as revenue
    from marts.fact_orders where order_date >= date '2024-01-01' group by 1 order by 1
"""


@pytest.fixture(scope="module")
def company():
    """The company at its default scale; no test writes to it."""
    with duckdb.connect() as connection:
        build(connection, scale=1, seed=1)
        yield connection


def ask(connection, sql):
    """Give the only row of an answer, or the only value of that row."""
    (row,) = connection.execute(sql).fetchall()
    return row[0] if len(row) == 1 else row


def count(connection, table, condition="true"):
    return ask(connection, f"select count(*) from {table} where {condition}")


def test_scale_1_is_about_half_a_million_rows(company):
    tables = company.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'samples'"
    ).fetchall()
    assert 400_000 < sum(count(company, table) for (table,) in tables) < 600_000
    assert count(company, "marts.fact_orders") == 30_000
    assert count(company, "marts.dim_customers") == 6_000


def test_every_day_from_the_first_to_yesterday_has_revenue(company):
    first, last, days, least = ask(
        company,
        "select min(order_date), max(order_date), count(*), min(revenue) from"
        " (select order_date, sum(amount) as revenue from marts.fact_orders group by 1)",
    )
    assert (str(first), str(last)) == ("2023-01-01", "2026-11-19")
    assert days == (last - first).days + 1
    assert least > 0


def test_revenue_grows_from_year_to_year(company):
    years = company.execute(
        "select sum(amount) from marts.fact_orders where order_date < date '2026-01-01'"
        " group by year(order_date) order by year(order_date)"
    ).fetchall()
    for (before,), (after,) in pairwise(years):
        assert Decimal("1.1") < after / before < Decimal("1.9")


def test_saturday_is_the_best_day_and_wednesday_the_worst(company):
    days = dict(
        company.execute(f"select dayname(order_date), avg(revenue) from ({REVENUE}) group by 1").fetchall()
    )
    assert max(days, key=days.get) == "Saturday"
    assert min(days, key=days.get) in {"Tuesday", "Wednesday"}
    assert days["Saturday"] > 1.2 * days["Tuesday"]


def test_the_year_peaks_before_christmas(company):
    for year in (2024, 2025):
        months = company.execute(
            f"select month(order_date) from ({REVENUE}) where year(order_date) = {year}"
            " group by 1 order by sum(revenue) desc"
        ).fetchall()
        assert {month for (month,) in months[:2]} == {11, 12}
    friday, usual = ask(
        company,
        "select max(revenue) filter (order_date = date '2025-11-28'),"
        f" median(revenue) filter (month(order_date) = 10) from ({REVENUE}) where year(order_date) = 2025",
    )
    assert friday > 2 * usual


def test_days_are_noisy_but_no_day_falls_out_of_the_curve(company):
    farthest = ask(
        company,
        "select max(revenue / around) from (select revenue, avg(revenue)"
        f" over (order by order_date rows between 14 preceding and 14 following) as around from ({REVENUE}))",
    )
    assert 1.8 < farthest < 4


def test_the_week_without_payments_shows_in_revenue_payments_and_tickets(company):
    outage = "between date '2025-03-10' and date '2025-03-16'"
    week_before = "between date '2025-03-03' and date '2025-03-09'"
    bad, usual = (
        ask(company, f"select sum(revenue) from ({REVENUE}) where order_date {week}")
        for week in (outage, week_before)
    )
    assert bad < usual * Decimal("0.5")
    timeouts = "failure_code = 'provider_timeout'"
    assert count(company, "raw.payments", f"{timeouts} and attempted_at::date {outage}") > 40
    assert count(company, "raw.payments", f"{timeouts} and attempted_at::date {week_before}") == 0
    assert count(company, "raw.support_tickets", "subject = 'Payment does not go through'") > 15


def test_no_amount_is_negative(company):
    for table in ("marts.fact_orders", "marts.daily_revenue", "marts.customer_lifetime_value"):
        columns = company.execute(
            f"select column_name from (describe {table}) where column_type like 'DECIMAL%'"
        ).fetchall()
        for (column,) in columns:
            assert count(company, table, f"{column} < 0") == 0, (table, column)
    assert count(company, "raw.order_lines", "quantity <= 0 or unit_price <= 0") == 0


def test_an_orders_amount_is_its_raw_lines_less_discount_less_refunds(company):
    wrong = ask(
        company,
        """
        with lines as (
            select
                order_id,
                sum(round(quantity * unit_price * (100 - coalesce(discount_percent, 0)) * 0.01, 2)) as net
            from raw.order_lines
            group by 1
        ),
        refunds as (select order_id, sum(amount) as refunded from raw.refunds group by 1),
        rates as (
            select strptime(rate_date, '%Y%m%d')::date as day, currency, rate_to_eur::decimal(12, 6) as rate
            from raw.exchange_rates
        )
        select count(*)
        from marts.fact_orders as orders
        inner join lines using (order_id)
        left join refunds using (order_id)
        asof left join rates on orders.currency = rates.currency and orders.order_date >= rates.day
        where orders.amount_in_currency
                <> case when is_cancelled then 0 else lines.net - coalesce(refunded, 0) end
            or orders.amount <> round(orders.amount_in_currency * coalesce(rates.rate, 1), 2)
        """,
    )
    assert wrong == 0


def test_the_sum_of_the_orders_is_the_sum_of_the_days_and_of_the_customers(company):
    orders, known = ask(
        company, "select sum(amount), sum(amount) filter (customer_id is not null) from marts.fact_orders"
    )
    assert ask(company, "select sum(revenue) from marts.daily_revenue") == orders
    assert ask(company, "select sum(lifetime_value) from marts.customer_lifetime_value") == known


def test_a_captured_payment_is_what_the_order_costs(company):
    wrong = ask(
        company,
        """
        with lines as (select order_id, sum(net_amount) as net from staging.stg_order_lines group by 1)
        select count(*)
        from staging.stg_payments as payments
        inner join staging.stg_orders as orders using (order_id)
        inner join lines using (order_id)
        where payments.amount <> net + orders.shipping_fee or payments.currency <> orders.currency
        """,
    )
    assert wrong == 0
    assert (
        ask(
            company,
            "select count(*) from marts.fact_orders where is_cancelled and payment_status = 'captured'",
        )
        == 0
    )
    assert (
        ask(
            company,
            "select max(captured) from (select count(*) as captured from raw.payments"
            " where status = 'captured' group by order_id)",
        )
        == 1
    )


def test_nobody_is_refunded_more_than_the_line_cost(company):
    lines = "staging.stg_order_lines as lines inner join raw.refunds as refunds using (order_line_id)"
    assert count(company, lines) > 3_000
    assert count(company, lines, "refunds.amount > lines.net_amount") == 0


def test_stock_is_never_negative(company):
    lowest = ask(
        company,
        "select min(level) from (select sum(quantity) over (partition by warehouse_code, product_id"
        " order by moved_at, quantity desc) as level from raw.inventory_movements)",
    )
    assert lowest >= 0


@pytest.mark.parametrize(
    ("effect", "cause", "key", "order"),
    [
        ("staging.stg_orders", "staging.stg_customers", "customer_id", "signed_up_on <= order_date"),
        ("marts.fact_order_lines", "staging.stg_products", "product_id", "launched_on <= order_date"),
        ("staging.stg_orders", "staging.stg_stores", "store_id", "opened_on <= order_date"),
        ("raw.shipments", "staging.stg_orders", "order_id", "ordered_at <= shipped_at"),
        ("raw.refunds", "staging.stg_orders", "order_id", "ordered_at <= refunded_at"),
        ("raw.support_tickets", "staging.stg_orders", "order_id", "ordered_at <= opened_at"),
        ("raw.campaign_touches", "staging.stg_campaigns", "campaign_id", "started_on <= touched_at"),
        ("raw.campaign_touches", "staging.stg_customers", "customer_id", "signed_up_on <= touched_at"),
    ],
)
def test_nothing_happens_before_its_cause(company, effect, cause, key, order):
    joined = f"{effect} as effect inner join {cause} as cause using ({key})"
    assert count(company, joined) > 0
    assert count(company, joined, f"not ({order})") == 0


def test_nothing_happened_after_the_last_load(company):
    moments = company.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns()"
        " where schema_name = 'raw' and data_type = 'TIMESTAMP'"
    ).fetchall()
    assert len(moments) > 10
    for table, column in moments:
        assert count(company, table, f"{column} > timestamp '2026-11-20 04:00:00'") == 0, (table, column)


@pytest.mark.parametrize(
    ("raw", "staging", "key"),
    [
        ("raw.orders", "staging.stg_orders", "order_id"),
        ("raw.customers", "staging.stg_customers", "customer_id"),
    ],
)
def test_staging_keeps_the_newest_of_duplicate_rows(company, raw, staging, key):
    assert (
        count(company, raw)
        > count(company, staging)
        == ask(company, f"select count(distinct {key}) from {raw}")
    )


def test_staging_keeps_an_orders_last_status(company):
    assert count(company, "raw.orders", "status = 'placed' and ordered_at < timestamp '2026-01-01'") > 100
    assert count(company, "staging.stg_orders", "status = 'placed' and order_date < date '2026-11-19'") == 0
    statuses = company.execute("select distinct status from staging.stg_orders order by 1").fetchall()
    assert [status for (status,) in statuses] == [
        "cancelled",
        "completed",
        "delivered",
        "packed",
        "placed",
        "shipped",
    ]


def test_staging_cleans_what_people_typed(company):
    assert count(company, "raw.customers", "email <> lower(email)") > 100
    assert count(company, "staging.stg_customers", "email <> lower(email)") == 0
    assert count(company, "raw.customers", "first_name <> trim(first_name)") > 10
    assert count(company, "staging.stg_customers", "first_name <> trim(first_name)") == 0
    assert ask(company, "select count(distinct country) from raw.customers") > 24
    assert ask(company, "select count(distinct country_code) from staging.stg_customers") == 12
    assert count(company, "staging.stg_customers", "country_code is null or signed_up_on is null") == 0
    assert count(company, "raw.web_events", "client.bot") > 0
    assert count(company, "raw.web_events") > count(
        company, "staging.stg_web_events", "event_type is not null"
    )


def test_raw_data_has_late_rows_nulls_and_many_currencies(company):
    assert count(company, "raw.orders", "_loaded_at > ordered_at + interval 3 day") > 100
    assert count(company, "raw.orders", "customer_id is null") > 500
    assert count(company, "raw.customers", "email is null") > 20
    assert ask(company, "select count(distinct currency) from raw.orders") == 8


def test_names_come_in_many_scripts_and_addresses_belong_to_nobody(company):
    assert count(company, "staging.stg_customers", "not regexp_full_match(last_name, '[ -~]+')") > 1_000
    assert count(company, "raw.customers", "lower(email) not like '%@%.example'") == 0
    assert count(company, "raw.employees", "email not like '%@%.example'") == 0
    ascii_only = "not regexp_full_match(email, '[a-z0-9.@-]+')"
    assert count(company, "staging.stg_customers", ascii_only) == 0
    assert count(company, "staging.stg_employees", ascii_only) == 0
