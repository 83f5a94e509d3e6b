from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.errors import InputError
from dataexplore.lineage import Lineage
from dataexplore.lineage.selectors import select
from tests.lineage.oracle import SHOP, SHOP_COLUMN_EDGES, SHOP_COLUMNS, SHOP_KINDS, texts

GRAPH = Lineage.from_edges(
    SHOP, column_edges=SHOP_COLUMN_EDGES, columns=SHOP_COLUMNS, kinds=SHOP_KINDS, focus="db.marts.sales"
).graph


def chosen(text, graph=GRAPH, *, tables=True):
    return {path for path in texts(select(graph, text)) if (len(path.split(".")) < 4) == tables}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("marts.sales", {"db.marts.sales"}),
        ("db.marts.sales", {"db.marts.sales"}),
        ("MARTS.Sales", {"db.marts.sales"}),
        ("1+marts.sales", {"db.marts.sales", "db.stg.orders", "db.stg.items", "db.stg.people"}),
        ("marts.sales+1", {"db.marts.sales", "db.marts.daily", "Looker.Sales"}),
        ("daily+", {"db.marts.daily", "Looker.Sales", "Hightouch.People"}),
        ("+stg.orders", {"db.raw.orders", "db.stg.orders"}),
        ("1+stg.orders+1", {"db.raw.orders", "db.stg.orders", "db.marts.sales"}),
        ("0+stg.orders+0", {"db.stg.orders"}),
        ("orders", {"db.raw.orders", "db.stg.orders"}),
        ("raw.*", {"db.raw.orders", "db.raw.items", "db.raw.people"}),
        ("raw.*e*", {"db.raw.orders", "db.raw.items", "db.raw.people"}),
        ("raw.o* daily", {"db.raw.orders", "db.marts.daily"}),
        ("raw.orders+,marts.*", {"db.marts.sales", "db.marts.daily"}),
        ("kind:dashboard", {"Looker.Sales"}),
        ("marts.sales+,kind:sync", {"Hightouch.People"}),
        ("1+kind:sync", {"Hightouch.People", "db.marts.daily"}),
        ("  daily \n\t raw.items  ", {"db.marts.daily", "db.raw.items"}),
        ('"daily"', {"db.marts.daily"}),
        ('db."marts".daily', {"db.marts.daily"}),
    ],
)
def test_a_selector_chooses_tables(selector, expected):
    assert chosen(selector) == expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("sales.total", {"db.marts.sales.total"}),
        (
            "1+sales.total+1",
            {
                "db.stg.orders.amount",
                "db.stg.items.price",
                "db.marts.sales.total",
                "db.marts.daily.total",
            },
        ),
        ("+sales.total,stg.*", {"db.stg.orders.amount", "db.stg.items.price"}),
        ("stg.orders", {"db.stg.orders.amount", "db.stg.orders.id"}),
        ("sales.*", {"db.marts.sales.total", "db.marts.sales.id"}),
    ],
)
def test_a_selector_chooses_columns(selector, expected):
    assert chosen(selector, tables=False) == expected


def test_the_tables_of_chosen_columns_are_chosen_too():
    assert chosen("1+sales.total") == {"db.stg.orders", "db.stg.items", "db.marts.sales"}


def test_a_star_in_quotes_is_a_star():
    graph = Lineage.from_edges([(("a", "*"), ("a", "b")), (("a", "x+1"), ("a", "y z,w"))]).graph
    assert select(graph, 'a."*"') == {("a", "*")}
    assert select(graph, '"x+1"') == {("a", "x+1")}
    assert select(graph, '"y z,w"') == {("a", "y z,w")}


@pytest.mark.parametrize(
    ("selector", "what", "column"),
    [
        ("+", "A name is missing", 1),
        ("sales..total", "A name is missing", 6),
        ("sales.", "A name is missing", 6),
        (",sales", "A name is missing", 0),
        ("sales,", "A term is missing after the comma", 6),
        ("sales, daily", "A term is missing after the comma", 6),
        ('sales "daily', "This quote is never closed", 6),
        ('sales"daily"', "This does not belong here", 5),
        ("sales+x", "This does not belong here", 6),
        ("sales++", "This does not belong here", 6),
        ("a\x1b nothing", "Nothing here is called", 0),
        ("daily nothing", "Nothing here is called nothing", 6),
        ("daily kind:nothing", "Nothing here is of the kind nothing", 6),
        ("sales+ raw.orders.id", "The lineage of raw.orders.id was not asked for", 7),
    ],
)
def test_a_caret_shows_where_a_selector_goes_wrong(selector, what, column):
    with pytest.raises(InputError) as caught:
        select(GRAPH, selector)
    said, shown, caret = caught.value.what.split("\n")
    assert said.startswith(what)
    assert "\x1b" not in shown
    assert caret == " " * (2 + column) + "^"
    assert caught.value.fix


@pytest.mark.parametrize("selector", ["", "  \n"])
def test_an_empty_selector_is_told(selector):
    with pytest.raises(InputError, match="empty"):
        select(GRAPH, selector)


def test_a_near_name_is_told():
    with pytest.raises(InputError, match=r"Did you mean .*db\.marts\.sales"):
        select(GRAPH, "marts.slaes")


@given(st.text(st.sampled_from('+,."*: 019aorders\n'), max_size=20))
def test_any_text_is_a_selection_or_an_input_error(text):
    with suppress(InputError):
        assert select(GRAPH, text) <= set(GRAPH)
