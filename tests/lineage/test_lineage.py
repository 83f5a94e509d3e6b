from __future__ import annotations

import threading

import pytest

from dataexplore.errors import InputError
from dataexplore.lineage import Lineage
from tests.lineage.oracle import DictOracle, shop, texts

SALES = ("db", "marts", "sales")


@pytest.fixture
def oracle():
    return shop()


@pytest.fixture
def lineage(oracle):
    return Lineage.of(oracle.open, "marts.sales", up=1, down=1, database="db")


def test_it_says_what_it_is_about_and_how_much_there_is(lineage):
    assert repr(lineage) == (
        "Lineage of db.marts.sales\n5 tables, 1 dashboard, 6 edges · 3 upstream, 2 downstream"
    )


def test_a_name_in_another_case_is_told(oracle):
    lineage = Lineage.of(oracle.open, "MARTS.sales", up=1, down=1, database="db")
    assert lineage.matched == "MARTS.sales was found as db.marts.sales"
    assert repr(lineage).endswith("\nMARTS.sales was found as db.marts.sales")


def test_expanding_adds_one_hop_without_asking_what_is_known(lineage, oracle):
    before = lineage.requests
    assert lineage.expand("stg.people", "up") is lineage
    assert ("db", "raw", "people") in lineage.graph
    assert lineage.graph.nodes["db", "stg", "people"]["hidden_up"] == 0
    assert oracle.texts()[before:] == ["up db.raw.people"]
    assert lineage.requests == len(oracle.asked)


def test_expanding_the_other_side_finds_siblings(lineage):
    lineage.expand("stg.people", "down")
    sibling = lineage.graph.nodes["db", "marts", "people"]
    assert (sibling["side"], sibling["depth"]) == ("up", 2)
    assert lineage.graph.nodes["db", "stg", "people"]["hidden_down"] == 0


def test_expanding_by_no_hop_counts_the_neighbours(lineage):
    nodes = set(lineage.graph)
    lineage.expand("stg.people", "down", 0)
    assert lineage.graph.nodes["db", "stg", "people"]["hidden_down"] == 1
    assert set(lineage.graph) == nodes


def test_expanding_by_several_hops(lineage):
    lineage.expand(SALES, "down", 2)
    assert ("Hightouch", "People") in lineage.graph


@pytest.mark.parametrize(
    ("node", "side", "hops"),
    [("nothing", "up", 1), (SALES, "left", 1), (SALES, "up", -1), (SALES, "up", "1"), ("", "up", 1)],
)
def test_what_cannot_be_expanded_is_told(lineage, oracle, node, side, hops):
    before = len(oracle.asked)
    with pytest.raises(InputError):
        lineage.expand(node, side, hops)
    assert len(oracle.asked) == before


def test_a_trace_adds_the_edges_of_one_column_and_keeps_them(lineage, oracle):
    lineage.trace("sales.total")
    assert (("db", "raw", "items", "price"), ("db", "stg", "items", "price")) in lineage.graph.edges
    assert ("db", "stg", "orders", "id") not in lineage.graph
    asked = len(oracle.asked)
    lineage.trace("SALES.total").trace("marts.sales.TOTAL")
    assert len(oracle.asked) == asked
    assert lineage.graph.nodes["db", "raw", "items"]["columns"] == ("id", "price")


def test_a_trace_goes_as_far_as_asked(lineage):
    lineage.trace("sales.total", up=1, down=0)
    assert ("db", "stg", "items", "price") in lineage.graph
    assert ("db", "raw", "items") not in lineage.graph
    assert ("db", "marts", "daily", "total") not in lineage.graph


@pytest.mark.parametrize("column", ["sales.totl", "total", "nothing.total", "sales", "sales.total.x", ""])
def test_what_cannot_be_traced_is_told(lineage, column):
    nodes = set(lineage.graph)
    with pytest.raises(InputError):
        lineage.trace(column)
    assert set(lineage.graph) == nodes


