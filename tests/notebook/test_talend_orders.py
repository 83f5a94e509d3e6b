"""What ``%talend`` starts, takes up, pauses and ends: shown, agreed to, sent, watched."""

from __future__ import annotations

import json
import re

import pytest

from dataexplore.errors import DeadlineExceeded, Forbidden, InputError, OutcomeUnknown
from dataexplore.plans import PlanRunInDepth
from tests.faults.fault_server import TOKEN, head
from tests.notebook.looking import fails, lines_of


def page(*rows):
    return {"items": list(rows), "limit": 100, "offset": 0, "total": len(rows)}


PLACE = {"name": "Retail", "environment": {"id": "e", "name": "Production"}}
STEPS = {"stepId": "i1", "stepName": "Extract", "nextStep": {"stepId": "i2", "stepName": "Check"}}
PLAN = {"executable": "p", "name": "Web events", "workspace": PLACE, "chart": STEPS}
PAUSED = {**PLAN, "planPauseDetails": {"pause": True, "pauseContext": "the source moves"}}
ENDED = {"finishTimestamp": "2026-11-20T00:00:00.000Z"}
RUN = {"executionId": "r", "planId": "p", "status": "execution_failed", **ENDED}
STEP_RUNS = [
    {"executionId": "s1", "id": "i1", "executionStatus": "SUCCESS"},
    {"executionId": "s2", "id": "i2", "executionStatus": "FAIL"},
]
RULES = {
    "POST ": (201, {"executionId": "r2"}),
    "(PUT|DELETE) ": (204, None),
    "run-config": {"trigger": {"type": "MANUAL"}},
    "/steps/s1": STEP_RUNS[0],
    "/steps/s2": STEP_RUNS[1],
    "/steps": STEP_RUNS,
    "executions/plans/r": RUN,
    "executions/t": {"executionId": "t", "jobId": "j", "status": "executing"},
    "plans/p": PLAN,
    "GET .*/executables/plans": page(PLAN),
    "GET": page(),
}
NIGHTLY = "Nightly retail load@Production"


def over(rules):
    """A service that answers as usual, but for these rules."""
    return rules | {pattern: rule for pattern, rule in RULES.items() if pattern not in rules}


def sent(server):
    """What was sent to change something: method, path and body of each."""
    found = [request for request in server.requests if not request.startswith(b"GET")]
    told = [(request.split(b" ", 2)[:2], request.partition(b"\r\n\r\n")[2]) for request in found]
    return [(verb.decode(), path.decode(), json.loads(body or b"null")) for (verb, path), body in told]


@pytest.fixture(autouse=True)
def _calm_afterwards(workspace):
    yield
    workspace.sandbox.calm()


LINES = [
    ("start web events", "POST", "/processing/executions/plans", {"executable": "p"}),
    (
        "restart r",
        "POST",
        "/processing/executions/plans",
        {"executable": "p", "executionPlanId": "r", "stepId": "s2"},
    ),
    (
        "restart r --from EXTRACT --only-failed",
        "POST",
        "/processing/executions/plans",
        {"executable": "p", "executionPlanId": "r", "stepId": "s1", "rerunOnlyFailedTasks": True},
    ),
    (
        "pause p --why 'the source moves'",
        "PUT",
        "/orchestration/executables/plans/p/pause",
        {"pause": True, "pauseContext": "the source moves"},
    ),
    ("terminate t", "DELETE", "/processing/executions/t", None),
]


@pytest.mark.parametrize("order", LINES, ids=lambda order: order[0])
def test_what_is_shown_is_what_is_sent(order, run, connect_to_talend):
    line, verb, path, body = order
    server = connect_to_talend(RULES)
    ran = run(f"%talend {line} --yes")
    assert ran.error is None, ran.text
    assert sent(server) == [(verb, path, body)]
    shown = lines_of(ran)[0].partition("\n")[2]
    assert shown == f"{verb} {server.url}{path}" + ("" if body is None else f"\n{json.dumps(body, indent=2)}")
    assert TOKEN not in str(ran.shown) + ran.text


def test_a_pause_is_ended(run, connect_to_talend):
    server = connect_to_talend(over({"GET .*/executables/plans": page(PAUSED)}))
    assert run("%talend resume web events --yes").error is None
    assert run("%talend resume web events --why 'it has moved' --yes").error is None
    assert [body for _, _, body in sent(server)] == [
        {"pause": False},
        {"pause": False, "pauseContext": "it has moved"},
    ]


