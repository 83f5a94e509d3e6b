"""The company's own lineage: columns whose sources were read from its SQL by hand."""

from __future__ import annotations

import pytest

from dataexplore.sandbox.company import MODELS

# What each shows of SQL stands beside it.
DIRECT = {
    # a window; its frame goes by date within a channel
    "marts.daily_revenue.mean_revenue_of_7_days": [
        "intermediate.int_order_revenue.amount",
        "intermediate.int_order_revenue.channel",
        "intermediate.int_order_revenue.order_date",
    ],
    # a CTE used twice, joined with itself
    "marts.daily_revenue.revenue_year_before": ["intermediate.int_order_revenue.amount"],
    # a union of four
    "intermediate.int_customer_events.happened_at": [
        "staging.stg_campaign_touches.touched_at",
        "staging.stg_orders.ordered_at",
        "staging.stg_refunds.refunded_at",
        "staging.stg_support_tickets.opened_at",
    ],
    # select *
    "staging.stg_campaign_touches.cost_eur": ["raw.campaign_touches.cost_eur"],
    # select alias.*, over a table with replaced and computed columns
    "marts.dim_customers.full_name": ["staging.stg_customers.full_name"],
    # select * replace
    "staging.stg_refunds.reason": ["raw.refunds.reason"],
    # a self join, twice over
    "marts.dim_stores.director_name": ["staging.stg_employees.full_name"],
    "intermediate.int_category_paths.category_path": ["staging.stg_categories.category_name"],
    # a CTE used twice, aggregated with a FILTER
    "intermediate.int_order_payments.failed_count": ["staging.stg_payments.status"],
    # a field of a struct
    "staging.stg_web_events.browser": ["raw.web_events.client"],
    # three CTEs, a CASE and a cast
    "intermediate.int_order_revenue.amount_in_currency": [
        "staging.stg_order_lines.net_amount",
        "staging.stg_orders.is_cancelled",
        "staging.stg_refunds.amount",
    ],
    # rows made of a quote and of the next one: lead() over a window, a series, a union
    "staging.stg_exchange_rates.rate_date": ["raw.exchange_rates.currency", "raw.exchange_rates.rate_date"],
    # arithmetic over a join
    "marts.fact_order_lines.margin_amount": [
        "staging.stg_exchange_rates.rate_to_eur",
        "staging.stg_order_lines.net_amount",
        "staging.stg_order_lines.quantity",
        "staging.stg_products.unit_cost",
    ],
    # count(*)
    "marts.web_funnel.sessions": [],
}


@pytest.mark.parametrize("column", DIRECT)
def test_a_column_has_the_sources_that_its_sql_says(around, column):
    assert around(column) == DIRECT[column]


def test_an_amount_is_followed_back_to_what_the_shop_sent(around):
    back = [one for one in around("marts.fact_orders.amount", "up", 99) if one.startswith("raw.")]
    assert back == [
        "raw.exchange_rates.rate_to_eur",
        "raw.order_lines.discount_percent",
        "raw.order_lines.quantity",
        "raw.order_lines.unit_price",
        "raw.orders.status",
        "raw.refunds.amount",
    ]


def test_depth_is_the_number_of_steps(around):
    assert around("marts.fact_orders.amount", "up", 1) == ["intermediate.int_order_revenue.amount"]
    assert len(around("marts.fact_orders.amount", "up", 2)) == 5
    assert around("raw.orders", "down", 1) == ["staging.stg_orders"]
    assert "marts.fact_orders" in around("raw.orders", "down", 2)


def test_what_depends_on_a_column_is_the_other_way_round(around):
    for column, sources in DIRECT.items():
        for source in sources:
            assert column in around(source, "down")


def test_every_model_reads_exactly_the_tables_that_its_text_names(around):
    for model in MODELS:
        assert around(f"{model.schema}.{model.name}") == sorted(model.depends_on)


def test_columns_without_a_source_are_the_few_that_only_count(ledger, around):
    shown = {f"{model.schema}.{model.name}" for model in MODELS}
    bare = [
        f"{name}.{column}"
        for name in shown
        for column in ledger.map({}).told(("warehouse", *name.split("."))).columns
        if not around(f"{name}.{column}")
    ]
    assert {one.rpartition(".")[2] for one in bare} == {
        "attempt_count", "event_count", "event_type", "line_count", "movement_count", "order_count",
        "refund_count", "sessions", "staff_count", "ticket_count", "touch_count",
    }  # fmt: skip
