from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import contextmanager

import pytest

from dataexplore.clients.datafold import Explore
from dataexplore.errors import (
    Cancelled,
    DeadlineExceeded,
    InputError,
    Malformed,
    NotFound,
    ServerFault,
    Unauthorized,
    Unreachable,
)
from dataexplore.lineage import Lineage, Missing
from dataexplore.lineage.graph import reachable
from dataexplore.lineage.source import Source
from dataexplore.lineage.walk import AT_ONCE
from dataexplore.settings import ServiceSettings
from dataexplore.transport import Session
from tests.lineage.oracle import SHOP, DictOracle, shop, texts

SALES = ("db", "marts", "sales")


def of(oracle, name="db.marts.sales", **options):
    return Lineage.of(oracle.open, name, **options)


def tables(lineage):
    return [node for node, kind in lineage.graph.nodes(data="kind") if kind != "column"]


def test_the_whole_lineage_has_the_edges_of_the_warehouse():
    lineage = of(shop())
    around = [edge for edge in SHOP if edge != ("db.stg.people", "db.marts.people")]
    assert sorted(texts(lineage.graph.edges)) == sorted(around)
    assert lineage.complete
    assert lineage.missing == ()
    assert lineage.graph.nodes["Looker", "Sales"]["kind"] == "dashboard"
    assert lineage.graph.nodes["Hightouch", "People"]["kind"] == "sync"


def test_nothing_is_asked_twice():
    oracle = shop()
    lineage = of(oracle)
    assert len(oracle.asked) == len(set(oracle.asked)) == lineage.requests


@pytest.mark.parametrize(
    ("up", "down", "found"),
    [
        (0, 0, {"sales"}),
        (1, 0, {"sales", "orders", "items", "people"}),
        (0, 1, {"sales", "daily", "Sales"}),
        (0, 2, {"sales", "daily", "Sales", "People"}),
    ],
)
def test_depths_up_and_down_are_apart(up, down, found):
    lineage = of(shop(), up=up, down=down)
    assert {node[-1] for node in tables(lineage)} == found
    assert lineage.complete


def test_the_last_hop_knows_how_many_neighbours_hide_behind_it_and_which_are_connected():
    lineage = of(shop(), up=1, down=1)
    nodes = lineage.graph.nodes
    assert [nodes["db", "stg", name]["hidden_up"] for name in ("orders", "items", "people")] == [1, 1, 1]
    assert nodes["db", "marts", "daily"]["hidden_down"] == 1
    assert nodes["db", "stg", "people"]["hidden_down"] is None  # that side was not asked
    assert nodes[SALES]["hidden_up"] == nodes[SALES]["hidden_down"] == 0
    assert lineage.graph.has_edge(("db", "marts", "daily"), ("Looker", "Sales"))


def test_the_columns_of_the_focus_come_from_a_neighbour():
    assert of(shop(), up=0, down=1).graph.nodes[SALES]["columns"] == ("id", "total")
    assert of(shop(), up=1, down=0).graph.nodes[SALES]["columns"] == ("id", "total")
    alone = DictOracle([], columns={"db.a.alone": ["x"]})
    assert of(alone, "db.a.alone").graph.nodes["db", "a", "alone"]["columns"] == ()


def test_a_picture_can_be_shown_after_the_first_hop():
    seen = []

    def look(lineage):
        nodes = lineage.graph.nodes
        seen.append({(node[-1], nodes[node]["side"], nodes[node]["depth"]) for node in lineage.graph})

    of(shop(), on_first_hop=look)
    assert seen == [
        {
            ("sales", "focus", 0),
            ("orders", "up", 1),
            ("items", "up", 1),
            ("people", "up", 1),
            ("daily", "down", 1),
            ("Sales", "down", 1),
        }
    ]


def test_progress_tells_what_is_found_asked_and_waiting():
    told = []
    lineage = of(shop(), on_progress=told.append)
    assert told[-1].asked == lineage.requests
    assert told[-1].found == len(tables(lineage))
    assert told[-1].waiting == 0
    assert [each.asked for each in told] == sorted(each.asked for each in told)


def test_the_graph_is_the_same_whatever_order_the_answers_come_in():
    def slow_first(question):
        time.sleep(0.02 * (question.node[-1] == "orders"))

    first, second = of(shop()), of(shop(before=slow_first))
    assert list(first.graph.nodes(data=True)) == list(second.graph.nodes(data=True))
    assert list(first.graph.edges) == list(second.graph.edges)


def test_it_asks_several_at_once_but_not_more():
    running, most, lock = 0, 0, threading.Lock()

    def count(_):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1

    of(DictOracle([("db.a.hub", f"db.a.t{number}") for number in range(60)], before=count), "db.a.hub")
    assert 8 <= most <= AT_ONCE


@pytest.mark.parametrize(
    "edges",
    [
        [("db.a.a", "db.a.b"), ("db.a.b", "db.a.c"), ("db.a.c", "db.a.a")],
        [("db.a.a", "db.a.a")],
        [("db.a.a", "db.a.b"), ("db.a.b", "db.a.b"), ("db.a.b", "db.a.a")],
    ],
)
def test_cycles_and_self_loops_end(edges):
    """Case 35."""
    lineage = of(DictOracle(edges), "db.a.a")
    assert lineage.complete
    assert set(texts(lineage.graph.edges)) == {edge for edge in edges if edge[0] != edge[1]}