@pytest.mark.parametrize("line", [line for line, *_ in LINES])
def test_a_dry_run_shows_and_sends_nothing(line, run, connect_to_talend):
    server = connect_to_talend(RULES)
    ran = run(f"%talend {line} --dry-run")
    assert (ran.error, ran.value, sent(server)) == (None, None, [])
    assert lines_of(ran)[-1] == "Nothing was sent. (--dry-run)"


@pytest.mark.parametrize("line", [line for line, *_ in LINES])
def test_where_nobody_can_answer_it_is_refused_and_names_the_option(line, run, connect_to_talend):
    server = connect_to_talend(RULES)
    fails(run(f"%talend {line}"), "Nothing was sent.", "Add --yes")
    assert sent(server) == []


@pytest.mark.parametrize("line", ["start web events", "restart r", "terminate t"])
def test_an_order_without_an_answer_is_sent_once_and_says_where_to_look(line, run, connect_to_talend):
    """Case 7."""
    server = connect_to_talend(over({"(POST|DELETE) ": lambda peer: peer.reset()}))
    ran = fails(run(f"%talend {line} --yes"), "was not sent again", "before you repeat it")
    assert isinstance(ran.error.error, OutcomeUnknown)
    assert len(sent(server)) == 1


def test_a_plan_that_fails_is_watched_with_its_error_handler_and_taken_up_at_its_failed_step(run, workspace):
    workspace.sandbox.fail_task("extract_stores", environment="Production", error="no disk")
    first = run(f"%talend start {NIGHTLY} --watch --yes").value
    assert isinstance(first, PlanRunInDepth)
    assert first.status == "failed"
    assert [task.task_name for task in first.failed] == ["extract_stores"]
    assert "no disk" in first.remarks[0]
    assert first.remarks[1:] == [
        "The error handler of Extract ran notify_on_call: ✓ succeeded",
        "Check and Publish did not begin",
    ]
    second = run(f"%talend restart {first.id} --only-failed --watch --yes").value
    assert (second.status, second.failed) == ("succeeded", [])
    assert [step.name for step in second.steps] == ["Extract", "Check", "Publish"]
    assert len(second.steps[0].task_runs) == 1
    fails(run(f"%talend restart {second.id} --yes"), "is succeeded", "Only a run that failed")
    newest = run("%talend history --limit 2").value
    assert [each.execution_id for each in newest] == [second.id, first.id]


def test_watching_too_long_ends_the_watching_and_its_running_task_can_be_ended(run, workspace):
    workspace.sandbox.slow_task("extract_web_events", seconds=60, environment="Production")
    number = run("%talend start web events@Production --yes").value
    ran = fails(
        run(f"%talend show {number} --watch --deadline 0.5"),
        "It did not end within 0.5 s.",
        f"Run {number} goes on in Talend",
        "Talend has no call that ends a plan's run",
        "%talend terminate TASK-RUN ends one",
    )
    assert isinstance(ran.error.error, DeadlineExceeded)
    shown = run(f"%talend show {number}").value
    (row,) = [row for row in shown.table.to_pylist() if row["status"] == "↻ running"]
    assert (row["task"], shown.status) == ("extract_web_events", "running")
    told = run(f"%talend terminate {row['task run']} --yes")
    assert lines_of(told)[-1].startswith("The run of extract_web_events was told to stop.")
    ended = run(f"%talend show {number} --watch").value
    assert (ended.status, ended.failed[0].status) == ("failed", "cancelled")
    assert "plan Clean up web events" in ended.remarks[1]
    fails(run(f"%talend terminate {row['task run']} --yes"), "is cancelled already")


def test_a_paused_plan_starts_when_it_is_resumed(run, workspace):
    assert run("%talend pause Stock count --why 'the source moves' --yes").error is None
    fails(run("%talend start Stock count --yes"), "Stock count is paused: the source moves", "%talend resume")
    listed = run("%talend calendar Stock count").value
    assert [(due.at, due.pause_context) for due in listed] == [(None, "the source moves")]
    fails(run("%talend pause Stock count --yes"), "Say why", "--why")
    assert run("%talend resume Stock count --yes").error is None
    fails(run("%talend resume Stock count --yes"), "Stock count in Production is not paused.")
    assert len(run("%talend calendar Stock count").value) > 1
    assert run("%talend start Stock count --watch --yes").value.status == "succeeded"


