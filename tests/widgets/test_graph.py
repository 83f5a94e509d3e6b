"""The widget on Python's side: what it takes, refuses, asks and sends."""

import re
import threading
import time

import pytest

from dataexplore.errors import InputError
from dataexplore.lineage import Lineage
from dataexplore.lineage.graph import add_column, add_table
from dataexplore.lineage.pictures.marks import STATUSES
from dataexplore.widgets.events import Expand, Trace
from dataexplore.widgets.graph import LineageWidget
from dataexplore.widgets.joined import joined
from tests.widgets.lineages import warehouse_lineage


@pytest.fixture
def asked():
    return []


@pytest.fixture
def live(shop, asked):
    return LineageWidget(shop, ask=lambda request, done: asked.append((request, done)))


def send(widget, **message):
    widget._handle_custom_msg(message, [])


EXPAND = {"type": "expand", "node": "shop.marts.fact_orders", "side": "down", "hops": 1}


def test_selected_path_and_focus_are_set_by_any_name_and_read_whole(shop):
    widget = LineageWidget(shop)
    widget.selected = ["fact_orders.total", "stg_orders"]
    widget.focus = "dim_customers"
    assert widget.selected == ["shop.marts.fact_orders.total", "shop.staging.stg_orders"]
    assert widget.focus == "shop.marts.dim_customers"


def test_a_column_without_a_node_can_be_selected(shop):
    widget = LineageWidget(shop)
    widget.selected = ["fact_orders.channel"]
    assert widget.selected == ["shop.marts.fact_orders.channel"]


def test_an_unknown_name_is_an_error_that_names_the_nearest(shop):
    widget = LineageWidget(shop)
    with pytest.raises(InputError, match=r"Did you mean .*fact_orders"):
        widget.selected = ["fact_order"]
    assert widget.selected == []


def test_status_words_are_brought_to_one_vocabulary(shop):
    widget = LineageWidget(shop, status={"fact_orders": "Succeeded", ("shop", "raw", "orders"): "odd"})
    assert widget.status == {"shop.marts.fact_orders": "ok", "shop.raw.orders": "unknown"}


def test_the_page_marks_the_words_that_the_figure_marks():
    block = re.search(r"STATUSES = \{\n(.*?)\n\};", joined("graph"), re.DOTALL)[1]
    assert re.findall(r"^  (\w+): \{", block, re.MULTILINE) == list(STATUSES)


def test_an_event_reaches_ask_as_a_checked_request_and_is_busy_until_done(live, asked):
    send(live, **EXPAND)
    send(live, type="trace", column="shop.marts.fact_orders.discount")
    assert [request for request, _ in asked] == [
        Expand(("shop", "marts", "fact_orders"), "down", 1),
        Trace(("shop", "marts", "fact_orders", "discount")),
    ]
    assert live.busy == ["shop.marts.fact_orders", "shop.marts.fact_orders.discount"]
    for _, done in asked:
        done(None)
    assert live.busy == []


def test_asking_twice_is_asked_once(live, asked):
    send(live, **EXPAND)
    send(live, **EXPAND)
    assert len(asked) == 1
    assert live.dropped == 1


def test_without_anybody_to_ask_nothing_is_asked(shop):
    widget = LineageWidget(shop)
    send(widget, **EXPAND)
    assert not widget.live
    assert widget.busy == []
    assert widget.dropped == 1


def test_a_failed_question_is_told_above_the_picture(live, asked):
    send(live, **EXPAND)
    asked[0][1](InputError("Datafold did not answer.", "Try again."))
    assert live.notice == "Datafold did not answer. Try again."
    assert live.busy == []


def test_an_ask_that_raises_is_told_too(shop):
    def refuse(request, done):
        raise InputError("The session is closed.", "Connect again.")

    widget = LineageWidget(shop, ask=refuse)
    send(widget, **EXPAND)
    assert widget.notice == "The session is closed. Connect again."
    assert widget.busy == []


def test_a_done_question_redraws_with_its_table_as_the_anchor(live, asked):
    before = live.scene
    send(live, **EXPAND)
    asked[0][1](None)
    assert live.scene["anchor"] == "shop.marts.fact_orders"
    assert live.scene is not before


