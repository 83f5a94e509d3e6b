"""The present goes on: jobs start by their schedules, as fast as the pace lets time go."""

from __future__ import annotations

from datetime import UTC, datetime

from dataexplore.sandbox.coalesce.timetable import SCHEDULES
from tests.sandbox.coalesce.running import Runner

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def test_every_job_has_its_times():
    week = {
        (schedule.job, schedule.environment): len(list(schedule.times(MONDAY, MONDAY.replace(day=30))))
        for schedule in SCHEDULES
    }
    assert week == {(1, 3): 7, (4, 2): 7, (3, 3): 5, (2, 3): 21}


def test_with_a_quick_pace_every_job_runs_within_seconds(coalesce_of, until):
    client = coalesce_of("--pace", 40_000, "--node-wait", 0)
    opened = datetime.now(UTC)
    runner = Runner(client)

    def ran():
        runs = client.get("/runs", params={"limit": 100, "orderByDirection": "desc"}).json()["data"]
        return {
            run["runDetails"].get("jobID")
            for run in runs
            if run["status"] == "success" and datetime.fromisoformat(run["startedAt"]) >= opened
        }

    until(lambda: ran() >= {1, 2, 4}, 40)
    run = client.get("/runs", params={"limit": 1, "orderByDirection": "desc"}).json()["data"][0]
    assert "userID" not in run
    assert runner.wait(run["runCounter"])["runDetails"]["nodesInRun"] > 0
