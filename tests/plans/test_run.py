"""One run of a plan in depth, read from answers as services give them."""

from __future__ import annotations

import re

import pytest

from dataexplore.clients.records import Records
from dataexplore.clients.talend import PlanExecutable
from dataexplore.clients.talend.plan_runs import PlanRun
from dataexplore.clients.talend.step_runs import StepRunDetails
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.plans import PlanRunInDepth

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e"
RUN = {
    "executionId": "r1",
    "planId": "p1",
    "status": "execution_failed",
    "executionType": "SCHEDULED",
    "userId": "talend",
    "startTimestamp": "2026-11-20T00:45:00.000Z",
    "finishTimestamp": "2026-11-20T00:49:12.000Z",
    "plannedExecutableCount": 16,
    "doneExecutableCount": 13,
}
CHART = {"stepId": "s1", "stepName": "Extract", "nextStep": {"stepId": "s2", "stepName": "Check"}}


def task(name, status="execution_successful", **more):
    raw = {"executionId": f"run of {name}", "jobId": name, "status": status, **more}
    ended = {"finishTimestamp": "2026-11-20T00:46:00.000Z"} if status != "executing" else {}
    return TaskRun.read({"taskName": name, **raw, **ended})


def step(own, name, status, *tasks, **more):
    told = {"id": own, "executionId": f"{own}!", "stepName": name, **more}
    if status:
        told |= {"executionStatus": status, "finishTimestamp": "2026-11-20T00:46:00.000Z"}
    runs = [each.raw for each in tasks]
    return StepRunDetails.read(
        {**told, "startTimestamp": "2026-11-20T00:45:00.000Z", "doneTaskExecutableDetails": runs}
    )


def depth(run=RUN, *steps, chart=CHART, name="Nightly", **more):
    place = {"name": "Retail", "environment": {"name": "Production"}}
    plan = PlanExecutable.read({"executable": "p1", "name": name, "workspace": place, "chart": chart})
    return PlanRunInDepth(PlanRun.read(run), Records(steps, StepRunDetails), plan=plan, **more)


def test_the_header_says_what_where_how_when_and_how_much():
    assert depth().headline == (
        "Nightly: ✗ failed · Production · scheduled by talend · started 2026-11-20 00:45 UTC"
        " · took 4 min 12 s · 13 of 16 tasks done · run r1"
    )
    assert (depth().id, depth().plan_id, depth().status) == ("r1", "p1", "failed")


def test_what_failed_is_told_first_and_what_the_error_handler_did_and_what_did_not_begin():
    failed = step("s1", "Extract", "FAIL", task("a"), task("b", "execution_failed", errorMessage="no disk"))
    handler = step("s1", None, "SUCCESS", task("notify"))
    run = depth(RUN, failed, handlers={"s1!": handler})
    assert run.remarks == [
        "✗ Extract: b: no disk",
        "The error handler of Extract ran notify: ✓ succeeded",
        "Check did not begin",
    ]
    assert run.table["task"].to_pylist() == ["b", "a", "notify", ""]
    assert run.table["step"].to_pylist() == ["Extract", "Extract", "Extract: error handler", "Check"]
    assert run.table["status"].to_pylist()[-1] == "↷ skipped"
    assert [each.task_name for each in run.failed] == ["b"]
    assert len(run.task_runs) == 3


def test_of_many_failures_the_first_are_told_and_the_rest_counted():
    tasks = [task(f"t{number}", "execution_failed", errorMessage="x" * 5000) for number in range(9)]
    remarks = depth(RUN, step("s1", "Extract", "FAIL", *tasks)).remarks
    assert remarks[5] == "and 4 tasks more that failed"
    assert max(map(len, remarks)) < 700


def test_a_task_that_failed_without_a_word_says_so():
    run = depth(RUN, step("s1", "Extract", "FAIL", task("a", "terminated")))
    assert run.remarks[0] == "✗ Extract: a: cancelled, and the service does not say why"


def test_a_task_that_says_its_own_name_is_not_named_twice():
    run = depth(RUN, step("s1", "Check", "FAIL", task("a", "execution_failed", errorMessage="a: 3 bad rows")))
    assert run.remarks[0] == "✗ Check: a: 3 bad rows"


def test_a_run_that_goes_on_tells_what_runs_with_its_id_and_what_waits():
    going = {**RUN, "status": "executing"}
    del going["finishTimestamp"]
    running = Records([task("slow", "executing")], TaskRun)
    run = depth(going, step("s1", "Extract", None, task("a")), running=running)
    rows = run.table.to_pylist()
    assert [(row["task"], row["status"], row["task run"]) for row in rows] == [
        ("slow", "↻ running", "run of slow"),
        ("a", "✓ succeeded", ""),
        ("", "… queued", ""),
    ]
    assert "did not begin" not in repr(run)


def test_a_run_that_was_taken_up_does_not_miss_the_steps_before():
    ended = {**RUN, "status": "execution_successful"}
    assert depth(ended, step("s2", "Check", "SUCCESS", task("a"))).remarks == []


def test_a_run_that_never_began_says_why():
    never = {
        **RUN,
        "status": "execution_misfired",
        "misfiredExecutionReason": "PARALLEL_EXECUTIONS_FORBIDDEN",
    }
    assert depth(never).remarks[0] == "! It did not begin: PARALLEL_EXECUTIONS_FORBIDDEN"
    assert "! misfired" in depth(never).headline


def test_a_service_that_tells_only_what_is_promised_is_shown_too():
    run = PlanRunInDepth(PlanRun.read({"executionId": "r1", "planId": "p1"}), Records([], StepRunDetails))
    assert run.headline == "p1: ? not told · not started yet · run r1"
    assert repr(run) == run.headline
    assert "<table" not in run._repr_html_()


@pytest.mark.parametrize("place", ["plan", "step", "task", "error", "status", "user"])
def test_hostile_text_stays_text(place):
    """Case 33."""
    said = {place: HOSTILE}
    failed = task(
        said.get("task", "a"), said.get("status", "execution_failed"), errorMessage=said.get("error", "no")
    )
    run = depth(
        {**RUN, "userId": said.get("user", "u"), "status": said.get("status", "execution_failed")},
        step("s1", said.get("step", "Extract"), "FAIL", failed),
        name=said.get("plan", "Nightly"),
    )
    page = run._repr_html_()
    assert "&lt;img" in page
    elements = {"div", "p", "b", "style", "table", "thead", "tbody", "tr", "th", "td"}
    assert set(re.findall(r"<(\w+)", page)) <= elements
    for text in (page, repr(run)):
        assert not {"\x1b", "\u202e"} & set(text)