@pytest.mark.parametrize(
    "error",
    [
        ServerFault("Datafold failed (500)."),
        NotFound("There is no such table (404)."),
        Malformed("The answer is no list."),
        InputError("The path has a segment that would lead elsewhere."),
    ],
)
def test_a_node_that_cannot_be_asked_is_missing_and_the_walk_goes_on(error):
    lineage = of(shop(failing={"db.stg.items": error}))
    assert lineage.missing == (Missing(("db", "stg", "items"), "up", error.what),)
    assert not lineage.complete
    assert ("db", "raw", "orders") in lineage.graph
    assert ("db", "raw", "items") not in lineage.graph
    assert "Incomplete: upstream of db.stg.items" in repr(lineage)


def test_a_node_that_answers_later_is_missing_no_more():
    oracle = shop(failing={"db.stg.items": ServerFault("Datafold failed (500).")})
    lineage = of(oracle)
    oracle.failing.clear()
    lineage.expand("stg.items", "up")
    assert lineage.complete
    assert ("db", "raw", "items") in lineage.graph


def test_a_last_hop_that_cannot_be_asked_leaves_a_count_open_and_nothing_missing():
    lineage = of(shop(failing={"db.stg.items": ServerFault("Datafold failed (500).")}), up=1)
    assert lineage.complete
    assert lineage.graph.nodes["db", "stg", "items"]["hidden_up"] is None


def test_a_dashboard_the_service_does_not_know_is_where_lineage_ends():
    lineage = of(shop(failing={"Looker.Sales": NotFound("There is no such table (404).")}))
    assert lineage.complete


def test_a_token_that_is_refused_ends_the_walk():
    with pytest.raises(Unauthorized):
        of(shop(failing={"db.stg.items": Unauthorized("The token is not accepted (401).")}))


@pytest.mark.parametrize("error", [Unreachable("Nobody answers."), DeadlineExceeded("60 s are over.")])
def test_a_service_that_cannot_be_reached_at_first_is_an_error(error):
    with pytest.raises(type(error)):
        of(shop(failing={"db.marts.sales": error}))
    lineage = of(shop(), up=1)
    with pytest.raises(type(error)):
        lineage.expand(
            "stg.items", "up", 2, source=shop(failing={"db.raw.items": error, "db.stg.items": error})
        )


def test_a_service_that_goes_away_is_not_asked_for_ever():
    edges = [("db.a.hub", f"db.a.t{number}") for number in range(100)]
    gone = {f"db.a.t{number}": Unreachable("Nobody answers.") for number in range(1, 100)}
    oracle = DictOracle(edges, failing=gone, before=lambda _: time.sleep(0.02))
    lineage = of(oracle, "db.a.hub", up=0)
    assert len(oracle.asked) < 50
    reasons = {missing.reason for missing in lineage.missing}
    assert reasons == {"Nobody answers.", "the service stopped answering"}
    assert len(lineage.missing) == 99
    assert len(tables(lineage)) == 101


@pytest.mark.parametrize("budget", [1, 2, 5, 9, 10])
def test_the_end_of_the_budget_is_said(budget):
    oracle = shop()
    lineage = of(oracle, budget=budget)
    assert len(oracle.asked) == budget + 1  # one found the focus
    reasons = {missing.reason for missing in lineage.missing}
    assert reasons == {f"the budget of {budget} requests is spent"} or lineage.complete
    assert lineage.complete == (budget == 10)
    assert ("budget" in repr(lineage)) == (not lineage.complete)


@pytest.mark.parametrize("budget", [0, -1, True, 1.5, None])
def test_a_budget_is_a_number_over_0(budget):
    with pytest.raises(InputError, match="budget is"):
        of(shop(), budget=budget)


@pytest.mark.parametrize("hops", [-1, 100, 1.0, "2", True])
def test_hops_are_a_number_from_0_to_99(hops):
    oracle = shop()
    with pytest.raises(InputError, match="up is"):
        of(oracle, up=hops)
    with pytest.raises(InputError, match="down is"):
        of(oracle, down=hops)
    assert oracle.asked == []


def waits(oracle, name):
    """Make the answer about one node wait until the walk is stopped, as a silent service does."""

    def before(question):
        if question.node[-1] == name:
            assert oracle.cancel.wait(10)
            raise Cancelled("The call was cancelled.")

    oracle.before = before
    return oracle


def test_ctrl_c_keeps_what_was_found_and_says_so():
    """Case 36: the walk returns within a second, its calls are cancelled, and the rest is missing."""
    oracle = waits(shop(), "items")
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    lineage = of(oracle)
    assert time.monotonic() - started < 1.3
    timer.join()
    assert oracle.cancel.is_set()
    assert Missing(("db", "stg", "items"), "up", "stopped by you") in lineage.missing
    assert ("db", "raw", "orders") not in lineage.missing
    assert {"db.stg.orders", "db.stg.items", "db.marts.daily"} <= set(texts(tables(lineage)))
    assert "stopped by you" in repr(lineage)
    assert of(shop()).diff(lineage).removed_nodes


