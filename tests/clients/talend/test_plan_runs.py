"""Runs of plans: their history, their steps under the names of the chart, and the wait for one."""

from __future__ import annotations

import datetime as dt
import threading
from functools import partial

import pytest

from dataexplore.clients.talend.plan_runs import PlanRun
from dataexplore.clients.talend.step_runs import StepRun
from dataexplore.errors import (
    Cancelled,
    DeadlineExceeded,
    Forbidden,
    InputError,
    Malformed,
    NotFound,
    RateLimited,
    Unauthorized,
)
from tests.clients.talend.asked_runs import (
    PLAN,
    RUN,
    STEP_RUNS,
    STEPS,
    TASK,
    AskedRuns,
    page,
    plan_run,
    running,
    runs_of,
    settings,
    single_task,
    step_run,
)
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import answer

SINCE = dt.datetime(2026, 11, 19, tzinfo=dt.UTC)
UNTIL = dt.datetime(2026, 11, 20, 12, 0, 0, 5000, tzinfo=dt.UTC)
LEFT = (
    f"Run {RUN} goes on in Talend: look at it with ws.talend.executions.get_plan('{RUN}'). No call stops a "
    "plan's run; to end it, end its running tasks, which "
    'ws.talend.executions.task_history(status="running") lists, with '
    "ws.talend.executions.terminate_task(execution_id)."
)


@pytest.fixture
def asked(scripted):
    """Open clients of runs whose service gives these answers."""
    return partial(scripted, kind=AskedRuns, settings=settings())


def test_a_run_is_read_with_its_counts_and_times():
    run = PlanRun.read(plan_run(doneExecutableDetails=[single_task()], misfiredExecutionReason="R"))
    assert (run.execution_id, run.plan_id, run.status, run.raw_status) == (
        RUN,
        PLAN,
        "failed",
        "execution_failed",
    )
    assert (run.planned, run.done, run.execution_type, run.user_id) == (3, 2, "SCHEDULED", "operator1")
    assert (run.duration_s, run.ended, run.misfired_reason) == (251.632, True, "R")
    assert run.started_at == dt.datetime(2026, 11, 20, 5, 30, 0, 388000, tzinfo=dt.UTC)
    assert run.task_runs[0].rows_processed == 10250


def test_a_run_without_its_promised_fields_is_read_all_the_same():
    run = PlanRun.read({"executionId": 7, "planId": None, "plannedExecutableCount": "3", "new": {}})
    assert (run.execution_id, run.plan_id, run.planned, run.ended) == ("7", None, None, False)


def test_the_history_of_all_plans_is_read_to_the_empty_page(asked):
    """listPlansExecutions; case 13."""
    client = asked(page(plan_run(3), plan_run(2), total=3), page(plan_run(1), total=3), page(total=3))
    runs = client.executions.plan_history()
    assert [run.execution_id[-1] for run in runs] == ["3", "2", "1"]
    assert client.asked[:2] == ("GET", "/processing/executables/plans/executions")
    asked_for = [dict(request.url.params) for request in client.requests]
    assert asked_for == [{"limit": "100", "offset": offset} for offset in ("0", "2", "3")]
    assert list(runs.to_df().columns)[:4] == ["execution_id", "status", "plan_name", "plan_id"]


def test_the_history_of_one_plan_has_a_path_of_its_own(asked):
    """listPlanExecutions."""
    client = asked(page(plan_run()), page())
    assert client.executions.plan_history(PLAN, limit=1)[0].plan_id == PLAN
    assert client.asked[1:] == (f"/processing/executables/plans/{PLAN}/executions", "limit=1&offset=0")