def test_a_second_run_at_once_never_begins_and_says_so(run, workspace):
    workspace.sandbox.slow_task("extract_campaigns", seconds=3, environment="Production")
    first = run("%talend start Marketing touches --yes").value
    second = run("%talend start Marketing touches --watch --yes").value
    assert (second.status, second.remarks[0][:21]) == ("misfired", "! It did not begin: P")
    assert workspace.talend.executions.wait_plan(first, deadline_s=30).status == "succeeded"


def test_a_run_of_which_no_step_is_told_to_have_failed_wants_a_step(run, connect_to_talend):
    connect_to_talend(over({"/steps$": STEP_RUNS[:1]}))
    fails(run("%talend restart r --yes"), "No step of it is told to have failed.", "Add --from: Extract.")


def test_an_order_that_is_forbidden_says_what_works_without(run, connect_to_talend):
    server = connect_to_talend(over({"POST ": (403, {"status": 403, "message": "no"})}))
    ran = fails(run("%talend start web events --yes"), "no rights to Talend's Processing", "%talend plans")
    assert isinstance(ran.error.error, Forbidden)
    assert len(sent(server)) == 1


def test_a_pause_that_is_forbidden_is_not_a_matter_of_processing(run, connect_to_talend):
    connect_to_talend(over({"PUT ": (403, {"status": 403, "message": "no"})}))
    ran = fails(run("%talend pause web events --why x --yes"))
    assert isinstance(ran.error.error, Forbidden)
    assert "Processing" not in ran.text


def test_a_watch_that_is_refused_in_the_middle_shows_the_error_and_leaves_no_line(run, connect_to_talend):
    going = {"executionId": "r", "planId": "p", "status": "executing"}
    answers = iter([(200, going), (200, going), (403, {"status": 403, "message": "not any more"})])

    def state(peer):
        status, body = next(answers)
        text = json.dumps(body).encode()
        peer.send(head(status, f"Content-Length: {len(text)}"), text)

    connect_to_talend(over({"/steps": (404, {"status": 404}), "executions/plans/r$": state}))
    ran = fails(run("%talend show r --watch"), "not any more")
    assert isinstance(ran.error.error, Forbidden)
    assert lines_of(ran) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("start", "Write %talend start NAME; %talend plans lists them."),
        ("start Web events", "Web events@Production or Web events@Development"),
        ("start Stok count", "Did you mean 'Stock count'?"),
        ("start Finance close", "%talend resume Finance close ends the pause. Nothing was sent."),
        ("start Clean up web events@Production", "has no run configuration"),
        ("start Stock count --deadline 5", "--deadline is for watching."),
        ("start Stock count --wtch", "Did you mean --watch?"),
        ("start Stock count --dry-run", "--yes sends it and --dry-run does not."),
        ("restart", "Write %talend restart RUN; %talend history lists them."),
        ("restart a b", "One run is wanted, by its id."),
        ("restart $number", "number holds nothing of this kind."),
        ("restart $failed --from Publish", "No step 'Publish' began in this run."),
        ("restart $failed --from Extrakt", "Did you mean 'Extract'?"),
        ("restart $failed --from", "--from needs a value."),
        ("pause Stock count", '--why "The source is being moved"'),
        ("pause Stock count --why ''", "Say why"),
        ("pause Stock count --why a --why b", "--why stands twice."),
        ("resume Stock count", "There is nothing to resume."),
        ("terminate", "Write %talend terminate TASK-RUN; %talend show RUN lists those that run."),
        ("terminate a --watch", "There is no option --watch."),
    ],
)
def test_a_wrong_line_sends_nothing(line, expected, run, workspace):
    """Case 41."""
    run("number = 5")
    failed = workspace.talend.executions.plan_history(
        workspace.talend.plans.find("Nightly retail load", environment="Production").id,
        status="failed",
        last_days=60,
        limit=1,
    )[0]
    before = workspace.talend.executions.plan_history(limit=1)[0].execution_id
    ran = fails(run(f"%talend {line.replace('$failed', failed.execution_id)} --yes"), expected)
    assert isinstance(ran.error.error, InputError)
    assert workspace.talend.executions.plan_history(limit=1)[0].execution_id == before


def test_the_error_of_a_service_may_echo_the_token_and_it_is_not_shown(run, connect_to_talend):
    """Case 33 and 23."""
    connect_to_talend(over({"POST ": (422, {"status": 422, "message": f"<b>{TOKEN}</b>\x1b[31m"})}))
    ran = fails(run("%talend start web events --yes"), "***")
    assert TOKEN not in ran.text
    assert "\x1b[31m" not in re.sub(r"\x1b\[0m", "", ran.text)
