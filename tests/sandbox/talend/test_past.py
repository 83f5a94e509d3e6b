"""The ninety days before the sandbox was opened fit what Coalesce ran after them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from dataexplore.sandbox.coalesce.weather import STORM
from dataexplore.sandbox.jobs import Jobs
from dataexplore.sandbox.lineage import Ledger
from dataexplore.sandbox.platform import Platform
from dataexplore.sandbox.records import Records
from dataexplore.sandbox.stream import Executions
from dataexplore.sandbox.talend import past
from dataexplore.sandbox.talend.company import PLAN, TASK, Company
from dataexplore.sandbox.talend.execution_book import ExecutionBook
from dataexplore.sandbox.warehouse import Warehouse

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def platform():
    warehouse = Warehouse(None, scale=0.01, seed=1, memory="512MB")
    records = Records(None)
    made = Platform(warehouse, Executions(), records, Jobs(warehouse), Ledger(warehouse, records))
    Company(made).ensure()
    yield made
    made.jobs.close()
    records.close()
    warehouse.close()


@pytest.fixture(scope="module")
def told(platform):
    made = past._Past(platform, Company(platform), NOW)
    made.tell()
    return made


@pytest.fixture(scope="module")
def names(platform):
    return {one["ref"]: one["name"] for kind in (PLAN, TASK) for one in platform.records.all(kind)}


def day(one):
    return datetime.fromisoformat(one["started"]).date()


def test_the_same_seed_has_the_same_past(platform, told):
    again = past._Past(platform, Company(platform), NOW)
    again.tell()
    assert (again.runs, again.tasks) == (told.runs, told.tasks)


def test_it_covers_ninety_days_and_ends_before_now(told):
    assert len({day(run) for run in told.runs}) >= 90
    assert max(datetime.fromisoformat(run["finished"]) for run in told.runs) < NOW
    words = Counter(run["detail"] for run in told.runs)
    assert words["EXECUTION_SUCCESS"] > 1000
    assert 20 < words["EXECUTION_FAILED"] < 150
    assert [run["id"] for run in told.runs] == list(range(1, len(told.runs) + 1))


def test_where_the_events_did_not_come_their_plan_failed_and_was_cleaned_up_after(told, names):
    dry = {
        day(run)
        for run in told.runs
        if names[run["plan"]] == "Web events" and run["detail"] == "EXECUTION_FAILED"
    }
    # As the table of them, which Coalesce built without a row; see the past of its runs.
    assert {date(2026, 9, 19), date(2026, 9, 20), date(2026, 10, 24), date(2026, 10, 25)} < dry
    failed = next(
        run for run in told.runs if day(run) == date(2026, 9, 19) and names[run["plan"]] == "Web events"
    )
    first, *rest = failed["steps"]
    assert first["status"] == "FAIL"
    assert all(step["started"] is None for step in rest)
    by_ref = {run["ref"]: run for run in told.runs}
    (plan,) = first["handler"]["plans"]
    assert (names[by_ref[plan]["plan"]], by_ref[plan]["type"]) == ("Clean up web events", "PLAN")


def test_on_the_day_of_the_outage_nothing_was_loaded(told, names):
    outage = STORM + timedelta(days=1)
    tasks = [
        task for task in told.tasks if day(task) == outage and names[task["task"]].startswith("extract_")
    ]
    assert len(tasks) > 10
    assert {task["detail"] for task in tasks} == {"EXECUTION_FAILED"}
    assert "Failed to connect" in tasks[0]["error"]


def test_some_failed_nights_were_taken_up_in_the_morning_from_the_step_that_failed(told):
    by_ref = {run["ref"]: run for run in told.runs}
    resumed = [run for run in told.runs if run["resumed"]]
    assert resumed
    for run in resumed:
        first = by_ref[run["resumed"]]
        assert (first["plan"], first["detail"], run["type"]) == (run["plan"], "EXECUTION_FAILED", "MANUAL")
        failed = next(step for step in first["steps"] if step["status"] == "FAIL")
        assert run["steps"][0]["id"] == failed["id"]
        assert run["started"] > first["finished"]


def test_rows_grow_to_what_an_extract_lands_today(told, names, platform):
    cursor = platform.warehouse.cursor()
    total = cursor.execute("SELECT count(*) FROM warehouse.raw.orders").fetchone()[0]
    cursor.close()
    sums = [
        task["rows"] + task["rejected"]
        for task in told.tasks
        if names[task["task"]] == "extract_orders" and task["detail"] == "EXECUTION_SUCCESS"
    ]
    assert sums == sorted(sums)
    assert sums[0] < sums[-1] == total


def test_steps_are_counted_as_their_tasks_were(told):
    tasks = {task["ref"]: task for task in told.tasks}
    for run in told.runs:
        begun = [step for step in run["steps"] if step["started"]]
        handlers = [step["handler"] for step in begun if step["handler"]]
        assert run["done"] == sum(len(step["tasks"]) for step in (*begun, *handlers))
        for step in begun:
            assert all(tasks[ref]["plan_execution"] == run["ref"] for ref in step["tasks"])
            assert step["started"] <= step["finished"] <= run["finished"]


def test_it_is_written_once(platform):
    book = ExecutionBook(platform.records)
    company = Company(platform)
    past.seed(platform, company, book)
    plans = book.plans()
    assert plans
    past.seed(platform, company, book)
    assert book.plans() == plans
    again = ExecutionBook(platform.records)
    assert (again.plans(), again.tasks()) == (plans, book.tasks())
