"""One run in depth, read from answers as services give them."""

from __future__ import annotations

import re

import pytest

from dataexplore.clients.coalesce import Run, RunResult
from dataexplore.clients.records import Records
from dataexplore.runs import RunInDepth

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e"


def depth(run, *results, **names):
    return RunInDepth(Run.read(run), Records.read(list(results), RunResult), **names)


def failed(name, error):
    query = {"startTime": "2026-11-20T02:00:01Z", "error": {"errorString": error}}
    return {"nodeID": name, "nodeName": name, "status": "failed", "queryResults": [query]}


def node(name, status, **more):
    return {"nodeID": name, "nodeName": name, "status": status, **more}


RUN = {
    "runCounter": 612,
    "status": "failed",
    "environmentID": "3",
    "startedAt": "2026-11-20T02:00:00Z",
    "completedAt": "2026-11-20T02:04:12Z",
}


def test_the_header_says_what_how_when_and_how_much():
    run = depth({**RUN, "runType": "refresh"}, node("a", "success"), environment="prod", job="Nightly")
    assert run.headline == (
        "Run 612: ✗ failed · refresh of prod · job Nightly · started 2026-11-20 02:00 UTC"
        " · took 4 min 12 s · 1 of 1 node built"
    )
    assert (run.id, run.status) == (612, "failed")


def test_what_failed_stands_first_with_the_databases_words():
    run = depth(
        RUN,
        node("good", "success", rowsAffected=7),
        node("late", "queued"),
        node("left", "skipped"),
        failed("fact_orders", "Binder Error: no column amont"),
    )
    assert run.remarks == [
        "✗ fact_orders: Binder Error: no column amont",
        "1 node skipped, because something it reads was not built",
    ]
    assert run.nodes["node"].to_pylist() == ["fact_orders", "left", "late", "good"]
    assert run.nodes["rows"].to_pylist() == [None, None, None, 7]
    assert run.nodes["status"].to_pylist()[:2] == ["✗ failed", "↷ skipped"]


def test_of_many_failures_the_first_are_told_and_the_rest_counted():
    run = depth(RUN, *(failed(f"n{number}", "x" * 5000) for number in range(9)), node("s", "skipped"))
    assert len(run.remarks) == 7
    assert run.remarks[5] == "and 4 nodes more that failed"
    assert max(map(len, run.remarks)) < 700


def test_a_failure_that_no_node_explains_is_told_from_the_run():
    assert depth({**RUN, "runFailureReason": "The server ended."}).remarks == ["✗ The server ended."]


def test_a_node_that_failed_without_a_word_says_so():
    assert depth(RUN, node("a", "failed")).remarks == ["✗ a: the service does not say why"]


def test_a_rerun_names_the_runs_before_it():
    run = depth({**RUN, "status": "success", "reRunID": "600", "runHistory": [590, 600, None]})
    assert run.remarks == ["Runs again what failed in run 600 and 590"]


def test_a_service_that_tells_only_what_is_promised_is_shown_too():
    run = depth({"runCounter": 1, "status": "queued"}, node("a", "queued"))
    assert run.headline == "Run 1: … queued · run · not started yet · 0 of 1 node built"
    assert "a" in repr(run)
    assert depth({"runCounter": 1, "status": "running"}).nodes.num_rows == 0


@pytest.mark.parametrize("place", ["name", "error", "environment", "job", "reason", "status"])
def test_hostile_text_stays_text(place):
    """Case 33."""
    said = {place: HOSTILE}
    run = depth(
        {**RUN, "status": said.get("status", "failed"), "runFailureReason": said.get("reason", "")},
        *([] if place == "reason" else [failed(said.get("name", "a"), said.get("error", "b"))]),
        environment=said.get("environment", "prod"),
        job=said.get("job"),
    )
    page = run._repr_html_()
    assert "&lt;img" in page
    elements = {"div", "p", "b", "style", "table", "thead", "tbody", "tr", "th", "td"}
    assert set(re.findall(r"<(\w+)", page)) <= elements
    for text in (page, repr(run)):
        assert not {"\x1b", "\u202e"} & set(text)