def test_filters_go_out_in_milliseconds_and_in_the_services_words(asked):
    client = asked(page())
    client.executions.plan_history(
        since=SINCE, until=UNTIL, status="succeeded", environment_id="e", workspace_id="w"
    )
    assert dict(client.requests[-1].url.params) == {
        "from": "1795046400000",
        "to": "1795176000005",
        "status": "execution_successful",
        "environmentId": "e",
        "workspaceId": "w",
        "limit": "100",
        "offset": "0",
    }
    client.executions.plan_history(PLAN, last_days=60)
    assert client.requests[-1].url.params["lastDays"] == "60"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"since": UNTIL, "until": SINCE}, "since is after until"),
        ({"since": dt.datetime(2026, 1, 1)}, "has no time zone"),  # noqa: DTZ001 - that is what is refused
        ({"since": "yesterday"}, "since is 'yesterday'"),
        ({"last_days": 0}, "last_days is 0"),
        ({"last_days": 61}, r"Use a whole number from 1 to 60"),
        ({"last_days": True}, "last_days is True"),
        ({"last_days": 1.5}, "last_days is 1.5"),
        ({"last_days": 7, "since": SINCE}, "two ways to say it"),
        ({"limit": 0}, "limit is 0"),
        ({"status": "runing"}, "Did you mean 'running'"),
        ({"environment_id": ""}, "The id of the environment is empty"),
        ({"plan_id": PLAN, "environment_id": "e"}, "no filter by environment or workspace"),
        ({"plan_id": PLAN, "workspace_id": "w"}, "or list the runs of all plans"),
        ({"plan_id": " "}, "The id of the plan is empty"),
    ],
)
def test_a_filter_that_is_none_is_refused_before_anything_is_sent(asked, wrong, told):
    client = asked(page())
    with pytest.raises(InputError, match=told):
        client.executions.iterate_plan_history(**wrong)
    assert client.requests == []


def test_a_history_that_shifts_while_it_is_read_loses_and_doubles_nothing(asked):
    """Case 13: a run that begins meanwhile pushes another to the next page, and is read in the end."""
    shifted = page(plan_run(2), plan_run(1), total=4)
    again = page(*map(plan_run, (4, 3, 2, 1)), total=4)
    client = asked(page(plan_run(3), plan_run(2), total=3), shifted, page(total=4), again, page(total=4))
    assert [run.execution_id[-1] for run in client.executions.plan_history()] == ["3", "2", "1", "4"]


@pytest.mark.parametrize(
    "pages",
    [
        [page(plan_run(2), total=2), page(plan_run(2), total=2)],
        [page(plan_run(2), total=5), page(total=5)],
        [page({"planId": PLAN}), page()],
        [{"rows": []}],
        [[]],
        [page("text")],
    ],
    ids=["the same page twice", "fewer than the total", "no key", "no items", "a bare list", "a text"],
)
def test_a_history_is_whole_or_an_error(asked, pages):
    """Case 13."""
    with pytest.raises(Malformed):
        asked(*pages).executions.plan_history()


def test_a_page_that_is_refused_ends_the_history(asked):
    client = asked(page(plan_run(3), total=2), (400, {"status": 400, "message": "No such page"}))
    with pytest.raises(Exception, match="No such page"):
        client.executions.plan_history()


def test_names_are_joined_from_the_plans_of_orchestration(asked):
    client = asked(
        page({"executable": PLAN, "name": "Nightly", "planPauseDetails": {"pause": False}}),
        page(),
        page(plan_run(2), plan_run(1, planId="gone")),
        page(),
    )
    runs = client.executions.named_plan_history(limit=5)
    assert [run.plan_name for run in runs] == ["Nightly", None]
    assert client.requests[0].url.path == "/orchestration/executables/plans"


@pytest.mark.parametrize("closed", [403, 404])
def test_names_come_from_processing_where_orchestration_is_closed(asked, closed):
    """listPlansExecutables."""
    refusal = (closed, {"status": closed, "message": "No"})
    client = asked(refusal, page({"executable": PLAN, "name": "Nightly"}, {"executable": "x"}), page())
    assert client.executions.plan_names() == {PLAN: "Nightly"}
    assert client.asked[1] == "/processing/executables/plans"
    with pytest.raises(Forbidden, match="no rights to Talend's Processing"):
        asked((403, {"status": 403})).executions.plan_names()
    with pytest.raises(Unauthorized):  # the token's fault, which no other list heals
        asked((401, {"status": 401})).executions.plan_names()


def test_get_reads_one(asked):
    """getPlanExecution."""
    client = asked(plan_run())
    assert client.executions.get_plan(RUN).status == "failed"
    assert client.asked == ("GET", f"/processing/executions/plans/{RUN}", "")


