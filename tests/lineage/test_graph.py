from __future__ import annotations

import time

import networkx as nx
import pytest

from dataexplore.lineage import Lineage
from dataexplore.lineage.graph import add_column, add_edge, add_table, part_of, reachable, settle
from tests.lineage.oracle import SHOP, SHOP_COLUMN_EDGES, SHOP_COLUMNS, SHOP_KINDS


@pytest.fixture
def graph():
    return Lineage.from_edges(
        SHOP,
        column_edges=SHOP_COLUMN_EDGES,
        columns=SHOP_COLUMNS,
        kinds=SHOP_KINDS,
        focus="db.marts.sales",
    ).graph


def test_nodes_and_edges_hold_what_the_module_says(graph):
    sales = ("db", "marts", "sales")
    assert graph.nodes[sales] == {
        "kind": "table",
        "name": "sales",
        "path": sales,
        "depth": 0,
        "side": "focus",
        "columns": ("id", "total"),
        "hidden_up": 0,
        "hidden_down": 0,
    }
    assert graph.nodes[*sales, "total"] == {
        "kind": "column",
        "name": "total",
        "path": (*sales, "total"),
        "depth": 0,
        "side": "focus",
        "table": sales,
    }
    assert graph.edges[sales, ("Looker", "Sales")] == {"kind": "table"}
    assert graph.edges[("db", "stg", "orders", "id"), (*sales, "id")] == {"kind": "column"}
    assert graph.nodes["Looker", "Sales"]["kind"] == "dashboard"


def test_any_algorithm_of_networkx_works_on_it(graph):
    assert nx.is_directed_acyclic_graph(graph)
    assert ("Looker", "Sales") in nx.descendants(graph, ("db", "raw", "orders"))


def test_a_column_edge_connects_the_tables_too():
    graph = nx.DiGraph()
    for table in ("a", "b"):
        add_table(graph, (table,))
        add_column(graph, (table,), "x")
    add_edge(graph, ("a", "x"), ("b", "x"))
    assert set(graph.edges(data="kind")) == {(("a",), ("b",), "table"), (("a", "x"), ("b", "x"), "column")}


def test_an_edge_inside_a_table_and_a_self_loop_stay_what_they_are():
    graph = nx.DiGraph()
    add_table(graph, ("a",), columns=["x", "y"])
    add_edge(graph, add_column(graph, ("a",), "x"), add_column(graph, ("a",), "y"))
    add_edge(graph, ("a",), ("a",))
    settle(graph, ("a",))
    assert set(graph.edges) == {(("a", "x"), ("a", "y")), (("a",), ("a",))}
    assert graph.nodes["a",]["side"] == "focus"


def test_a_table_learns_its_kind_and_its_columns_later():
    graph = nx.DiGraph()
    add_table(graph, ("a",))
    add_column(graph, ("a",), "seen")
    add_table(graph, ("a",), "dashboard", ["first", "second", "first"])
    add_table(graph, ("a",))
    assert graph.nodes["a",]["columns"] == ("first", "second", "seen")
    assert graph.nodes["a",]["kind"] == "dashboard"


def test_a_table_and_a_column_of_one_path_do_not_break_the_graph():
    for edges, column_edges in (
        ([("d.s.t.x", "d.s.u")], [("d.s.t.x", "d.s.u.y"), ("d.s.t.x.deep", "d.s.u.z")]),
        ([], [("d.s.t.x.deep", "d.s.u.z"), ("d.s.t.x", "d.s.u.y")]),
        ([], [("d.s.t.x", "d.s.u.y"), ("d.s.t.x.deep", "d.s.u.z")]),
    ):
        lineage = Lineage.from_edges(edges, column_edges=column_edges)
        assert lineage.node("d.s.t.x") == ("d", "s", "t", "x")
        assert repr(lineage)
        assert lineage.to_mermaid(columns=True)


def test_depth_and_side_are_those_of_the_shortest_way_from_the_focus():
    graph = Lineage.from_edges(
        [("a", "b"), ("b", "f"), ("a", "f"), ("f", "c"), ("c", "d"), ("a", "sibling"), ("sibling", "nephew")],
        columns={"lone": []},
        focus="f",
    ).graph
    placed = {node[0]: (each["side"], each["depth"]) for node, each in graph.nodes(data=True)}
    assert placed == {
        "f": ("focus", 0),
        "a": ("up", 1),
        "b": ("up", 1),
        "c": ("down", 1),
        "d": ("down", 2),
        "sibling": ("up", 2),
        "nephew": ("up", 3),
        "lone": ("down", 0),
    }


def test_what_is_in_a_cycle_with_the_focus_stands_on_both_sides():
    graph = Lineage.from_edges([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")], focus="a").graph
    assert [graph.nodes[node,]["side"] for node in "abcd"] == ["focus", "both", "both", "down"]
    assert [graph.nodes[node,]["depth"] for node in "abcd"] == [0, 1, 1, 3]


def test_the_focus_of_a_column_puts_its_table_at_depth_0():
    lineage = Lineage.from_edges([], column_edges=[("t.x", "u.y")], focus="u.y")
    assert lineage.focus == ("u", "y")
    assert lineage.graph.nodes["u",]["side"] == lineage.graph.nodes["u", "y"]["side"] == "focus"
    assert lineage.graph.nodes["t", "x"]["side"] == "up"


def test_reachable_stops_after_the_hops_asked_for(graph):
    start = ("db", "raw", "orders")
    assert len(reachable(graph, [start], "down", 2)) == 3
    assert reachable(graph, [start], "down")["Looker", "Sales"] == 3
    assert reachable(graph, [start], "up") == {start: 0}


def test_a_part_counts_the_neighbours_it_leaves_out(graph):
    part = part_of(graph, {("db", "marts", "sales"), ("db", "stg", "orders")})
    assert part.nodes["db", "marts", "sales"]["hidden_up"] == 2
    assert part.nodes["db", "marts", "sales"]["hidden_down"] == 2
    assert list(part.edges) == [(("db", "stg", "orders"), ("db", "marts", "sales"))]
    assert graph.nodes["db", "marts", "sales"]["hidden_up"] == 0


@pytest.mark.parametrize(
    "edges",
    [
        [(f"t{number}", f"t{number + 1}") for number in range(50_000)],
        [("t0", f"t{number}") for number in range(1, 50_000)],
        [(f"t{number}", f"t{(number * 7 + 1) % 50_000}") for number in range(50_000)],
    ],
    ids=["chain", "hub", "cycles"],
)
def test_fifty_thousand_tables_take_bounded_time_and_no_recursion(edges):
    """Case 35."""
    started = time.process_time()
    lineage = Lineage.from_edges(edges, focus="t0")
    lineage.impact()
    assert len(lineage.graph) >= 50_000
    assert time.process_time() - started < 30
