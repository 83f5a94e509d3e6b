"""Runs in both shapes, filtered, and waited for."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from dataexplore.clients.coalesce import Run
from dataexplore.errors import Cancelled, DeadlineExceeded, InputError, NotFound
from tests.faults.fake_clock import FakeClock

SEED = {
    "runCounter": 41,
    "status": "failed",
    "environmentID": "3",
    "startedAt": "2026-11-20T06:00:00Z",
    "completedAt": "2026-11-20T06:04:10Z",
}
SEEN = {
    "id": "41",
    "runStatus": "failed",
    "runType": "refresh",
    "runStartTime": "2026-11-20T06:00:00Z",
    "runEndTime": "2026-11-20T06:04:10Z",
    "runFailureReason": "1 node failed",
    "reRunID": "40",
    "runTimeParameters": {"load_date": "2026-11-20"},
    "userID": "u1",
    "runDetails": {
        "environmentID": 3,
        "jobID": 7,
        "parallelism": 8,
        "nodesInRun": 12,
        "includeNodesSelector": '{ location: "MARTS" name: "fact_orders" }',
        "excludeNodesSelector": "",
    },
}
MOMENT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
LEFT = (
    "Run 42 goes on in Coalesce: look at it with ws.coalesce.runs.get(42), "
    "cancel it with ws.coalesce.scheduler.cancel(42)."
)


def state(status, **more):
    return {"runCounter": 42, "status": status, **more}


@pytest.mark.parametrize("raw", [SEED, SEEN], ids=["seed", "seen"])
def test_a_run_is_read_alike_in_both_shapes(raw):
    run = Run.read(raw)
    assert (run.id, run.status, run.environment_id, run.duration_s) == (41, "failed", "3", 250.0)
    assert run.started_at == dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
    assert run.ended
    assert run.raw is raw


def test_a_run_tells_its_job_its_parameters_and_what_it_repeats():
    run = Run.read(SEEN)
    assert (run.run_type, run.job_id, run.rerun_of, run.parallelism) == ("refresh", "7", 40, 8)
    assert (run.failure_reason, run.nodes_in_run, run.user_id) == ("1 node failed", 12, "u1")
    assert run.include_nodes_selector == '{ location: "MARTS" name: "fact_orders" }'
    assert run.parameters == {"load_date": "2026-11-20"}


def test_a_queued_run_has_no_times():
    run = Run.read({"runCounter": 42, "status": "queued", "environmentID": "3", "completedAt": None})
    assert (run.started_at, run.completed_at, run.duration_s, run.ended) == (None, None, None, False)


def test_list_asks_for_the_newest_first(answered):
    """listRuns."""
    client = answered({"data": [SEEN, {**SEED, "runCounter": 40}], "next": 40}, {"data": [], "next": None})
    runs = client.runs.list()
    assert client.asked[:2] == ("GET", "/api/v1/runs")
    assert [run.id for run in runs] == [41, 40]
    assert dict(client.requests[0].url.params) == {
        "limit": "100",
        "orderBy": "id",
        "orderByDirection": "desc",
    }
    assert client.requests[1].url.params["startingFrom"] == "40"
    frame = runs.to_df()
    assert frame["duration_s"].to_list() == [250.0, 250.0]
    assert list(frame.columns)[:8] == [
        "id",
        "status",
        "run_type",
        "environment_id",
        "job_id",
        "started_at",
        "completed_at",
        "duration_s",
    ]
    assert "250" in runs._repr_html_()


def test_filters_go_out_in_the_services_words(answered):
    client = answered({"data": [], "next": None})
    for status, word in (("success", "completed"), ("cancelled", "canceled"), ("canceled", "canceled")):
        client.runs.list(environment_id=3, run_status=status, run_type="refresh", project_id=1, limit=5)
        params = dict(client.requests[-1].url.params)
        assert params["runStatus"] == word
    assert (params["environmentID"], params["runType"], params["projectID"]) == ("3", "refresh", "1")


def test_a_status_for_which_the_service_has_two_words_is_filtered_here_alone(answered):
    """It takes one word, so that runs of the other would be missing."""
    rows = [
        {"id": 9, "runStatus": "initializing"},
        {"id": 8, "runStatus": "waitingToRun"},
        {"id": 7, "runStatus": "rendering"},
        {"id": 6, "runStatus": "running"},
        {"id": 5, "runStatus": "completed"},
    ]
    for status, numbers in (("queued", [9, 8]), ("waitingToRun", [9, 8]), ("running", [7, 6])):
        client = answered({"data": rows, "next": None})
        assert [run.id for run in client.runs.list(run_status=status)] == numbers
        assert "runStatus" not in client.requests[-1].url.params


def test_a_service_that_knows_no_filter_sends_everything_and_it_is_filtered_here(answered):
    rows = [
        {**SEED, "runCounter": 9},
        {**SEED, "runCounter": 8, "environmentID": "1"},
        {**SEED, "runCounter": 7, "status": "success"},
        {**SEED, "runCounter": 6, "runType": "deploy"},
        {**SEED, "runCounter": 5},
    ]
    client = answered({"data": rows[:3], "next": "7"}, {"data": rows[3:], "next": None})
    found = client.runs.list(environment_id="3", run_status="failed", run_type="refresh")
    assert [run.id for run in found] == [9, 5]  # those without a type may well be refreshes
    client = answered({"data": rows, "next": None})
    assert [run.id for run in client.runs.list(run_status="failed", environment_id=3, limit=2)] == [9, 6]


def at(number, hours_ago, **more):
    started = MOMENT - dt.timedelta(hours=hours_ago)
    return {"runCounter": number, "status": "success", "startedAt": started.isoformat(), **more}


def test_a_window_ends_the_reading_some_runs_after_its_edge(answered):
    """Counters go by when a run was asked for: one that waited starts later than its followers."""
    waiting = {"runCounter": 900, "status": "queued"}
    first = [waiting, at(899, 1), at(898, 30), at(897, 2)]
    older = [at(number, 1000 - number) for number in range(800, 700, -1)]
    client = answered({"data": first, "next": "a"}, {"data": older, "next": "b"}, (500, b""))
    runs = client.runs.list(since=MOMENT - dt.timedelta(days=1))
    assert [run.id for run in runs] == [900, 899, 897]
    assert len(client.requests) == 2


@pytest.mark.parametrize("order", [{"order_by_direction": "asc"}, {"order_by": "runStartTime"}])
def test_a_window_in_another_order_is_read_to_the_end(answered, order):
    older = [at(number, 1000) for number in range(1, 100)]
    client = answered({"data": older, "next": "a"}, {"data": [at(100, 1)], "next": None})
    edge = (MOMENT - dt.timedelta(days=1)).replace(tzinfo=None)
    assert [run.id for run in client.runs.list(since=edge, **order)] == [100]


def test_a_filter_that_is_none_is_refused(answered):
    client = answered({"data": [], "next": None})
    for odd in ({"environment_id": ""}, {"run_status": ""}, {"run_type": 7}, {"project_id": " "}):
        with pytest.raises(InputError):
            client.runs.iterate(**odd)
    assert client.requests == []


def test_get_reads_one(answered):
    """getRun."""
    client = answered(SEED)
    assert client.runs.get(41).id == 41
    assert client.asked == ("GET", "/api/v1/runs/41", "")
    with pytest.raises(NotFound, match="No run 99"):
        answered((400, {"error": "No run 99.", "code": "NOT_FOUND"})).runs.get("99")


def test_wait_asks_until_it_ended_and_tells_progress(answered):
    told = []
    client = answered(state("queued"), state("running"), state("success"))
    assert client.runs.wait(42, on_progress=lambda run: told.append(run.status)).status == "success"
    assert len(client.requests) == 3
    assert list(dict.fromkeys(told)) == ["queued", "running", "success"]
    assert len(told) > 3  # in the pauses too
    assert 0.3 < client.clock.now < 0.8


@pytest.mark.parametrize("last", ["failed", "canceled", "cancelled", "completed"])
def test_watch_yields_each_state_up_to_the_last(answered, last):
    client = answered(state("initializing"), state("rendering"), {"id": 42, "runStatus": last})
    seen = [run.run_status for run in client.runs.watch(42)]
    assert seen == ["initializing", "rendering", last]


def test_a_word_nobody_knows_is_waited_through_until_there_is_a_time_of_the_end(answered):
    client = answered(state("paused"), state("expired", completedAt="2026-11-20T06:04:10Z"))
    assert client.runs.wait(42).status == "expired"


def test_a_wait_that_takes_too_long_says_that_the_run_goes_on(answered):
    client = answered(state("running"))
    with pytest.raises(DeadlineExceeded) as caught:
        client.runs.wait(42, deadline_s=30)
    assert (caught.value.what, caught.value.fix) == ("It did not end within 30 s.", LEFT)
    with pytest.raises(DeadlineExceeded, match=r"did not end within 5 s\. Run 42 goes on"):
        list(client.runs.watch("42", deadline_s=5))


def test_stop_says_how_to_cancel_the_run_and_cancels_nothing(answered):
    """Case 36."""

    def interrupt():
        raise KeyboardInterrupt

    client = answered(state("running"), clock=FakeClock(on_sleep=interrupt))
    with pytest.raises(KeyboardInterrupt) as caught:
        client.runs.wait(42)
    assert str(caught.value) == LEFT
    with pytest.raises(KeyboardInterrupt, match=r"scheduler\.cancel"):
        list(client.runs.watch(42))
    assert {request.method for request in client.requests} == {"GET"}


def test_a_cancel_by_another_thread_ends_the_wait_and_not_the_run(answered):
    cancel = threading.Event()
    client = answered(state("running"), cancel=cancel)
    with pytest.raises(Cancelled) as caught:
        client.runs.wait(42, on_progress=lambda _run: cancel.set())
    assert caught.value.fix == LEFT
    assert {request.method for request in client.requests} == {"GET"}


def test_a_run_without_an_id_is_refused(answered):
    client = answered(state("running"))
    for call in (client.runs.get, client.runs.results, client.runs.watch, client.runs.wait):
        with pytest.raises(InputError, match="The id of the run is empty"):
            call("")
    assert client.requests == []
