"""The monitors the company has from the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["SEEDS", "Seed"]

WAREHOUSE, LEGACY = 1, 3


@dataclass(frozen=True, slots=True)
class Seed:
    """A monitor, as the body that would create it, and how its past is told.

    ``values`` is SQL for rows (day, value): what a run of that day at five in the morning measured, or how
    many rows failed. Without it every run was well.
    """

    kind: str
    body: dict[str, Any]
    values: str | None = None
    reads_mart: bool = False
    ages: bool = False
    is_weekly: bool = False
    is_unreachable: bool = False


def _seed(kind: str, name: str, tags: str, body: dict[str, Any], **past: Any) -> Seed:
    body = {"name": name, "tags": tags.split(), "schedule": {"cron": "0 5 * * *"}, **body}
    if kind != "diff":
        body.setdefault("connection_id", WAREHOUSE)
    return Seed(kind, body, **past)


def _daily(source: str, day: str, value: str) -> str:
    return f"SELECT {day} AS day, {value} AS value FROM {source} GROUP BY {day}"


def _total(source: str, day: str, *values: str) -> str:
    """Write a query for the sum, or the ratio of two, over everything up to each day."""
    sums = [f"sum(sum({value})) OVER (ORDER BY {day})" for value in values]
    return _daily(source, day, " / ".join(sums))


# A run sees what was loaded before five in the morning, and the marts know the days before.
_LOADED = "(_loaded_at + INTERVAL 19 HOUR)::DATE"
_BUILT = "order_date + 1"
_MOMENTS = """(
    SELECT ordered_at AS moment FROM marts.fact_orders
    UNION ALL SELECT delivered_at FROM marts.fact_orders WHERE delivered_at IS NOT NULL
)"""

SEEDS = (
    _seed(
        "metric",
        "Raw orders: row count",
        "orders raw nightly",
        {
            "description": "Orders keep coming in at their usual pace.",
            "metric": {"type": "table", "table": "warehouse.raw.orders", "metric": "row_count"},
            "alert": {"type": "automatic", "sensitivity": 30},
        },
        values=_total("raw.orders", _LOADED, "1"),
    ),
    _seed(
        "metric",
        "Fact orders: freshness",
        "orders marts nightly",
        {
            "description": "The mart was rebuilt last night.",
            "owner": "data-platform@example.com",
            "metric": {"type": "table", "table": "warehouse.marts.fact_orders", "metric": "freshness"},
            "alert": {"type": "absolute", "max": 24},
            "notifications": [{"type": "email", "recipients": ["data-platform@example.com"]}],
        },
        values=_daily(
            _MOMENTS,
            "moment::DATE + 1",
            "round(29 - date_diff('second', max(moment)::DATE::TIMESTAMP, max(moment)) / 3600, 2)",
        ),
        reads_mart=True,
        ages=True,
    ),
    _seed(
        "metric",
        "Fact orders: average amount",
        "orders marts nightly",
        {
            "metric": {
                "type": "column",
                "table": "warehouse.marts.fact_orders",
                "column": "amount",
                "metric": "average",
                "filter": "NOT is_cancelled",
            },
            "alert": {"type": "automatic", "sensitivity": 50},
        },
        values=_total("marts.fact_orders WHERE NOT is_cancelled", _BUILT, "amount", "1"),
        reads_mart=True,
    ),
    _seed(
        "metric",
        "Revenue of the last day",
        "revenue marts nightly",
        {
            "description": "A day is seldom half as good as the one before.",
            "owner": "finance@example.com",
            "metric": {
                "type": "custom",
                "query": "SELECT sum(revenue) FROM marts.daily_revenue\n"
                "WHERE order_date = (SELECT max(order_date) FROM marts.daily_revenue)",
                "alert_on_missing_data": True,
            },
            "alert": {"type": "percentage", "decrease": 50, "increase": 150},
        },
        values=_daily("marts.daily_revenue", _BUILT, "sum(revenue)"),
        reads_mart=True,
    ),
    _seed(
        "metric",
        "Raw customers: e-mail fill rate",
        "customers raw nightly",
        {
            "metric": {
                "type": "column",
                "table": "warehouse.raw.customers",
                "column": "email",
                "metric": "fill_rate",
            },
            "alert": {"type": "absolute", "min": 90},
        },
        values=_total("raw.customers", _LOADED, "100 * (email IS NOT NULL)::INTEGER", "1"),
    ),
    _seed(
        "metric",
        "Declined payments of the last day, in percent",
        "payments raw nightly",
        {
            "metric": {
                "type": "custom",
                "query": "SELECT 100.0 * count(*) FILTER (status = 'failed') / count(*) FROM raw.payments\n"
                "WHERE attempted_at::DATE = (SELECT max(attempted_at)::DATE FROM raw.payments)",
            },
            "alert": {"type": "absolute", "max": 9},
        },
        values=_daily(
            "raw.payments",
            "attempted_at::DATE + 1",
            "100.0 * count(*) FILTER (status = 'failed') / count(*)",
        ),
    ),
    _seed(
        "schema",
        "Fact orders: columns",
        "orders marts nightly",
        {"table": "warehouse.marts.fact_orders"},
    ),
    _seed(
        "test",
        "Fact orders: one row an order",
        "orders marts nightly",
        {
            "test": {
                "type": "unique",
                "tables": [{"path": "warehouse.marts.fact_orders", "columns": ["order_id"]}],
            }
        },
    ),
    _seed(
        "test",
        "Raw orders: none came three days late",
        "orders raw nightly",
        {
            "query": "SELECT order_id FROM raw.orders\n"
            "WHERE _loaded_at - ordered_at > INTERVAL 3 DAY\n"
            "AND _loaded_at > (SELECT max(_loaded_at) FROM raw.orders) - INTERVAL 1 DAY"
        },
        values=_daily("raw.orders", _LOADED, "count(*) FILTER (_loaded_at - ordered_at > INTERVAL 3 DAY)"),
    ),
    _seed(
        "diff",
        "Fact orders: as many as were staged",
        "orders marts weekly",
        {
            "schedule": {"cron": "0 5 * * 1"},
            "datadiff": {
                "diff_type": "indb",
                "primary_key": ["order_id"],
                "columns_to_compare": ["order_number", "order_date", "channel", "status"],
                "dataset_a": {"connection_id": WAREHOUSE, "table": "warehouse.staging.stg_orders"},
                "dataset_b": {"connection_id": WAREHOUSE, "table": "warehouse.marts.fact_orders"},
            },
            "alert": {"different_rows_count": 0},
        },
        is_weekly=True,
    ),
    _seed(
        "metric",
        "Legacy orders: row count",
        "orders legacy weekly",
        {
            "schedule": {"cron": "0 5 * * 1"},
            "connection_id": LEGACY,
            "metric": {"type": "table", "table": "shop.orders", "metric": "row_count"},
        },
        is_weekly=True,
        is_unreachable=True,
    ),
    _seed(
        "metric",
        "Web funnel: conversion",
        "web marts",
        {
            "enabled": False,
            "schedule": {"interval": {"every": "day", "hour": 5}},
            "metric": {
                "type": "column",
                "table": "warehouse.marts.web_funnel",
                "column": "conversion_percent",
                "metric": "average",
            },
            "alert": {"type": "automatic", "sensitivity": 20},
        },
        values=_total("marts.web_funnel", "session_date + 1", "conversion_percent", "1"),
        reads_mart=True,
    ),
)
