"""One Chromium and one page for the folder, and a small lineage where every name is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataexplore.lineage import Lineage
from dataexplore.widgets.graph import LineageWidget
from tests.widgets.pictures import put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture
def shop():
    """A small lineage where every name is known: raw, staging, marts, a dashboard and a sync at the end."""
    edges = [
        ("shop.raw.orders", "shop.staging.stg_orders"),
        ("shop.raw.customers", "shop.staging.stg_customers"),
        ("shop.staging.stg_orders", "shop.marts.fact_orders"),
        ("shop.staging.stg_customers", "shop.marts.fact_orders"),
        ("shop.staging.stg_customers", "shop.marts.dim_customers"),
        ("shop.marts.fact_orders", "shop.marts.daily_revenue"),
        ("shop.marts.dim_customers", "shop.marts.daily_revenue"),
        ("shop.raw.orders", "shop.marts.daily_revenue"),
        ("shop.marts.daily_revenue", "bi.finance.Revenue"),
        ("shop.marts.fact_orders", "crm.push.contacts"),
    ]
    return Lineage.from_edges(
        edges,
        column_edges=[
            ("shop.raw.orders.total", "shop.staging.stg_orders.total"),
            ("shop.raw.orders.id", "shop.staging.stg_orders.order_id"),
            ("shop.staging.stg_orders.total", "shop.marts.fact_orders.total"),
            ("shop.staging.stg_orders.order_id", "shop.marts.fact_orders.order_id"),
            ("shop.staging.stg_customers.id", "shop.marts.fact_orders.customer_id"),
            ("shop.raw.customers.id", "shop.staging.stg_customers.id"),
            ("shop.marts.fact_orders.total", "shop.marts.daily_revenue.revenue"),
            ("shop.raw.orders.day", "shop.marts.daily_revenue.day"),
        ],
        columns={
            "shop.raw.orders": ["id", "customer_id", "total", "day", "status"],
            "shop.staging.stg_orders": ["order_id", "customer_id", "total", "status", "note"],
            "shop.marts.fact_orders": ["order_id", "customer_id", "total", "discount", "status", "channel"],
            "shop.marts.daily_revenue": ["day", "revenue", "orders"],
        },
        kinds={"bi.finance.Revenue": "dashboard", "crm.push.contacts": "sync"},
        focus="shop.marts.fact_orders",
    )


@pytest.fixture(scope="session")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all tests: opening one takes longer than most of them."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    yield page
    page.close()


@pytest.fixture
def show(page):
    """Give a function that shows a lineage in the page.

    The test fails if the page asked for anything, complained in its console, or ran what a name smuggled in.
    """
    complaints, requests = [], []
    watchers = {
        "console": lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None,
        "pageerror": lambda error: complaints.append(str(error)),
        "request": lambda request: requests.append(request.url),
    }
    for event, watch in watchers.items():
        page.on(event, watch)

    def open_page(lineage, *, theme="light", width=1280, height=760, state=None, **options):
        page.set_viewport_size({"width": width, "height": height})
        return put(page, LineageWidget(lineage, height=height - 16, **options), theme=theme, state=state)

    yield open_page
    for event, watch in watchers.items():
        page.remove_listener(event, watch)
    assert page.evaluate("window.__xss === undefined")
    assert complaints == []
    assert [url for url in requests if not url.startswith(("blob:", "data:", "about:"))] == []
