"""Plans really walked: conditions, tasks at once, error handlers, all their outcomes."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest

from dataexplore.sandbox.talend.judging import CONDITIONS, judge
from tests.sandbox.talend.running import RETAIL, Runner, step

ONE, OTHER, LAST, TOLD = "extract_stores", "extract_categories", "extract_employees", "notify_on_call"


@pytest.fixture(scope="module")
def runner(api):
    return Runner(api)


@pytest.fixture(autouse=True)
def _calm(runner):
    yield
    runner.forget()


@pytest.mark.parametrize(
    ("condition", "well", "status"),
    [
        ("ALL_SUCCEEDED", [True, True], "SUCCESS"),
        ("ALL_SUCCEEDED", [True, False], "FAIL"),
        ("AT_LEAST_ONE_SUCCEEDED", [True, True], "SUCCESS"),
        ("AT_LEAST_ONE_SUCCEEDED", [True, False], "PARTIAL_SUCCESS"),
        ("AT_LEAST_ONE_SUCCEEDED", [False, False], "FAIL"),
        ("ALWAYS_PROCEED_ON", [True, True], "SUCCESS"),
        ("ALWAYS_PROCEED_ON", [False, True], "PROCEED"),
        ("ALWAYS_PROCEED_ON", [False, False], "PROCEED"),
    ],
)
def test_a_step_is_judged_by_its_condition(condition, well, status):
    assert judge(condition, well) == status


@pytest.mark.parametrize(("condition", "fails"), list(product(CONDITIONS, ((), (ONE,), (ONE, OTHER)))))
def test_a_plan_with_a_branch_a_parallel_step_and_a_handler_is_walked_in_all_its_outcomes(
    runner, condition, fails
):
    plan = runner.make(step(condition, ONE, OTHER, taskIds=[TOLD]), step("ALL_SUCCEEDED", LAST))
    for task in fails:
        runner.knob(task, "fails", error="The shop is closed")
    run = runner.run(plan)
    status = judge(condition, [ONE not in fails, OTHER not in fails])
    first, *following = runner.steps(run["executionId"])
    assert first["executionStatus"] == status
    assert [each["executionStatus"] for each in following] == ([] if status == "FAIL" else ["SUCCESS"])
    assert run["status"] == ("execution_failed" if status == "FAIL" else "execution_successful")
    handler = runner.handler(run["executionId"], first["executionId"])
    assert handler.status_code == (200 if status == "FAIL" else 404)
    if status == "FAIL":
        told = handler.json()
        assert (told["executionStatus"], told["doneExecutableCount"]) == ("SUCCESS", 1)
        assert told["doneTaskExecutableDetails"][0]["jobId"] == runner.tasks[TOLD, "Production"]
    errors = {each["jobId"]: each.get("errorMessage") for each in first["doneTaskExecutableDetails"]}
    assert [bool(errors[runner.tasks[task, "Production"]]) for task in (ONE, OTHER)] == [
        ONE in fails,
        OTHER in fails,
    ]
    assert all("The shop is closed" in error for error in errors.values() if error)


def test_the_tasks_of_a_step_run_at_once_and_a_step_waits_for_the_one_before(runner):
    for task in (ONE, OTHER, LAST):
        runner.knob(task, "slow", seconds=0.4)
    plan = runner.make(step("ALL_SUCCEEDED", ONE, OTHER), step("ALL_SUCCEEDED", LAST))
    run = runner.run(plan)
    first, second = runner.steps(run["executionId"])
    spans = [
        (datetime.fromisoformat(each["startTimestamp"]), datetime.fromisoformat(each["finishTimestamp"]))
        for each in first["doneTaskExecutableDetails"]
    ]
    assert max(start for start, _ in spans) < min(end for _, end in spans)
    assert second["startTimestamp"] >= first["finishTimestamp"] >= max(spans)[1].isoformat()[:19]
    assert (run["plannedExecutableCount"], run["doneExecutableCount"]) == (3, 3)


def test_an_error_handler_may_run_a_plan_whose_own_execution_is_recorded(runner):
    inner = runner.make(step("ALL_SUCCEEDED", TOLD), run_config=False)
    plan = runner.make(step("ALL_SUCCEEDED", ONE, planIds=[inner]))
    runner.knob(ONE, "fails")
    run = runner.run(plan)
    (only,) = runner.steps(run["executionId"])
    (done,) = runner.handler(run["executionId"], only["executionId"]).json()["donePlanExecutableDetails"]
    assert (done["planId"], done["status"], done["executionType"]) == (inner, "execution_successful", "PLAN")
    assert runner.get(f"/processing/executions/plans/{done['executionId']}")["planId"] == inner


def test_rows_and_rejects_are_those_of_the_tables_that_were_landed(runner, rows):
    run = runner.run(runner.make(step("ALL_SUCCEEDED", "extract_orders", "extract_customers")))
    (only,) = runner.steps(run["executionId"])
    told = {
        each["jobId"]: (each["numberOfProcessedRows"], each["numberOfRejectedRows"])
        for each in only["doneTaskExecutableDetails"]
    }
    for table in ("orders", "customers"):
        place = "landing_zone.production"
        counts = rows(
            f"select (select count(*) from {place}.{table}), (select count(*) from {place}.{table}_rejects)"
        )
        assert told[runner.tasks[f"extract_{table}", "Production"]] == tuple(counts[0])
        assert sum(counts[0]) == rows(f"select count(*) from raw.{table}")[0][0]


def test_a_check_fails_when_what_was_landed_is_bad(runner, rows):
    assert runner.run(runner.plan(RETAIL))["status"] == "execution_successful"
    rows("delete from landing_zone.production.order_lines where true")
    run = runner.run(runner.make(step("ALL_SUCCEEDED", "check_orders_complete")))
    (only,) = runner.steps(run["executionId"])
    (check,) = only["doneTaskExecutableDetails"]
    assert run["status"] == "execution_failed"
    assert "rows are bad" in check["errorMessage"]
    assert check["numberOfRejectedRows"] == check["numberOfProcessedRows"] > 0
    assert runner.run(runner.plan(RETAIL))["status"] == "execution_successful"


def test_a_task_that_lands_nothing_succeeds_with_zero_rows(runner):
    runner.knob("extract_stores", "empty")
    execution = runner.client.post(
        "/processing/executions", json={"executable": runner.tasks["extract_stores", "Production"]}
    ).json()["executionId"]
    ended = runner.wait_task(execution)
    assert (ended["status"], ended["numberOfProcessedRows"]) == ("execution_successful", 0)


def test_a_second_run_beside_the_first_is_misfired_unless_it_is_allowed(runner):
    plan = runner.make(step("ALL_SUCCEEDED", ONE))
    runner.knob(ONE, "slow", seconds=60)
    first = runner.start(plan)
    task = runner.wait_for_task(first, ONE)
    second = runner.wait(runner.start(plan))
    assert (second["status"], second["misfiredExecutionReason"]) == (
        "execution_misfired",
        "PARALLEL_EXECUTIONS_FORBIDDEN",
    )
    assert runner.client.delete(f"/processing/executions/{task}").status_code == 204
    assert runner.wait(first)["status"] == "execution_failed"
    allowed = runner.make(step("ALL_SUCCEEDED", TOLD), parallel=True)
    started = [runner.start(allowed) for _ in range(4)]
    assert {runner.wait(each)["status"] for each in started} == {"execution_successful"}


def test_a_terminated_task_counts_as_failed_and_cannot_be_ended_twice(runner):
    plan = runner.make(step("ALWAYS_PROCEED_ON", ONE), step("ALL_SUCCEEDED", OTHER))
    runner.knob(ONE, "slow", seconds=60)
    run = runner.start(plan)
    task = runner.wait_for_task(run, ONE)
    assert runner.client.delete(f"/processing/executions/{task}").status_code == 204
    ended = runner.get(f"/processing/executions/{task}")
    assert (ended["status"], ended["executionStatus"]) == ("terminated", "EXECUTION_TERMINATED")
    assert runner.client.delete(f"/processing/executions/{task}").status_code == 400
    assert runner.wait(run)["status"] == "execution_successful"
    assert runner.statuses(run) == ["PROCEED", "SUCCESS"]


def test_a_failed_run_is_taken_up_at_the_step_that_failed(runner):
    plan = runner.make(
        step("ALL_SUCCEEDED", LAST), step("ALL_SUCCEEDED", ONE, OTHER), step("ALL_SUCCEEDED", TOLD)
    )
    runner.knob(ONE, "fails")
    run = runner.run(plan)
    failed = runner.steps(run["executionId"])[-1]
    assert failed["executionStatus"] == "FAIL"
    place = {"executionPlanId": run["executionId"], "stepId": failed["executionId"]}
    whole = runner.run(plan, **place)
    assert (whole["status"], whole["plannedExecutableCount"]) == ("execution_successful", 3)
    assert [each["plannedExecutableCount"] for each in runner.steps(whole["executionId"])] == [2, 1]
    rest = runner.run(plan, **place, rerunOnlyFailedTasks=True)
    (again, _) = runner.steps(rest["executionId"])
    assert [each["jobId"] for each in again["doneTaskExecutableDetails"]] == [runner.tasks[ONE, "Production"]]
    assert rest["plannedExecutableCount"] == 2


def test_what_cannot_be_started_or_taken_up_is_refused(runner):
    def answer(plan, **more):
        told = runner.client.post("/processing/executions/plans", json={"executable": plan, **more})
        return told.status_code, told.json()["status"]

    good = runner.make(step("ALL_SUCCEEDED", TOLD))
    run = runner.run(good)
    (only,) = runner.steps(run["executionId"])
    place = {"executionPlanId": run["executionId"], "stepId": only["executionId"]}
    assert answer(good, **place) == (422, 422)
    assert answer(good, executionPlanId=run["executionId"]) == (400, 400)
    assert answer(good, stepId=only["executionId"]) == (400, 400)
    assert answer(good, **{**place, "stepId": only["id"]}) == (404, 404)
    assert answer(runner.plan(RETAIL), **place) == (404, 404)
    assert answer("5b1f0c52-0000-4a5e-9d4e-000000000000") == (404, 404)
    assert answer(runner.make(step("ALL_SUCCEEDED", TOLD), run_config=False)) == (501, 501)
    assert answer(runner.plan("Finance close")) == (405, 405)
    assert answer("") == (400, 400)


def test_a_paused_plan_is_due_at_no_time_and_starts_again_when_it_is_resumed(runner):
    plan = runner.plan("Stock count")
    events = f"/orchestration/executables/plans/{plan}/run-config/events"
    window = {"from": "1795996800000", "to": "1796169600000"}  # two days of November 2026
    assert runner.get(events, **window)["total"] == 6
    pause = f"/orchestration/executables/plans/{plan}/pause"
    told = {"pause": True, "pauseContext": "The scanners are being replaced"}
    assert runner.client.put(pause, json=told).status_code == 204
    assert runner.get(events, **window)["items"] == []
    assert runner.client.post("/processing/executions/plans", json={"executable": plan}).status_code == 405
    assert runner.client.put(pause, json={"pause": False}).status_code == 204
    assert runner.get(events, **window)["total"] == 6
    assert runner.run(plan)["status"] == "execution_successful"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "to is missing"),
        ({"to": "tomorrow"}, "to must be"),
        ({"to": "1", "from": "2"}, "from is after to"),
        ({"to": "9" * 16}, "to must be"),
        ({"to": "1796169600000", "from": "1"}, "days apart"),
        ({"to": "1796169600000", "from": "1795996800000", "limit": "0"}, "limit"),
        ({"to": "1796169600000", "from": "1795996800000", "limit": "101"}, "limit"),
        ({"to": "1796169600000", "from": "1795996800000", "offset": "-1"}, "offset"),
    ],
)
def test_a_window_of_events_that_cannot_be_is_refused(runner, query, words):
    events = f"/orchestration/executables/plans/{runner.plan(RETAIL)}/run-config/events"
    answer = runner.client.get(events, params=query)
    assert (answer.status_code, words in answer.json()["detail"]) == (400, True)
