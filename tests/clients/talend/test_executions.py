"""What starts and ends work: what is checked before, what goes out once, what is said of a doubt."""

from __future__ import annotations

from functools import partial

import pytest

from dataexplore.clients.talend import client, executions, histories, metrics, starts, tokens
from dataexplore.errors import InputError, Invalid, Malformed, NotFound, OutcomeUnknown, ServerFault
from dataexplore.secret import Secret
from dataexplore.transport import Operation
from tests.clients.talend.asked_runs import (
    PLAN,
    RUN,
    STEP_RUNS,
    STEPS,
    TASK,
    TASK_RUN,
    AskedRuns,
    plan_run,
    runs_of,
    settings,
    step_run,
)
from tests.contract.talend_contract import PROCESSING
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import answer, reset, vanish

STARTED = (201, {"executionId": "new-run"})
PROMOTION = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
ORDERS = {
    "start plan": lambda runs: runs.start_plan(PLAN),
    "start task": lambda runs: runs.start_task(TASK),
    "terminate": lambda runs: runs.terminate_task(TASK_RUN),
    "promote": lambda runs: runs.start_promotion(PROMOTION),
}
LOOK = r"It was not sent again, and the .* may have been .*: look at .* before you repeat it\.$"


@pytest.fixture
def asked(scripted):
    """Open clients of runs whose service gives these answers."""
    return partial(scripted, kind=AskedRuns, settings=settings())


def declared():
    modules = (executions, histories, metrics, starts, tokens)
    return {
        each.name: each for module in modules for each in vars(module).values() if isinstance(each, Operation)
    }


def test_every_operation_of_processing_is_declared_as_the_contract_has_it():
    assert set(declared()) == set(PROCESSING.operations)
    assert len(declared()) == 19
    for name, operation in declared().items():
        facts = PROCESSING.operations[name]
        assert (operation.method, operation.path) == (facts["method"], facts["path"])


def test_only_what_starts_or_ends_work_is_not_repeatable():
    once = {name for name, operation in declared().items() if not operation.repeatable}
    assert once == {"executePlan", "executeTask", "executePromotion", "terminateTaskExecution"}


def test_the_client_has_both_parts(asked):
    talend = client.TalendClient(asked(plan_run()).session)
    assert talend.executions.get_plan(RUN).plan_id == PLAN
    assert talend.metrics is not None


def test_a_plan_is_started(asked):
    """executePlan."""
    sent = asked(STARTED)
    assert sent.executions.start_plan(PLAN) == "new-run"
    assert sent.asked == ("POST", "/processing/executions/plans", "")
    assert sent.sent == {"executable": PLAN}


def test_a_task_is_started_with_parameters_as_text(asked):
    """executeTask."""
    sent = asked(STARTED)
    told = {"day": "2026-11-20", "full": True, "rows": 5}
    assert sent.executions.start_task(TASK, parameters=told, log_level="warn", timeout_min=30) == "new-run"
    assert sent.asked == ("POST", "/processing/executions", "")
    assert sent.sent == {
        "executable": TASK,
        "parameters": {"day": "2026-11-20", "full": "true", "rows": "5"},
        "logLevel": "WARN",
        "timeout": 30,
    }
    sent.executions.start_task(TASK, parameters={})
    assert sent.sent == {"executable": TASK, "parameters": {}}


def test_a_task_run_is_ended(asked):
    """terminateTaskExecution."""
    sent = asked((204, b""))
    assert sent.executions.terminate_task(TASK_RUN) is None
    assert sent.asked == ("DELETE", f"/processing/executions/{TASK_RUN}", "")


def test_a_promotion_that_has_ended_is_told_with_its_report(asked):
    """executePromotion."""
    report = {
        "executionId": "p-run",
        "startTimestamp": "2026-11-20T05:30:00.000Z",
        "triggerTimestamp": "2026-11-20T05:29:00.000Z",
        "finishTimestamp": "2026-11-20T05:30:30.000Z",
        "userId": "u",
        "promotionId": PROMOTION,
        "status": "PROMOTION_WARNING",
        "statusMessage": "One artifact is older.",
        "workspaces": [{"id": "w"}],
        "defective": False,
    }
    sent = asked((201, {"executionId": "p-run", "executionReport": report}))
    run = sent.executions.start_promotion(
        PROMOTION,
        keep_target_resources=True,
        keep_target_run_profiles=False,
        artifact_id="a",
        artifact_type="plan",
        context="release 7",
    )
    assert (run.execution_id, run.status, run.raw_status, run.ended) == (
        "p-run",
        "succeeded",
        "PROMOTION_WARNING",
        True,
    )
    assert (run.message, run.duration_s, run.workspaces) == ("One artifact is older.", 30.0, [{"id": "w"}])
    assert sent.asked == ("POST", "/processing/executions/promotions", "")
    assert sent.sent == {
        "executable": PROMOTION,
        "keepTargetResources": True,
        "keepTargetRunProfiles": False,
        "advanced": {"artifactId": "a", "artifactType": "PLAN"},
        "context": "release 7",
    }