def test_a_traced_column_moves_no_table(live, asked, shop):
    send(live, type="trace", column="shop.marts.fact_orders.discount")
    before = live.scene
    add_column(shop.graph, shop.focus, "discount")
    asked[0][1](None)
    assert live.scene["x"] == before["x"]
    assert live.scene["y"] == before["y"]
    assert sum(live.scene["traced"]) == 1


def test_a_selector_lights_what_it_chooses(shop):
    widget = LineageWidget(shop)
    send(widget, type="select", text="+daily_revenue")
    assert "shop.raw.orders" in widget.path
    assert "bi.finance.Revenue" not in widget.path
    send(widget, type="select", text="marts.fact_orders+")
    assert widget.path == [
        "shop.marts.fact_orders",
        "shop.marts.daily_revenue",
        "bi.finance.Revenue",
        "crm.push.contacts",
    ]
    send(widget, type="select", text="+fact_orders.total")
    assert widget.path == [
        "shop.raw.orders.total",
        "shop.staging.stg_orders.total",
        "shop.marts.fact_orders.total",
    ]


def test_a_selector_that_cannot_be_read_is_told(shop):
    widget = LineageWidget(shop)
    send(widget, type="select", text="+nothing_of_that_name")
    assert "nothing_of_that_name" in widget.notice
    assert widget.path == []


def test_messages_that_are_no_events_are_dropped_and_counted(live, asked):
    for message in (
        {"type": "sql", "text": "drop table orders"},
        {"type": "expand"},
        {"node": "x" * 100_000},
    ):
        live._handle_custom_msg(message, [])
    assert (live.dropped, asked) == (3, [])


@pytest.mark.parametrize(
    "state",
    [
        {"scene": {}},
        {"live": True},
        {"notice": "owned"},
        {"_esm": "alert(1)"},
        {"selected": "shop.marts.fact_orders"},
        {"selected": [1]},
        {"selected": ["no.such.table"]},
        {"path": ['"unclosed']},
        {"path": [None]},
        {"focus": ["shop.marts.fact_orders"]},
        {"focus": "x" * 100_000},
    ],
    ids=str,
)
def test_a_page_can_set_only_what_it_selects(shop, state):
    widget = LineageWidget(shop)
    before = {
        name: getattr(widget, name)
        for name in ("scene", "live", "notice", "_esm", "selected", "path", "focus")
    }
    widget.set_state(state)
    assert {name: getattr(widget, name) for name in before} == before
    assert widget.dropped == 1


def test_a_snapshot_that_came_late_undoes_nothing(live, shop, asked):
    with shop.lock:
        slow = threading.Thread(target=live.refresh)
        slow.start()
        while live._taken < 1:
            time.sleep(0.001)
        live.refresh()
        latest = live.scene
    slow.join()
    assert live.scene is latest


def test_refresh_may_run_while_the_lineage_grows(shop):
    widget = LineageWidget(shop)
    stop = threading.Event()

    def grow():
        number = 0
        while not stop.is_set():
            with shop.lock:
                number += 1
                add_table(shop.graph, ("shop", "x", str(number)), columns=["a"], depth=1, side="down")
                shop.graph.add_edge(shop.focus, ("shop", "x", str(number)), kind="table")
            stop.wait(0.001)

    growing = threading.Thread(target=grow)
    growing.start()
    for _ in range(5):
        widget.refresh()
    stop.set()
    growing.join()
    assert widget.scene["shown"] > 9


def test_what_is_missing_reaches_the_page(shop):
    graph = Lineage.read_json(shop.to_json())
    graph._found.missing[("shop", "marts", "fact_orders"), "down"] = "the service failed (500)"
    scene = LineageWidget(graph).scene
    assert scene["cut"] == 1
    assert scene["notes"] == ["downstream of shop.marts.fact_orders (the service failed (500))"]


def test_the_rest_of_a_large_lineage_follows_when_the_page_is_ready():
    widget = LineageWidget(warehouse_lineage(1_600, columns=1))
    assert (widget.scene["shown"], widget.scene["whole"]) == (300, 1_600)
    send(widget, type="ready")
    end = time.monotonic() + 30
    while widget.scene["shown"] < 1_600 and time.monotonic() < end:
        time.sleep(0.05)
    assert widget.scene["shown"] == 1_600
    send(widget, type="ready")
    assert [thread.name for thread in threading.enumerate() if thread.name == "dataexplore-layout"] == []