def test_ctrl_c_in_a_callback_keeps_the_graph_whole():
    told = []

    def stop(progress):
        told.append(progress)
        if progress.asked == 4:
            raise KeyboardInterrupt

    lineage = of(shop(), on_progress=stop)
    assert "stopped by you" in {missing.reason for missing in lineage.missing}
    assert all("depth" in attributes for _, attributes in lineage.graph.nodes(data=True))


def test_ctrl_c_among_all_columns_keeps_those_that_came():
    lineage = of(shop())
    told = []

    def stop(progress):
        told.append(progress)
        if len(told) == 4:
            raise KeyboardInterrupt

    lineage.trace_all(on_progress=stop)
    assert "stopped by you" in {missing.reason for missing in lineage.missing}
    assert len(lineage.missing) < lineage.plan_columns() + 4


def test_a_cancel_from_another_thread_ends_the_walk():
    oracle = waits(shop(), "items")
    threading.Timer(0.2, oracle.cancel.set).start()
    lineage = of(oracle)
    assert Missing(("db", "stg", "items"), "up", "cancelled") in lineage.missing


def test_an_error_of_our_own_is_not_swallowed():
    def broken(question):
        if question.node[-1] == "items":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        of(shop(before=broken))


def test_no_thread_is_left_behind():
    of(shop())
    end = time.monotonic() + 5
    while any(thread.name == "dataexplore-walk" for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_column_is_followed_hop_by_hop_with_the_tables_it_passes():
    oracle = shop()
    lineage = of(oracle, "db.marts.sales.total")
    assert set(texts(edge for edge in lineage.graph.edges if len(edge[0]) == 4)) == {
        ("db.raw.orders.amount", "db.stg.orders.amount"),
        ("db.raw.items.price", "db.stg.items.price"),
        ("db.stg.orders.amount", "db.marts.sales.total"),
        ("db.stg.items.price", "db.marts.sales.total"),
        ("db.marts.sales.total", "db.marts.daily.total"),
    }
    assert all(question.kind == "column" for question in oracle.asked[1:])
    assert lineage.focus == (*SALES, "total")
    assert lineage.graph.nodes["db", "raw", "items"]["depth"] == 2


def test_a_table_that_only_uses_a_column_is_connected_and_not_followed():
    class Filtered(DictOracle):
        def neighbours(self, question):
            found = super().neighbours(question)
            if question == (("db", "a", "t", "x"), "column", "down"):
                return (*found, *super().neighbours(question._replace(node=("db", "a", "t"), kind="table")))
            return found

    edges = [("db.a.t", "db.a.filtered"), ("db.a.t.x", "db.a.u.x")]
    lineage = of(Filtered(edges, columns={"db.a.t": ["x"], "db.a.u": ["x"]}), "db.a.t.x")
    assert set(texts(lineage.graph.edges)) == {
        ("db.a.t.x", "db.a.u.x"),
        ("db.a.t", "db.a.u"),
        ("db.a.t", "db.a.filtered"),
    }


@pytest.mark.parametrize("name", ["marts.fact_orders", "marts.fact_orders.amount"])
def test_a_walk_of_the_sandbox_reaches_what_it_lists_at_full_depth(sandbox, name):
    """The service answers in two ways, hop by hop and all at once; they must agree."""
    session = Session(ServiceSettings("datafold", "test", url=sandbox.url), sandbox.token)
    explore = Explore(session)

    @contextmanager
    def source():
        yield Source(explore, 1)

    lineage = Lineage.of(source, name, database="warehouse")
    for side in ("up", "down"):
        if lineage.graph.nodes[lineage.focus]["kind"] == "column":
            listed = getattr(explore, f"column_{side}streams")(
                1, lineage.focus, 99, include_tabular_nodes=False
            )
        else:
            listed = getattr(explore, f"table_{side}streams")(1, lineage.focus, 99)
        reached = reachable(lineage.graph, [lineage.focus], side).keys() - {lineage.focus}
        assert reached == {entry.path for entry in listed}
    assert lineage.complete
    session.close()


def test_fifty_thousand_tables_in_a_hub_are_walked_in_bounded_time():
    """Case 35."""
    oracle = DictOracle([("db.a.hub", f"db.a.t{number}") for number in range(50_000)])
    started = time.process_time()
    lineage = of(oracle, "db.a.hub", budget=1_000)
    assert len(tables(lineage)) == 50_001
    assert len(lineage.missing) == 50_000 - 999
    assert time.process_time() - started < 30


def test_a_chain_of_thousands_needs_no_recursion():
    """Case 35."""
    oracle = DictOracle([(f"db.a.t{number}", f"db.a.t{number + 1}") for number in range(5_000)])
    lineage = of(oracle, "db.a.t0", budget=10_000)
    assert lineage.complete
    assert lineage.graph.nodes["db", "a", "t5000"]["depth"] == 5_000
