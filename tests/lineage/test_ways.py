from __future__ import annotations

import pytest

from dataexplore.errors import InputError
from dataexplore.lineage import Lineage
from tests.lineage.oracle import SHOP, SHOP_COLUMN_EDGES, SHOP_COLUMNS, SHOP_KINDS, texts


@pytest.fixture
def lineage():
    return Lineage.from_edges(SHOP, column_edges=SHOP_COLUMN_EDGES, columns=SHOP_COLUMNS, kinds=SHOP_KINDS)


@pytest.mark.parametrize(
    ("start", "end", "way"),
    [
        ("raw.orders", "Looker.Sales", ["db.raw.orders", "db.stg.orders", "db.marts.sales", "Looker.Sales"]),
        ("raw.orders", "raw.orders", ["db.raw.orders"]),
        (
            "raw.items.price",
            "daily.total",
            ["db.raw.items.price", "db.stg.items.price", "db.marts.sales.total", "db.marts.daily.total"],
        ),
        ("stg.items.price", "marts.sales", ["db.stg.items.price", "db.marts.sales.total"]),
        ("stg.items", "marts.sales.total", ["db.stg.items.price", "db.marts.sales.total"]),
    ],
)
def test_a_way_is_a_shortest_one(lineage, start, end, way):
    assert texts(lineage.path(start, end)) == way


def test_the_other_direction_is_told(lineage):
    with pytest.raises(InputError, match="only the other way round"):
        lineage.path("marts.sales", "raw.orders")


def test_no_way_is_told(lineage):
    with pytest.raises(
        InputError, match=r"No lineage leads from db\.raw\.orders to db\.marts\.people as far"
    ):
        lineage.path("raw.orders", "marts.people")
    with pytest.raises(InputError, match="no nothing in this lineage"):
        lineage.path("raw.orders", "nothing")


def test_a_way_through_a_cycle_ends():
    lineage = Lineage.from_edges([("a", "b"), ("b", "a"), ("b", "c"), ("d", "d")])
    assert lineage.path("a", "c") == [("a",), ("b",), ("c",)]
    with pytest.raises(InputError):
        lineage.path("a", "d")
