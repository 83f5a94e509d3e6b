"""Results of a run, in every shape that was seen."""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.clients.coalesce import QueryResult, RunResult
from dataexplore.errors import Malformed

SEED = {"nodeID": "n1", "nodeName": "STG_ORDERS", "status": "success", "rowsAffected": 1200}
QUERIES = [
    {
        "name": "Create table",
        "status": "Success",
        "success": True,
        "startTime": "2026-11-20T06:00:05Z",
        "endTime": "2026-11-20T06:00:06Z",
    },
    {
        "name": "Insert",
        "sql": "insert into ...",
        "startTime": "2026-11-20T06:00:06Z",
        "endTime": "2026-11-20T06:01:05.500Z",
        "rowsInserted": 100,
        "rowsUpdated": "20",
        "rowsDeleted": 3,
        "queryID": "q1",
        "warehouse": "WH",
    },
]
SEEN = {"nodeID": "n2", "name": "FACT", "isRunning": False, "runState": "complete", "queryResults": QUERIES}
ERROR = {"error": {"errorString": "400: no", "errorDetail": "400: no"}}
FAILING = {"errorString": "Division by zero", "errorDetail": "more of it"}


def test_results_of_the_contract_are_read(answered):
    """listRunResults."""
    client = answered({"data": [SEED], "next": None})
    (result,) = client.runs.results(41)
    assert client.asked == ("GET", "/api/v1/runs/41/results", "")
    assert (result.node_id, result.node_name, result.status) == ("n1", "STG_ORDERS", "success")
    assert (result.rows_affected, result.started_at, result.queries, result.error) == (1200, None, None, None)


def test_times_and_rows_come_from_the_statements_when_they_are_told():
    result = RunResult.read(SEEN)
    assert (result.node_name, result.status, result.rows_affected) == ("FACT", "success", 123)
    assert result.started_at == dt.datetime(2026, 11, 20, 6, 0, 5, tzinfo=dt.UTC)
    assert (result.ended_at - result.started_at).total_seconds() == result.duration_s == 60.5
    assert [query.name for query in result.queries] == ["Create table", "Insert"]
    insert = result.queries[1]
    assert (insert.rows_inserted, insert.rows_updated, insert.rows_deleted) == (100, 20, 3)
    assert (insert.query_id, insert.warehouse, insert.duration_s) == ("q1", "WH", 59.5)
    assert (result.queries[0].success, result.queries[0].status) == (True, "Success")


def test_rows_that_are_told_win_over_a_sum_and_nothing_told_is_none():
    assert RunResult.read({**SEEN, "rowsAffected": 7}).rows_affected == 7
    assert RunResult.read({**SEEN, "rowsAffected": 0}).rows_affected == 0
    assert RunResult.read({**SEEN, "queryResults": QUERIES[:1]}).rows_affected is None
    assert RunResult.read({**SEEN, "queryResults": [{"rowsInserted": 0}]}).rows_affected == 0


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ({"runState": "running"}, "running"),
        ({"runState": "complete"}, "success"),
        ({"runState": "failed"}, "failed"),
        ({"runState": "canceled"}, "cancelled"),
        ({"status": "skipped"}, "skipped"),
        ({"status": "queued", "runState": "running"}, "queued"),
        ({"runState": "odd"}, "odd"),
        ({"isRunning": True}, "running"),
        ({"isRunning": False}, None),
        ({"runState": 7}, None),
    ],
)
def test_a_nodes_state_is_read_in_both_vocabularies(raw, status):
    assert RunResult.read(raw).status == status


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ({"queryResults": [{"error": FAILING}, {"error": {"errorString": "second"}}]}, "Division by zero"),
        ({"queryResults": [{}, {"error": {"errorDetail": "only that"}}]}, "only that"),
        ({"queryResults": [{"error": "as text"}]}, "as text"),
        ({"queryResults": [{"error": {}}, {"error": ""}, {"error": None}]}, None),
        ({"queryResults": [], "renderQueryResult": {"error": FAILING}}, "Division by zero"),
        ({"error": FAILING}, "Division by zero"),
        ({"queryResults": "odd", "renderQueryResult": "odd", "error": 7}, None),
        ({"queryResults": ["odd", 7, None]}, None),
    ],
)
def test_the_error_is_the_first_statements(raw, error):
    result = RunResult.read(raw)
    assert result.error == error
    assert (result.started_at, result.ended_at, result.duration_s, result.rows_affected) == (None,) * 4


def test_a_statement_that_runs_has_a_start_and_no_end():
    running = {"isRunning": True, "queryResults": [{"startTime": "2026-11-20T06:00:05Z", "endTime": None}]}
    result = RunResult.read(running)
    assert (result.started_at.hour, result.ended_at, result.duration_s) == (6, None, None)
    assert QueryResult.read(running["queryResults"][0]).duration_s is None


@pytest.mark.parametrize(
    "answer",
    [
        {"data": [SEED], "next": None},
        {"data": [SEED]},
        {"data": [SEED], "next": ""},
        [SEED],
        {"n1": {name: SEED[name] for name in ("nodeName", "status", "rowsAffected")}},
        {"nodes": {"n1": {name: SEED[name] for name in ("nodeName", "status", "rowsAffected")}}},
        {"nodes": [SEED]},
        {"data": {"n1": SEED}},
        {"data": {"nodes": {"n1": SEED}}},
    ],
)
def test_results_come_as_a_page_a_list_or_a_map(answered, answer):
    (result,) = answered(answer).runs.results(41)
    assert (result.node_id, result.node_name, result.rows_affected) == ("n1", "STG_ORDERS", 1200)


@pytest.mark.parametrize("answer", [[], {"data": []}, {"nodes": {}}, {"data": {}}])
def test_a_run_may_have_no_results_yet(answered, answer):
    assert len(answered(answer).runs.results(41)) == 0


@pytest.mark.parametrize(
    "answer", [None, 7, "a", [7], {"data": 7}, {"data": [None]}, {"nodes": 1}, {}, ERROR]
)
def test_an_answer_without_results_is_refused(answered, answer):
    """R14."""
    with pytest.raises(Malformed) as caught:
        answered(answer).runs.results(41)
    assert caught.value.operation == "listRunResults"


@pytest.mark.parametrize("following", ["abc", 7])
def test_results_that_go_on_are_refused_since_the_rest_cannot_be_asked_for(answered, following):
    """R14: whole or an error."""
    with pytest.raises(Malformed, match="go on after this page"):
        answered({"data": [SEED], "next": following}).runs.results(41)


def test_a_node_of_a_map_may_be_called_next(answered):
    """A map's names are ids, whatever they look like; only a text or number there is a cursor."""
    with pytest.raises(Malformed):
        answered({"next": 7, "n1": SEED}).runs.results(41)
    assert answered({"next": SEED}).runs.results(41)[0].node_name == "STG_ORDERS"


def test_results_are_a_table(answered):
    frame = answered({"data": [SEED, SEEN], "next": None}).runs.results(41).to_df()
    assert frame["rows_affected"].to_list() == [1200, 123]
    assert list(frame.columns)[:7] == [
        "node_id",
        "node_name",
        "status",
        "rows_affected",
        "started_at",
        "ended_at",
        "duration_s",
    ]
