"""``%datafold`` and Stop in a real kernel: what was found is kept, and what goes on elsewhere is said."""

from __future__ import annotations

import re
import threading

import pytest

from tests.faults.fault_server import TOKEN, FaultServer, head
from tests.notebook.answering import answering

pytestmark = pytest.mark.kernel

CONNECT = """
import os
os.environ |= {{
    "DATAEXPLORE_DATAFOLD_URL": "{url}",
    "DATAEXPLORE_DATAFOLD_TOKEN": "{token}",
    "DATAEXPLORE_DATAFOLD_DATA_CONNECTION_ID": "1",
    "DATAEXPLORE_DATAFOLD_DATABASE": "db",
}}
%dataexplore connect
"""
RETURN = """
for name in [name for name in os.environ if name.startswith("DATAEXPLORE_DATAFOLD_")]:
    del os.environ[name]
%dataexplore connect sandbox
"""
ENDLESS = "select count(*) as id from range(1000000000000) t(i), range(1000) u(j)"


def table(name, *columns):
    told = [{"name": column} for column in columns]
    return {"type": "Table", "name": name, "path": ["db", "s", name], "columns": told}


CHAIN = {"hub/downstreams": [table("t0", "id", "x")], "t0/downstreams": [table("t1", "id")]}


@pytest.fixture
def connect_to(notebook):
    """Give a function that connects the kernel to a service that answers by rules."""
    servers = []

    def connect(rules):
        servers.append(FaultServer(answering(rules)))
        connected = notebook.run(CONNECT.format(url=servers[-1].url, token=TOKEN))
        assert connected.error == ""
        return servers[-1]

    yield connect
    notebook.run(RETURN)
    for server in servers:
        server.close()


def shown(ran):
    """The texts under the cell, as they stand in the end."""
    texts = {}
    for message in ran.messages:
        if message["msg_type"] in {"display_data", "update_display_data"}:
            content = message["content"]
            texts[content["transient"].get("display_id")] = content["data"]
    return list(texts.values())


def test_stop_in_the_middle_of_a_walk_keeps_what_was_found_and_says_so(notebook, connect_to):
    asked, closed = threading.Event(), threading.Event()

    def silent(peer):
        asked.set()
        peer.await_close()
        closed.set()

    rules = {**CHAIN, "t1/downstreams": silent}
    connect_to(rules)
    cell = notebook.start("found = %datafold lineage db.s.hub --up 0")
    assert asked.wait(20)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.seconds < 1
    assert stopped.error == ""
    line, banner = shown(stopped)
    assert line["text/plain"].startswith("3 tables, 2 edges")
    assert banner["text/plain"] == "Incomplete: downstream of db.s.t1 (stopped by you)"
    assert "font-weight:bold" in banner["text/html"]
    assert closed.wait(2), "the service sees the close"
    assert notebook.value("sorted(node[-1] for node in found.graph)") == "['hub', 't0', 't1']"
    rules["t1/downstreams"] = []
    assert notebook.run("again = %datafold lineage db.s.hub --up 0").error == ""
    assert notebook.value("again.complete, found.expand('t1', 'down').complete") == "True True"


def test_stop_in_the_middle_of_a_walk_asks_for_no_columns_either(notebook, connect_to):
    asked = threading.Event()

    def silent(peer):
        asked.set()
        peer.await_close()

    server = connect_to({**CHAIN, "t1/downstreams": silent})
    cell = notebook.start("found = %datafold lineage s.hub --up 0 --columns all")
    assert asked.wait(20)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert (stopped.error, stopped.seconds < 1) == ("", True)
    assert not any(b"/columns/" in request for request in server.requests)


def test_stop_while_columns_are_asked_for_keeps_the_tables(notebook, connect_to):
    asked = threading.Event()

    def silent(peer):
        asked.set()
        peer.await_close()

    connect_to({"s.hub/downstreams": [table("t0", "id", "x")], "columns/": silent})
    cell = notebook.start("found = %datafold lineage s.hub --up 0 --columns all")
    assert asked.wait(20)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert (stopped.error, stopped.seconds < 1) == ("", True)
    assert "stopped by you" in shown(stopped)[-1]["text/plain"]
    assert notebook.value("len(found.graph), found.complete") == "2 False"


def test_stop_before_anything_was_found_is_an_error_of_one_line(notebook, connect_to):
    asked = threading.Event()

    def silent(peer):
        asked.set()
        peer.await_close()

    connect_to({"s.hub/downstreams": silent})
    cell = notebook.start("%datafold lineage s.hub")
    assert asked.wait(20)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.seconds < 1
    assert stopped.error == "Stopped."


def test_stop_while_waiting_for_a_diff_says_that_it_goes_on_and_how_to_end_it(notebook):
    notebook.run("import dataexplore\nws = dataexplore.connect('sandbox')")
    notebook.run(
        "ws.coginiti.sql('create schema if not exists review_stop')\n"
        f"ws.coginiti.sql('create or replace view review_stop.endless as {ENDLESS}')"
    )
    cell = notebook.start("%datafold diff review_stop.endless review_stop.endless --key id")
    notebook.follow(cell, until=lambda message: "data diff " in str(message["content"].get("data")))
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.seconds < 1
    first, second = stopped.error.split("\n")
    number = int(re.search(r"data_diffs\.cancel\((\d+)\)", second)[1])
    assert first == "Stopped."
    assert second.startswith(f"Data diff {number} goes on in Datafold")
    assert [bundle["text/plain"] for bundle in shown(stopped)] == [""]
    assert notebook.value(f"ws.datafold.data_diffs.get({number}).ended") == "False"
    notebook.run(f"ws.datafold.data_diffs.cancel({number})")
    assert notebook.value(f"ws.datafold.data_diffs.wait({number}, deadline_s=20).status") == "cancelled"
    assert notebook.run("%datafold diffs --limit 1").error == ""
    notebook.run("ws.close()")


def test_one_line_tells_how_far_a_walk_is_and_ends_as_what_came(notebook, connect_to):
    was_shown = threading.Event()

    def late(peer):
        was_shown.wait(20)
        peer.send(head(200, "Content-Length: 2"), b"[]")

    connect_to({**CHAIN, "t1/downstreams": late})
    cell = notebook.start("found = %datafold lineage db.s.hub --up 0")
    begun = notebook.follow(cell, until=lambda message: message["msg_type"] == "display_data")
    was_shown.set()
    ended = notebook.follow(cell)
    (first,) = begun.of("display_data")
    assert re.match(
        r"running · 3 tables · 2 requests · 1 waiting · \d\.\d s · 127\.0\.0\.1", first["data"]["text/plain"]
    )
    (last,) = shown(ended)
    assert last["text/plain"].startswith("3 tables, 2 edges")
    assert ended.of("display_data") == []