def test_steps_are_read_in_the_plans_order(asked):
    """listStepExecutions."""
    client = asked([step_run(0), step_run(1, "FAIL"), {"id": "third"}])
    steps = client.executions.steps(RUN)
    assert [(step.step_id, step.execution_id, step.status) for step in steps] == [
        (STEPS[0], STEP_RUNS[0], "succeeded"),
        (STEPS[1], STEP_RUNS[1], "failed"),
        ("third", None, "queued"),
    ]
    assert steps[0].duration_s == 100.5
    assert client.asked[1] == f"/processing/executions/plans/{RUN}/steps"
    with pytest.raises(Malformed):
        asked({"items": []}).executions.steps(RUN)


def details(place, word="SUCCESS", **more):
    return step_run(place, word, plannedExecutableCount=1, doneExecutableCount=1, **more)


def test_a_step_has_its_task_runs_and_plan_runs(asked):
    """getStepExecution, getStepHandlerExecution."""
    told = details(0, doneTaskExecutableDetails=[single_task()], donePlanExecutableDetails=[plan_run()])
    client = asked(told)
    step = client.executions.step(RUN, STEP_RUNS[0])
    assert (step.planned, step.done, step.status) == (1, 1, "succeeded")
    assert (step.task_runs[0].task_id, step.plan_runs[0].plan_id) == (TASK, PLAN)
    base = f"/processing/executions/plans/{RUN}/steps/{STEP_RUNS[0]}"
    assert client.asked[1] == base
    assert client.executions.error_handler(RUN, STEP_RUNS[0]).task_runs[0].rows_rejected == 0
    assert client.asked[1] == f"{base}/error-handler"


def plan_of(*names, spelling=("stepId", "stepName")):
    """A plan as it is read: its chart names the next step inside the one before."""
    chart = None
    for name, step in reversed([*zip(names, STEPS, strict=False)]):
        chart = {spelling[0]: step, spelling[1]: name, **({"nextStep": chart} if chart else {})}
    return {
        "executable": PLAN,
        "name": "Nightly",
        "chart": chart or {},
        "planPauseDetails": {"pause": False},
    }


@pytest.mark.parametrize("spelling", [("stepId", "stepName"), ("id", "name")])
def test_the_steps_of_a_run_have_the_names_of_the_chart(asked, spelling):
    run = plan_run()
    client = asked(
        run,
        plan_of("Extract", "Load", spelling=spelling),
        [step_run(0), step_run(1, "FAIL"), {"id": "taken-out"}],
        details(0, doneTaskExecutableDetails=[single_task()]),
        details(1, "FAIL", doneTaskExecutableDetails=[single_task(jobId="other")]),
    )
    steps = client.executions.run_steps(RUN, task_names={TASK: "extract_orders"})
    assert [(step.name, step.status) for step in steps] == [
        ("Extract", "succeeded"),
        ("Load", "failed"),
        (None, "queued"),
    ]
    assert [step.task_runs[0].task_name for step in steps[:2]] == ["extract_orders", None]
    assert len(client.requests) == 5


def test_the_steps_of_a_run_have_the_names_of_a_plan_that_lists_them(asked):
    plan = {"id": PLAN, "name": "N", "steps": [{"id": STEPS[0], "name": "Extract"}, "odd"]}
    client = asked(plan_run(), {**plan, "steps": plan["steps"][:1]}, [step_run(0)], details(0))
    assert [step.name for step in client.executions.run_steps(RUN)] == ["Extract"]


@pytest.mark.parametrize("status", [403, 404])
def test_the_steps_of_a_run_whose_plan_is_gone_have_no_names(asked, status):
    client = asked(plan_run(), (status, {"status": status}), [step_run(0)], details(0))
    assert [(step.name, step.status) for step in client.executions.run_steps(RUN)] == [(None, "succeeded")]


def test_the_records_of_steps_are_told_apart():
    step = StepRun.read(step_run(0))
    assert "step_id" in repr(step)
    assert step.step_id != step.execution_id


