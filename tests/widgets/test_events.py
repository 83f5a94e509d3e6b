"""What a page may ask for, and everything it may not."""

import pytest

from dataexplore.widgets.events import Expand, Ready, Select, Trace, read_event

FACT = ("shop", "marts", "fact_orders")


@pytest.mark.parametrize(
    ("content", "event"),
    [
        ({"type": "ready"}, Ready()),
        (
            {"type": "expand", "node": "shop.marts.fact_orders", "side": "up", "hops": 2},
            Expand(FACT, "up", 2),
        ),
        ({"type": "trace", "column": "shop.marts.fact_orders.discount"}, Trace((*FACT, "discount"))),
        ({"type": "select", "text": "+fact_orders.total"}, Select("+fact_orders.total")),
    ],
)
def test_the_four_events_are_read(shop, content, event):
    assert read_event(content, shop.graph) == event


@pytest.mark.parametrize(
    "content",
    [
        None,
        "ready",
        [],
        {},
        {"type": "sql", "text": "drop table orders"},
        {"type": "ready", "sql": "select 1"},
        {"type": ["ready"]},
        {"type": "expand", "node": "shop.marts.fact_orders", "side": "sideways", "hops": 1},
        {"type": "expand", "node": "shop.marts.fact_orders", "side": "up", "hops": 0},
        {"type": "expand", "node": "shop.marts.fact_orders", "side": "up", "hops": 100},
        {"type": "expand", "node": "shop.marts.fact_orders", "side": "up", "hops": True},
        {"type": "expand", "node": "shop.marts.fact_orders", "side": "up", "hops": 1.0},
        {"type": "expand", "node": "shop.marts.fact_orders", "side": "up"},
        {"type": "expand", "node": 3, "side": "up", "hops": 1},
        {"type": "expand", "node": "fact_orders", "side": "up", "hops": 1},
        {"type": "expand", "node": "shop.marts.fact_orders.total", "side": "up", "hops": 1},
        {"type": "expand", "node": 'shop."marts', "side": "up", "hops": 1},
        {"type": "expand", "node": "x" * 1_000_000, "side": "up", "hops": 1},
        {"type": "trace", "column": "shop.marts.fact_orders"},
        {"type": "trace", "column": "shop.marts.fact_orders.nothing"},
        {"type": "trace", "column": ""},
        {"type": "trace", "column": "shop.marts.fact_orders.total; drop table orders"},
        {"type": "select", "text": ""},
        {"type": "select", "text": "x" * 5_000},
        {"type": "select", "text": "+x", "connection": "warehouse"},
    ],
    ids=str,
)
def test_everything_else_is_none(shop, content):
    assert read_event(content, shop.graph) is None