def test_a_promotion_that_has_only_begun_has_no_id(asked):
    run = asked((202, b"")).executions.start_promotion(PROMOTION)
    assert (run.execution_id, run.status, run.ended) == (None, None, False)


def test_a_promotions_run_is_read(asked):
    """getPromotionExecution."""
    sent = asked({"executionId": "p-run", "status": "PROMOTION_STARTED", "userId": "u"})
    assert sent.executions.get_promotion("p-run").status == "running"
    assert sent.asked == ("GET", "/processing/executions/promotions/p-run", "")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda runs: runs.start_plan(""), "The id of the plan is empty"),
        (lambda runs: runs.start_task(" "), "The id of the task is empty"),
        (lambda runs: runs.start_task(TASK, parameters=["a"]), "Pass a mapping"),
        (lambda runs: runs.start_task(TASK, parameters={"a": None}), "The parameter 'a' is None"),
        (lambda runs: runs.start_task(TASK, log_level="WARNING"), r"Did you mean 'WARN'\?"),
        (lambda runs: runs.start_task(TASK, timeout_min=0), "timeout_min is 0"),
        (lambda runs: runs.terminate_task(""), "The id of the task run is empty"),
        (lambda runs: runs.start_promotion(""), "The id of the promotion is empty"),
        (lambda runs: runs.start_promotion("p", artifact_id="a"), "Give both or none"),
        (
            lambda runs: runs.start_promotion("p", artifact_id="a", artifact_type="TASK"),
            "Use one of WORKSPACE, PLAN",
        ),
        (lambda runs: runs.start_promotion("p", context="x" * 256), "at most 255 characters"),
        (lambda runs: runs.start_promotion("p", keep_target_resources="yes"), "Use True or False"),
        (lambda runs: runs.resume_plan("", "s"), "The id of the plan's run is empty"),
        (lambda runs: runs.resume_plan(RUN, ""), "The id of the step's run is empty"),
        (lambda runs: runs.resume_plan(RUN, "s", only_failed_tasks=1), "only_failed_tasks is 1"),
    ],
)
def test_what_cannot_be_sent_is_refused_before(asked, call, told):
    sent = asked(STARTED)
    with pytest.raises(InputError, match=told):
        call(sent.executions)
    assert sent.requests == []


STEPS_OF_RUN = [step_run(0), step_run(1, "FAIL"), {"id": "third"}]


def test_a_plan_goes_on_from_the_run_of_a_step(asked):
    sent = asked(STEPS_OF_RUN, plan_run(), STARTED)
    assert sent.executions.resume_plan(RUN, STEP_RUNS[1], only_failed_tasks=True) == "new-run"
    assert sent.sent == {
        "executable": PLAN,
        "executionPlanId": RUN,
        "stepId": STEP_RUNS[1],
        "rerunOnlyFailedTasks": True,
    }
    sent = asked(STEPS_OF_RUN, plan_run(), STARTED)
    sent.executions.resume_plan(RUN, STEP_RUNS[1])
    assert "rerunOnlyFailedTasks" not in sent.sent


def test_the_id_of_a_charts_step_is_refused_with_the_right_one(asked):
    sent = asked(STEPS_OF_RUN)
    with pytest.raises(InputError, match=rf"not its run\. Pass the step's execution_id: {STEP_RUNS[1]}\."):
        sent.executions.resume_plan(RUN, STEPS[1])
    for other in ("third", "elsewhere"):
        with pytest.raises(InputError, match=rf"no step's run {other}.*{STEP_RUNS[0]}, {STEP_RUNS[1]}\."):
            sent.executions.resume_plan(RUN, other)
    assert {request.method for request in sent.requests} == {"GET"}


def test_a_run_that_does_not_tell_its_plan_is_not_resumed(asked):
    with pytest.raises(Malformed, match="does not tell its plan"):
        asked(STEPS_OF_RUN, {"executionId": RUN}).executions.resume_plan(RUN, STEP_RUNS[1])