def test_wait_asks_until_it_ended_and_tells_progress(asked):
    told = []
    client = asked(running(), running(doneExecutableCount=2), plan_run())
    run = client.executions.wait_plan(RUN, on_progress=lambda run: told.append((run.status, run.done)))
    assert run.status == "failed"
    assert len(client.requests) == 3
    assert list(dict.fromkeys(told)) == [("running", 2), ("failed", 2)]
    assert 0.3 < client.clock.now < 0.8


def test_watch_yields_each_state(asked):
    client = asked(running(), plan_run())
    assert [run.status for run in client.executions.watch_plan(RUN)] == ["running", "failed"]


def test_a_wait_that_takes_too_long_says_that_the_run_goes_on_and_how_to_end_it(asked):
    client = asked(running())
    with pytest.raises(DeadlineExceeded) as caught:
        client.executions.wait_plan(RUN, deadline_s=30)
    assert (caught.value.what, caught.value.fix) == ("It did not end within 30 s.", LEFT)
    with pytest.raises(DeadlineExceeded, match="goes on in Talend"):
        list(client.executions.watch_plan(RUN, deadline_s=5))


def test_stop_says_that_no_call_stops_a_plan_and_ends_nothing(asked):
    """Case 36."""

    def interrupt():
        raise KeyboardInterrupt

    client = asked(running(), clock=FakeClock(on_sleep=interrupt))
    with pytest.raises(KeyboardInterrupt) as caught:
        client.executions.wait_plan(RUN)
    assert str(caught.value) == LEFT
    with pytest.raises(KeyboardInterrupt, match="No call stops a plan's run"):
        list(client.executions.watch_plan(RUN))
    assert {request.method for request in client.requests} == {"GET"}


def test_a_cancel_by_another_thread_ends_the_wait_and_not_the_run(asked):
    cancel = threading.Event()
    client = asked(running(), cancel=cancel)
    with pytest.raises(Cancelled) as caught:
        client.executions.wait_plan(RUN, on_progress=lambda _run: cancel.set())
    assert caught.value.fix == LEFT


def test_a_wait_keeps_to_the_pace_that_the_service_wishes(serve, open_session):
    """A 429 on reading one run, with a wish too long for one call."""
    still = str(running()).replace("'", '"').encode()
    over = str(plan_run()).replace("'", '"').encode()
    limited = answer(429, b"{}", "Retry-After: 90")
    server, clock = serve(answer(200, still), limited, limited, answer(200, over)), FakeClock()
    client = runs_of(open_session(server, service="talend", clock=clock))
    assert client.wait_plan(RUN).status == "failed"
    assert len(server.requests) == 4
    assert 180 <= clock.now < 182
    server = serve(answer(429, b"{}", "Retry-After: 7200"))
    client = runs_of(open_session(server, service="talend", clock=FakeClock()))
    with pytest.raises(RateLimited, match=r"Try again in 7,200 s\. Run .* goes on in Talend"):
        client.wait_plan(RUN)


def test_no_rights_to_processing_is_said_with_what_still_works(asked):
    lists = (403, {"status": 403, "message": "No permission"})
    with pytest.raises(Forbidden) as caught:
        asked(lists).executions.plan_history()
    assert caught.value.what == "No permission"
    assert "no rights to Talend's Processing" in caught.value.fix
    assert "ws.talend.plans.find(name)" in caught.value.fix
    assert caught.value.args == (caught.value.what, caught.value.fix)
    with pytest.raises(NotFound, match=r"no rights to Talend's Processing.*ws\.talend\.plans\.list\(\)"):
        asked((404, {"status": 404})).executions.plan_history()
    with pytest.raises(NotFound, match=r"No run\. Check the name.* Where nothing is found at all"):
        asked((404, {"status": 404, "message": "No run"})).executions.get_plan("x")
    with pytest.raises(Unauthorized, match=r"does not accept the token \(401\)\. `dataexplore doctor`"):
        asked((401, {"status": 401})).executions.plan_history()


def test_a_run_without_an_id_is_refused(asked):
    client = asked(running())
    for call in ("get_plan", "steps", "run_steps", "watch_plan", "wait_plan"):
        with pytest.raises(InputError, match="The id of the plan's run is empty"):
            getattr(client.executions, call)("")
    with pytest.raises(InputError, match="The id of the step's run is empty"):
        client.executions.step(RUN, "")
    assert client.requests == []
