from __future__ import annotations

import pytest

from dataexplore.errors import InputError
from dataexplore.lineage import Lineage


@pytest.fixture
def lineage():
    return Lineage.from_edges(
        [("db.raw.orders", "db.marts.Sales"), ("db.stg.orders", "db.marts.Sales")],
        columns={"db.marts.Sales": ["total"], "db.marts.odd": [], 'db."a.b"."c""d"': ["e.f"]},
        column_edges=[("db.raw.orders.amount", "db.marts.Sales.total")],
    )


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("db.marts.Sales", ("db", "marts", "Sales")),
        ("Sales", ("db", "marts", "Sales")),
        ("SALES", ("db", "marts", "Sales")),
        ("raw.orders", ("db", "raw", "orders")),
        (("raw", "orders"), ("db", "raw", "orders")),
        (["db", "raw", "orders"], ("db", "raw", "orders")),
        ("Sales.total", ("db", "marts", "Sales", "total")),
        ("total", ("db", "marts", "Sales", "total")),
        ('"a.b"."c""d"', ("db", "a.b", 'c"d')),
    ],
)
def test_a_name_is_found_by_its_last_parts(lineage, name, found):
    assert lineage.node(name) == found


def test_a_name_of_several_nodes_lists_them(lineage):
    with pytest.raises(InputError, match=r"could be any of db\.raw\.orders, db\.stg\.orders\."):
        lineage.node("orders")


def test_an_unknown_name_tells_the_nearest(lineage):
    with pytest.raises(InputError, match=r"no slaes in this lineage. Did you mean db\.marts\.Sales\?"):
        lineage.node("slaes")


@pytest.mark.parametrize("name", ["", ".", "a..b", '"open', 'a"b', '"a"b', (), ("db", 1), 7, None])
def test_a_name_that_cannot_be_read_is_told(lineage, name):
    with pytest.raises(InputError):
        lineage.node(name)


def test_parts_with_the_same_text_are_different_nodes():
    """Case 35: ids that look alike stay apart."""
    lineage = Lineage.from_edges([(("a.b", "c"), ("a", "b.c")), (("a", "b", "c"), ("1",))])
    assert len(lineage.graph) == 4
    assert lineage.node('"a.b".c') == ("a.b", "c")
    assert lineage.node('a."b.c"') == ("a", "b.c")
    assert lineage.node("a.b.c") == ("a", "b", "c")
    with pytest.raises(InputError):
        lineage.node((1,))