def test_a_run_that_cannot_be_resumed_says_why(asked):
    refusal = (422, {"status": 422, "message": "The run did not fail"})
    with pytest.raises(Invalid, match=r"^The run did not fail\. Only a failed run"):
        asked(STEPS_OF_RUN, plan_run(), refusal).executions.resume_plan(RUN, STEP_RUNS[1])


@pytest.mark.parametrize(
    ("call", "fix"),
    [
        (ORDERS["start plan"], rf"ws\.talend\.plans\.resume\('{PLAN}'\)"),
        (ORDERS["start task"], "Resume the task in Talend"),
    ],
)
def test_a_paused_plan_or_task_says_how_to_go_on(asked, call, fix):
    refusal = (405, {"status": 405, "message": "Paused by ada"})
    with pytest.raises(Invalid, match=rf"^Paused by ada\. .*{fix}") as caught:
        call(asked(refusal).executions)
    assert caught.value.args == (caught.value.what, caught.value.fix)


@pytest.mark.parametrize(
    ("call", "fix"),
    [
        (ORDERS["start plan"], rf"ws\.talend\.plans\.put_run_config\('{PLAN}'"),
        (ORDERS["start task"], "run configuration in Talend"),
        (ORDERS["promote"], "Configure it in Talend"),
    ],
)
def test_what_is_not_configured_did_not_start_and_leaves_no_doubt(asked, call, fix):
    sent = asked((501, {"status": 501, "message": "No run configuration", "requestId": "r-1"}))
    with pytest.raises(Invalid, match=rf"^No run configuration\. .*{fix}") as caught:
        call(sent.executions)
    error = caught.value
    assert (error.status, error.service, error.request_id) == (501, "talend", "r-1")
    assert "not sent again" not in str(error)
    assert len(sent.requests) == 1


def test_an_unknown_plan_is_not_found(asked):
    with pytest.raises(NotFound, match=r"^No such plan\. Check the name.* Where nothing is found at all"):
        asked((404, {"status": 404, "message": "No such plan"})).executions.start_plan(PLAN)


@pytest.mark.parametrize("told", [{}, [], {"executionId": 7}, {"executionId": ""}, b"", b"<html>"])
def test_a_start_without_an_id_may_have_started(asked, told):
    for call in (ORDERS["start plan"], ORDERS["start task"]):
        with pytest.raises(Malformed, match=LOOK):
            call(asked((201, told)).executions)


FAULTS = {
    **{
        f"{status}{' with Retry-After' if lines else ''}": answer(status, b"{}", *lines)
        for status in (500, 502, 503, 504)
        for lines in ((), ("Retry-After: 0",))
    },
    "no answer": vanish,
    "reset": reset,
}


@pytest.mark.parametrize("call", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_an_order_is_sent_once_and_the_error_says_where_to_look(serve, open_session, fault, call):
    """Case 7."""
    server = serve(fault)
    with pytest.raises((OutcomeUnknown, ServerFault), match=LOOK) as caught:
        call(runs_of(open_session(server, service="talend", clock=FakeClock())))
    assert len(server.requests) == 1
    assert caught.value.args == (caught.value.what, caught.value.fix)
    assert "ws.talend." in caught.value.fix


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_plan_is_resumed_once(serve, open_session, fault):
    """Case 7: the reads before are no orders."""

    def told(value):
        return answer(200, str(value).replace("'", '"').encode())

    server = serve(told([step_run(1, "FAIL")]), told(plan_run()), fault)
    with pytest.raises((OutcomeUnknown, ServerFault), match=LOOK):
        runs_of(open_session(server, service="talend", clock=FakeClock())).resume_plan(RUN, STEP_RUNS[1])
    assert [request[:4] for request in server.requests] == [b"GET ", b"GET ", b"POST"]


@pytest.mark.parametrize("call", ORDERS.values(), ids=ORDERS)
def test_stop_while_an_order_is_sent_says_that_it_may_have_been_carried_out(asked, call):
    """Case 36."""
    sent = asked(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt, match=LOOK):
        call(sent.executions)
    assert len(sent.requests) == 1


def test_an_order_without_a_token_was_not_sent(serve, open_session):
    """Nothing leaves a doubt when only the token failed."""
    account = tokens.service_account("nightly", Secret("canary-secret"), "https://api.example.com")
    server = serve(answer(503))
    session = open_session(server, service="talend", clock=FakeClock(), tokens=account)
    with pytest.raises(ServerFault) as caught:
        runs_of(session).start_plan(PLAN)
    assert "may have been" not in str(caught.value)
    assert caught.value.operation == "createToken"
    assert len(server.requests) == 3
    assert all(request.startswith(b"POST /security/oauth/token ") for request in server.requests)
