from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from dataexplore.sandbox.datafold.monitor_runs import MonitorRuns
from dataexplore.sandbox.datafold.monitor_specs import FORMS
from dataexplore.sandbox.errors import Refusal

NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
ENDLESS = "SELECT count(*) FROM range(1000000000000) AS a(i) WHERE i % 7 = 8"


@pytest.fixture
def runs(platform):
    return MonitorRuns(platform)


@pytest.fixture
def create(runs):
    def creating(query="SELECT 1 WHERE false", **fields):
        spec = {"name": "x", "connection_id": 1, "schedule": {}, "query": query, **fields}
        return runs.create("test", FORMS["test"].model_validate(spec).model_dump(mode="json"))["id"]

    return creating


@pytest.fixture
def state(runs):
    return lambda monitor: runs.monitor(monitor)["state"]


def test_a_second_start_while_one_is_underway_gives_the_same_run(runs, create, platform, until, state):
    monitor = create(ENDLESS)
    first = runs.start(monitor)
    assert runs.start(monitor) == first
    until(lambda: state(monitor) == "checking", 5)
    assert runs.start(monitor) == first
    platform.jobs.find(("monitor_run", first)).cancel()
    until(lambda: state(monitor) == "cancelled", 5)
    assert runs.start(monitor) != first
    platform.jobs.close()
    assert state(monitor) == "cancelled"


def test_a_run_that_was_cancelled_while_it_waited_says_so(runs, create, platform, until, state):
    free = threading.Event()
    for number in range(4):
        platform.jobs.start(("busy", number), lambda job: free.wait(10))
    monitor = create()
    run = runs.start(monitor)
    platform.jobs.find(("monitor_run", run)).cancel()
    assert state(monitor) == "queued"
    free.set()
    until(lambda: state(monitor) == "cancelled", 5)


def test_what_a_killed_server_left_is_ended(runs, create, platform):
    monitor = create()
    queued, checking = (
        platform.records.add("monitor_run", {"monitor_id": monitor, "state": word, "started_at": None})["id"]
        for word in ("queued", "checking")
    )
    again = MonitorRuns(platform)
    assert again.run(monitor, queued)["state"] == "cancelled"
    assert again.run(monitor, checking)["error"] == "The server ended during the run."
    assert again.monitor(monitor)["state"] == "error"


@pytest.mark.parametrize(
    ("fields", "starts"),
    [
        ({"schedule": {"interval": {"every": "hour"}}}, False),
        ({"schedule": {"cron": "1 12 * * *"}}, True),
        ({"schedule": {"cron": "1 12 * * *"}, "enabled": False}, False),
        ({"schedule": {"cron": "2 12 * * *"}}, False),
        ({"schedule": {"type": "none"}}, False),
    ],
)
def test_a_tick_starts_what_is_due_and_enabled(runs, create, until, fields, starts):
    monitor = create(**fields)
    runs.tick(NOON, NOON + timedelta(minutes=1))
    assert len(runs.runs(monitor)) == starts
    until(lambda: all(run["state"] == "ok" for run in runs.runs(monitor)), 5)


def test_a_seeded_monitor_goes_on_from_its_past(runs, until, state):
    runs.start(1)
    until(lambda: state(1) not in ("queued", "checking"), 5)
    # The company's orders end where the past ends, so the growth that was is missed.
    assert state(1) in ("ok", "alert")


@pytest.fixture
def compare(runs, platform, until, state):
    """Create a diff monitor over two queries and run it; give what the run found."""

    def comparing(left, right, alert=None, **more):
        sides = [{"connection_id": 1, "query": query} for query in (left, right)]
        config = {
            "diff_type": "indb",
            "primary_key": ["i"],
            "dataset_a": sides[0],
            "dataset_b": sides[1],
            **more,
        }
        spec = {"name": "x", "schedule": {}, "datadiff": config, "alert": alert}
        monitor = runs.create("diff", FORMS["diff"].model_validate(spec).model_dump(mode="json"))["id"]
        run = runs.start(monitor)
        until(lambda: state(monitor) not in ("queued", "checking"), 5)
        return runs.run(monitor, run)

    return comparing


def test_a_diff_monitor_runs_a_data_diff_and_names_it(compare, platform):
    found = compare(
        "SELECT i, i % 3 AS v FROM range(10) AS t(i)",
        "SELECT i, (i + (i = 4)::INTEGER) % 3 AS v FROM range(1, 11) AS t(i)",
    )
    assert (found["state"], found["warnings"]) == ("alert", ["3 of 11 rows differ."])
    diff = platform.records.get("datadiff", found["diff_id"])
    assert (diff["status"], diff["monitor_id"]) == ("done", found["monitor_id"])


def test_a_diff_within_its_conditions_is_well(compare):
    same = "SELECT i FROM range(10) AS t(i)"
    assert compare(same, same)["state"] == "ok"
    assert compare(same, "SELECT i FROM range(9) AS t(i)", {"different_rows_count": 1})["state"] == "ok"
    assert compare(same, "SELECT i FROM range(9) AS t(i)", {"match_ratio_min": 0.95})["state"] == "alert"


def test_a_key_that_is_not_unique_is_an_alert(compare):
    found = compare("SELECT 1 AS i", "SELECT 1 AS i UNION ALL SELECT 1", {"different_rows_count": 5})
    assert found["state"] == "alert"
    assert "not unique" in found["warnings"][-1]


def test_a_diff_that_fails_is_an_error_in_its_words(compare):
    found = compare("SELECT 1 AS i", "SELECT 1 AS i FROM nowhere")
    assert found["state"] == "error"
    assert "nowhere" in found["error"]
    assert found["diff_id"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"primary_key": []}, "primary key"),
        ({"column_rules": [{"equal_if": "x"}], "diff_type": "inmem"}, "column_rules"),
        ({"dataset_a": {"connection_id": 1, "query": "SELECT 1", "time_travel_point": 5}}, "time_travel"),
        ({"dataset_a": {"connection_id": 77, "query": "SELECT 1"}}, "no data source 77"),
        ({"sampling": {"rate": 200}}, "sampling_ratio"),
    ],
)
def test_a_comparison_that_no_data_diff_does_is_refused(runs, change, words):
    side = {"connection_id": 1, "query": "SELECT 1 AS i"}
    config = {"diff_type": "indb", "primary_key": ["i"], "dataset_a": side, "dataset_b": side, **change}
    spec = FORMS["diff"].model_validate({"name": "x", "schedule": {}, "datadiff": config})
    with pytest.raises(Refusal, match=words):
        runs.check_diff(spec.model_dump(mode="json")["datadiff"])