def test_all_columns_cost_what_the_plan_says(lineage, oracle):
    planned, before = lineage.plan_columns(), len(oracle.asked)
    told = []
    lineage.trace_all(on_progress=told.append)
    assert len(oracle.asked) - before == planned == told[0].waiting
    edges = [edge for edge in lineage.graph.edges if len(edge[0]) == 4]
    assert ("db.stg.orders.id", "db.marts.sales.id") in texts(edges)
    assert ("db", "raw", "orders") not in lineage.graph  # only between what is there
    assert lineage.plan_columns() == 0


def test_all_columns_within_a_budget_say_what_is_missing(lineage):
    lineage.trace_all(budget=2)
    assert not lineage.complete
    assert all("budget of 2" in missing.reason for missing in lineage.missing)


def test_all_columns_can_be_asked_for_at_once(oracle):
    lineage = Lineage.of(oracle.open, "db.marts.sales", columns="all")
    assert ("db", "raw", "orders", "amount") in lineage.graph
    with pytest.raises(InputError, match="columns is 'some'"):
        Lineage.of(oracle.open, "db.marts.sales", columns="some")


def test_without_a_service_nothing_can_be_asked_for():
    lineage = Lineage.from_edges([("a", "b")], columns={"a": ["x"]})
    for ask in (lambda: lineage.expand("a", "up"), lambda: lineage.trace("a.x"), lineage.trace_all):
        with pytest.raises(InputError, match="no service behind"):
            ask()
    assert ("a", "x") not in lineage.graph
    lineage.expand("b", "down", source=DictOracle([("a", "b"), ("b", "c")]))
    assert ("c",) in lineage.graph


def test_a_selection_is_a_lineage_of_its_own(lineage):
    part = lineage.select("sales+")
    assert texts(part.graph) == ["db.marts.sales", "db.marts.daily", "Looker.Sales"]
    assert part.focus == lineage.focus
    assert part.graph.nodes[SALES]["hidden_up"] == 3
    part.expand(SALES, "up")
    assert ("db", "stg", "items") in part.graph
    assert lineage.select("stg.*").focus == ("db", "stg", "orders")


def test_a_selection_of_nothing_is_told(lineage):
    with pytest.raises(InputError, match="chooses nothing"):
        lineage.select("stg.*,marts.*")


def test_the_tables_are_frames(lineage):
    edges, nodes = lineage.to_df(), lineage.to_df("nodes")
    assert list(edges.columns) == ["source", "target", "kind"]
    assert edges.iloc[0].to_list() == ["db.marts.sales", "db.marts.daily", "table"]
    assert list(nodes.columns) == ["path", "kind", "side", "depth", "columns", "hidden_up", "hidden_down"]
    assert list(nodes["columns"][0]) == ["id", "total"]
    assert list(lineage.to_df("impact")["path"]) == ["db.marts.daily", "Looker.Sales"]
    with pytest.raises(InputError, match="no table of 'colums'"):
        lineage.to_df("colums")


def test_a_lineage_without_neighbours_has_empty_frames():
    lineage = Lineage.from_edges([], focus="a.b")
    assert len(lineage.to_df()) == len(lineage.to_df("impact")) == 0
    assert len(lineage.to_df("nodes")) == 1
    assert repr(lineage) == "Lineage of a.b\n1 table, 0 edges · 0 upstream, 0 downstream"
    with pytest.raises(InputError, match="nothing to make a lineage of"):
        Lineage.from_edges([])


def test_a_focus_that_has_no_edge_is_a_table_of_its_own():
    assert Lineage.from_edges([("a", "b")], focus="c").focus == ("c",)


def test_walks_of_several_threads_come_one_after_another():
    edges = [("db.a.hub", f"db.a.t{number}") for number in range(30)]
    edges += [(f"db.a.t{number}", f"db.a.u{number}") for number in range(30)]
    oracle = DictOracle(edges)
    lineage = Lineage.of(oracle.open, "db.a.hub", up=0, down=1)
    threads = [
        threading.Thread(target=lineage.expand, args=(("db", "a", f"t{number}"), "down"))
        for number in range(30)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        with lineage.lock:
            assert all("side" in attributes for _, attributes in lineage.graph.nodes(data=True))
    assert len(lineage.graph) == 61
    assert len(oracle.asked) == len(set(oracle.asked))
