"""What the company's BI tools show: dashboards and syncs, and the mart column behind each of their fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dataexplore.sandbox.lineage import Shown, Table

if TYPE_CHECKING:
    from dataexplore.sandbox.records import Records

__all__ = ["ASSETS", "BiAsset", "shown", "tables"]


@dataclass(frozen=True, slots=True)
class BiAsset:
    """One dashboard or sync; each field names the (schema, table, column) it shows or sends."""

    integration: str
    kind: Literal["dashboard", "sync"]
    name: str
    fields: tuple[tuple[str, tuple[str, str, str]], ...]


def _shows(name: str, table: str, column: str) -> tuple[str, tuple[str, str, str]]:
    return name, ("marts", table, column)


ASSETS = (
    BiAsset(
        "Looker",
        "dashboard",
        "Executive Overview",
        (
            _shows("Order Date", "daily_revenue", "order_date"),
            _shows("Channel", "daily_revenue", "channel"),
            _shows("Revenue", "daily_revenue", "revenue"),
            _shows("7-Day Average", "daily_revenue", "mean_revenue_of_7_days"),
            _shows("Revenue Last Year", "daily_revenue", "revenue_year_before"),
            _shows("Orders", "daily_revenue", "order_count"),
            _shows("Champions", "customer_lifetime_value", "segment"),
        ),
    ),
    BiAsset(
        "Looker",
        "dashboard",
        "Order Economics",
        (
            _shows("Order", "fact_orders", "order_number"),
            _shows("Order Date", "fact_orders", "order_date"),
            _shows("Net Amount", "fact_orders", "amount"),
            _shows("Refunded", "fact_orders", "refunded_amount"),
            _shows("Margin", "fact_order_lines", "margin_amount"),
            _shows("Product", "dim_products", "product_name"),
            _shows("Department", "dim_products", "department_name"),
        ),
    ),
    BiAsset(
        "Looker",
        "dashboard",
        "Campaign Return",
        (
            _shows("Campaign", "campaign_performance", "campaign_name"),
            _shows("Budget", "campaign_performance", "budget_eur"),
            _shows("Media Cost", "campaign_performance", "media_cost"),
            _shows("Credited Revenue", "campaign_performance", "revenue"),
            _shows("Reaction %", "campaign_performance", "reaction_percent"),
        ),
    ),
    BiAsset(
        "Tableau",
        "dashboard",
        "Stock and Stores",
        (
            _shows("Month", "fact_inventory", "month"),
            _shows("Warehouse", "fact_inventory", "warehouse_code"),
            _shows("On Hand", "fact_inventory", "quantity_on_hand"),
            _shows("Stock Value", "fact_inventory", "stock_value"),
            _shows("Store", "dim_stores", "store_name"),
            _shows("Store Manager", "dim_stores", "manager_name"),
        ),
    ),
    BiAsset(
        "Tableau",
        "dashboard",
        "Support & Web v2.1",
        (
            _shows("Month", "support_quality", "month"),
            _shows("Answered in Time %", "support_quality", "answered_in_time_percent"),
            _shows("Satisfaction", "support_quality", "mean_satisfaction"),
            _shows("Visits", "web_funnel", "sessions"),
            _shows("Conversion %", "web_funnel", "conversion_percent"),
        ),
    ),
    BiAsset(
        "Hightouch",
        "sync",
        "Salesforce: account value",
        (
            _shows("ExternalId__c", "customer_lifetime_value", "customer_id"),
            _shows("Lifetime_Value__c", "customer_lifetime_value", "lifetime_value"),
            _shows("Segment__c", "customer_lifetime_value", "segment"),
            _shows("Last_Order__c", "customer_lifetime_value", "last_order_date"),
        ),
    ),
    BiAsset(
        "Hightouch",
        "sync",
        "Braze: newsletter audience",
        (
            _shows("external_id", "dim_customers", "customer_id"),
            _shows("email", "dim_customers", "email"),
            _shows("first_name", "dim_customers", "first_name"),
            _shows("loyalty_tier", "dim_customers", "loyalty_tier"),
            _shows("may_be_contacted", "dim_customers", "may_be_contacted"),
        ),
    ),
)


def shown(records: Records) -> tuple[BiAsset, ...]:
    """Give the assets of the integrations that there are and that were synced, under their names."""
    by_type: dict[str, list[BiAsset]] = {}
    for asset in ASSETS:
        by_type.setdefault(asset.integration.lower(), []).append(asset)
    return tuple(
        replace(asset, integration=integration["name"])
        for integration in records.all("bi_integration")
        if integration["is_indexed"]
        for asset in by_type.get(integration["type"], ())
    )


def tables(records: Records) -> dict[Shown, Table]:
    """Give the assets as the lineage takes them: tables of the integration, with fields for columns."""
    return dict(map(_table, shown(records)))


def _table(asset: BiAsset) -> tuple[Shown, Table]:
    fields = {name: ("warehouse", *column) for name, column in asset.fields}
    return (
        Shown((asset.integration, asset.name), tuple(fields)),
        Table(
            None,
            {name.lower(): frozenset({field}) for name, field in fields.items()},
            frozenset(field[:-1] for field in fields.values()),
        ),
    )
