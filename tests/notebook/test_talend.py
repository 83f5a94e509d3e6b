"""``%talend``: plans, what ran and what is due, over a real sandbox and over services of other kinds."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from dataexplore.errors import Forbidden, InputError, NotFound
from dataexplore.plans import PlanInDepth, PlanRunInDepth
from tests.notebook.looking import fails

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e"
ELEMENTS = {"div", "p", "b", "pre", "style", "table", "thead", "tbody", "tr", "th", "td"}
NIGHTLY = "Nightly retail load"
CLOSED = (403, {"status": 403, "message": "Forbidden"})


def page(*rows):
    return {"items": list(rows), "limit": 100, "offset": 0, "total": len(rows)}


def at(hours):
    """So many hours ago."""
    return f"{dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def row_of(plans, name):
    """The row of a plan in Production."""
    place = "Production / Retail"
    rows = plans.table.to_pylist()
    return next(row for row in rows if (row["plan"], row["environment / workspace"]) == (name, place))


@pytest.fixture
def closed(workspace):
    """Processing is closed to the account, for a while."""
    workspace.sandbox.answer(403, seconds=600, path="/processing")
    yield
    workspace.sandbox.calm()


def test_plans_tell_how_they_went_and_when_they_start_next(run):
    ran = run("%talend plans")
    assert ran.error is None, ran.text
    plans = ran.value
    assert plans.headline == f"{len(plans)} plans"
    nightly = row_of(plans, NIGHTLY)
    assert (nightly["steps"], nightly["last run"]) == (3, "✓ succeeded")
    utc = dt.datetime.fromisoformat(nightly["next start (UTC)"]).replace(tzinfo=dt.UTC)
    assert dt.timedelta(0) <= utc - dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    assert nightly["by its own clock"] == f"{utc:%a} 00:45 Europe/London"
    assert row_of(plans, "Stock count")["by its own clock"].endswith("America/New_York")
    assert row_of(plans, "Finance close")["by its own clock"].startswith(
        "‖ paused: No close before the audit"
    )
    assert row_of(plans, "Clean up web events")["by its own clock"] == "no run configuration"
    assert "pause_context" in plans.to_df().columns


def test_plans_are_narrowed_and_cut(run):
    development = run("%talend plans --environment development").value
    assert {plan.environment for plan in development} == {"Development"}
    assert development.headline == f"{len(development)} plans of Development"
    two = run("%talend plans --limit 2").value
    assert re.match(r"The first 2 of \d+ plans · more with --limit", two.headline)


def test_a_plan_is_shown_as_its_chart_with_its_trigger_in_words(run):
    plan = run(f"%talend plan {NIGHTLY.upper()}@Production").value
    assert isinstance(plan, PlanInDepth)
    assert "daily at 00:45 Europe/London · next " in plan.headline
    assert plan.table["step"].to_pylist() == ["Extract", "Check", "Publish"]
    assert "extract_orders, " in plan.table["tasks"][0].as_py()
    assert plan.table["when it fails"][0].as_py() == "notify_on_call"
    assert len(plan.runs) == 3
    assert repr(plan).count(" · run ") == 3
    kinds = {node["kind"] for _, node in plan.graph.nodes(data=True)}
    assert kinds == {"step", "task", "handler"}


def test_a_paused_plan_says_why_since_when_and_what_that_means(run):
    text = repr(run("%talend plan Finance close").value)
    assert (
        "‖ paused: No close before the audit of October is signed (zofia.kowalska), since 2026-11-05" in text
    )
    assert "starts neither by itself nor by hand" in text


def test_the_newest_twenty_runs_are_listed_with_the_names_of_their_plans(run, workspace):
    listed = run("%talend history").value
    assert len(listed) == 20
    assert re.match(r"The newest 20 runs of all plans since \S+ \S+ UTC · more with", listed.headline)
    started = [each.started_at for each in listed]
    assert started == sorted(started, reverse=True)
    known = {plan.name for plan in workspace.talend.plans.list()}
    assert set(listed.table["plan"].to_pylist()) <= known
    assert listed.table["tasks"][0].as_py().count(" of ") == 1


def test_failed_runs_tell_the_step_the_task_and_its_error(run):
    failed = run("%talend history --status failed --since 60d --environment Production --limit 2").value
    assert failed.headline.startswith("The newest 2 failed runs of all plans in Production since ")
    assert {each.status for each in failed} == {"failed"}
    assert all(re.match(r"\w[\w ]*: \w+.*: .", why) for why in failed.table["what failed"].to_pylist())


def test_runs_are_narrowed_by_plan_window_and_limit(run, workspace):
    stock = run("%talend history stock count --since 2d").value
    edge = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    plan = workspace.talend.plans.find("Stock count")
    every = workspace.talend.executions.plan_history(plan.id, since=edge)
    assert [each.execution_id for each in stock] == [each.execution_id for each in every]
    assert set(stock.table["plan"].to_pylist()) == {"Stock count"}
    assert len(run("%talend history Stock count --limit 2").value) == 2
    assert len(run("%talend history Stock count --since 9d --limit 2").value) == 2


def test_a_run_that_began_before_the_window_is_not_in_it(run, connect_to_talend):
    runs = [{"executionId": f"r{hours}", "planId": "p", "startTimestamp": at(hours)} for hours in (1, 3, 30)]
    connect_to_talend({"executions": page(*runs), "GET": page()})
    assert [each.execution_id for each in run("%talend history --since 5h").value] == ["r1", "r3"]


def test_only_twenty_failed_runs_are_asked_why(run, connect_to_talend):
    now = at(1)
    runs = [
        {"executionId": f"r{number}", "planId": "p", "status": "execution_failed", "startTimestamp": now}
        for number in range(30)
    ]
    step = {"executionId": "s", "id": "i", "executionStatus": "FAIL"}
    task = {"executionId": "t", "jobId": "j", "status": "execution_failed", "errorMessage": "no disk"}
    server = connect_to_talend(
        {
            "/steps/s": {**step, "doneTaskExecutableDetails": [task]},
            "/steps": [step],
            "plans/executions": page(*runs),
            "plans/p$": (404, {"status": 404, "message": "gone"}),
            "GET": page(),
        }
    )
    why = run("%talend history --since 1d").value.table["what failed"].to_pylist()
    assert why == ["a step: j: no disk"] * 20 + ["%talend show says why"] * 10
    assert sum(b"/steps/s " in request for request in server.requests) == 20


def test_a_run_is_shown_step_by_step_and_named_by_a_variable_too(run, workspace):
    # The oldest of them: the newest may be another test's, ended by hand and so without an error.
    run("listed = %talend history --status failed --since 60d\nfirst = listed[-1]")
    run("number = first.execution_id")
    shown = run("%talend show $first").value
    assert isinstance(shown, PlanRunInDepth)
    assert shown.status == "failed"
    first = shown.failed[0]
    # A check's own words may begin with its name, which is said once.
    words = first.error_message.removeprefix(f"{first.task_name}: ")
    assert f": {first.task_name}: {words}" in repr(shown)
    steps, tasks = (shown.table[name].to_pylist() for name in ("step", "task"))
    step = steps[tasks.index(first.task_name)]
    assert tasks[steps.index(step)] == first.task_name  # what failed stands first in its step
    run("shown = %talend show $number")
    assert run("%talend show $shown").value.id == shown.id
    assert run("%talend plan $shown").value.id == shown.plan_id


def test_the_calendar_has_a_row_a_day_and_tells_paused_plans_apart(run, workspace):
    listed = run("%talend calendar --days 3 --environment Production").value
    assert re.match(r"\d+ starts due in 3 days from \S+ \S+ UTC; days and times are UTC", listed.headline)
    assert listed.remarks[0].startswith("‖ Finance close is paused: No close before the audit")
    assert listed.remarks[0].endswith("; else monthly on day 3 at 07:15 Europe/London")
    now = dt.datetime.now(dt.UTC)
    days = [f"{now + dt.timedelta(days=ahead):%a %d %b}" for ahead in range(4)]
    assert listed.table["day"].to_pylist() == ["its own zone", *days]
    assert "Finance close" not in listed.table.column_names
    assert listed.table[NIGHTLY].to_pylist()[:1] == ["Europe/London"]
    assert listed.table[NIGHTLY].to_pylist()[2:4] == ["00:45", "00:45"]
    assert re.fullmatch(r"\d\d:\d\d … \d\d:\d\d \(9\)", listed.table["Web events"][2].as_py())
    plan = workspace.talend.plans.find(NIGHTLY, environment="Production")
    events = workspace.talend.plans.events(plan.id, since=now, to=now + dt.timedelta(days=3))
    assert [due.at for due in listed if due.plan == NIGHTLY] == events
    assert all(due.paused for due in listed if due.at is None)


def test_a_day_without_a_start_is_a_day_all_the_same(run):
    listed = run("%talend calendar marketing touches").value
    cells = listed.table["Marketing touches"].to_pylist()
    assert len(cells) == 1 + 8
    assert "·" in cells, "it rests at the weekend"


def test_plans_of_one_name_have_columns_of_their_own(run, connect_to_talend):
    soon = f"{dt.datetime.now(dt.UTC) + dt.timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    place = {"environment": {"id": "e", "name": "Production"}}
    plans = [{"executable": own, "name": "Twice", "workspace": place} for own in ("p1", "p2", "p3")]
    connect_to_talend(
        {
            "run-config/events.*offset=0": page(soon),
            "run-config/events": page(),
            "run-config": {"trigger": {"type": "DAILY", "timeZone": "UTC"}},
            "GET .*/executables/plans": page(*plans),
        }
    )
    table = run("%talend calendar").value.table
    assert table.column_names == ["day", "Twice", "Twice@Production", "Twice (p3)"]


def test_a_plan_without_a_schedule_has_an_empty_calendar(run):
    listed = run("%talend calendar Clean up web events@Production").value
    assert repr(listed).endswith("1 plan without a schedule")


def test_tasks_the_runs_of_one_with_its_rows_and_promotions_are_listed(run):
    tasks = run("%talend tasks --environment Production").value
    assert {task.environment for task in tasks} == {"Production"}
    assert run("%talend tasks --limit 3").value.headline.startswith("The first 3 of ")
    runs = run("%talend tasks extract_orders@production --limit 3").value
    assert runs.headline == "The newest 3 runs of extract_orders in Production"
    assert all(rows > 0 for rows in runs.table["rows"].to_pylist())
    assert run("%talend promotions").value.table["to"].to_pylist() == ["Production"]


def test_without_processing_plans_and_calendar_work_and_the_text_says_what_is_missing(run, closed):
    for line in ("history", "history Stock count", "show x", "tasks extract_orders@Production"):
        ran = fails(
            run(f"%talend {line}"),
            "no rights to Talend's Processing",
            "%talend plans, %talend plan NAME and %talend calendar work without it",
        )
        assert isinstance(ran.error.error, Forbidden)
    assert run("%talend plans").error is None
    assert run("%talend calendar").error is None
    assert "Its runs are not told" in repr(run("%talend plan Stock count").value)


def test_a_service_without_processing_at_all_says_the_same(run, connect_to_talend):
    connect_to_talend({"/processing": (404, {"status": 404, "message": "Not Found"}), "GET": page()})
    ran = fails(run("%talend history"), "no rights to Talend's Processing")
    assert isinstance(ran.error.error, NotFound)


def test_names_that_may_not_be_seen_stay_ids(run, connect_to_talend):
    now = at(1)
    ran = {"executionId": "r", "planId": "p", "status": "executing", "startTimestamp": now}
    server = connect_to_talend({"plans/executions": page(ran, {**ran, "executionId": "q"}), "GET": CLOSED})
    row, _ = run("%talend history").value.table.to_pylist()
    assert (row["plan"], row["environment"], row["took"]) == ("p", None, "not ended")
    asked = sum(b"/orchestration/" in request for request in server.requests)
    assert asked <= 2, "what is closed is not asked for again with each row"


def test_nothing_hostile_becomes_markup_or_moves_the_terminal(run, connect_to_talend):
    """Case 33."""
    now = at(1)
    place = {"name": HOSTILE, "environment": {"id": "e", "name": HOSTILE}}
    pause = {"pause": True, "pauseContext": HOSTILE, "user": HOSTILE}
    flow = {"id": "t", "name": HOSTILE}
    chart = {"stepId": "i", "stepName": HOSTILE, "stepNote": HOSTILE, "flows": [flow]}
    plan = {"executable": "p", "name": HOSTILE, "workspace": place, "status": HOSTILE, "chart": chart}
    trigger = {"type": "CRON", "cronExpression": HOSTILE, "timeZone": HOSTILE}
    task = {"executionId": "x", "jobId": "t", "status": HOSTILE, "errorMessage": HOSTILE}
    step = {"executionId": "s", "id": "i", "executionStatus": "FAIL", "doneTaskExecutableDetails": [task]}
    ran = {
        "executionId": "r",
        "planId": "p",
        "status": "execution_failed",
        "userId": HOSTILE,
        "startTimestamp": now,
    }
    promotion = {"executable": "m", "name": HOSTILE, "sourceEnvironment": {"name": HOSTILE}}
    connect_to_talend(
        {
            "run-config/events": page(now),
            "run-config": {"trigger": trigger},
            "error-handler": step,
            "/steps/s": step,
            "/steps": [step],
            "promotions": [promotion],
            "executables/(plans|plans/p)/executions": page(ran),
            "plans/r": ran,
            "tasks/t/executions": page({"executionId": "x", "taskId": "t", "status": HOSTILE}),
            "executions/x": task,
            "executables/tasks": page({"executable": "t", "name": HOSTILE, "workspace": place}),
            "plans/p": {**plan, "planPauseDetails": pause},
            "executables/plans": page({**plan, "planPauseDetails": pause}),
        }
    )
    lines = ("plans", "plan p", "history", "show r", "calendar", "tasks", "tasks t", "promotions")
    for line in lines:
        told = run(f"%talend {line}")
        assert told.error is None, told.text
        html = told.value._repr_html_()
        assert "&lt;img" in html, line
        assert set(re.findall(r"<(\w+)", html)) <= ELEMENTS
        assert not {"\x1b", "\u202e"} & set(html + repr(told.value))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "Verbs: plans, plan NAME, history [NAME], show RUN"),
        ("plns", "Did you mean plans?"),
        ("strat x", "Did you mean start?"),
        ("plans Stock count", "One plan: %talend plan Stock count."),
        ("plans --environment prod", "Did you mean 'Production'?"),
        ("plans --limit 0", "limit is 0."),
        ("plans --limt 3", "Did you mean --limit?"),
        ("plan", "Write %talend plan NAME; %talend plans lists them."),
        ("plan Stok count", "Did you mean 'Stock count'?"),
        (f"plan {NIGHTLY}", f"{NIGHTLY}@Production or {NIGHTLY}@Development."),
        ("plan $nothing", "There is no variable 'nothing'."),
        ("plan $number", "number holds nothing of this kind."),
        ("plan O'Hara", 'There is no plan "O\'Hara".'),
        ("plan '; drop table'", "There is no plan '; drop table'."),
        ('plan {"a":1}', "There is no plan"),
        ("history 50%", "There is no plan '50%'."),
        ("history --since yesterday", "Write 30m, 12h, 7d, 2w"),
        ("history --since 2099-01-01", "lies ahead"),
        ("history --status faild", "Did you mean 'failed'?"),
        ("history --limit few", "--limit few is not a whole number."),
        ("history --environment Prodction", "Did you mean 'Production'?"),
        ("show", "Write %talend show RUN; %talend history lists them."),
        ("show a b", "One run is wanted, by its id."),
        ("show x --deadline 5", "--deadline is for watching."),
        ("show x --wach", "Did you mean --watch?"),
        ("calendar --days 0", "days is 0."),
        ("calendar --days 32", "Use a whole number from 1 to 31."),
        ("calendar --days week", "--days week is not a whole number."),
        ("calendar $$", "There is no variable '$'."),
        ("tasks extract_order", "Did you mean 'extract_orders'?"),
        ("promotions all", "It takes no name."),
    ],
)
def test_a_wrong_line_is_told_in_a_few_words(line, expected, run):
    """Case 41."""
    run("number = 5")
    ran = fails(run(f"%talend {line}"), expected)
    assert isinstance(ran.error.error, InputError)


def test_a_run_that_is_not_there_is_told_in_the_services_words(run):
    assert isinstance(fails(run("%talend show nothing"), "There is no such").error.error, NotFound)


def test_a_cell_before_connecting_says_how(run, shell):
    session = shell.magics_manager.registry["DataExploreMagics"].session
    opened, session.opened = session.opened, None
    fails(run("%talend plans"), "%dataexplore connect sandbox")
    session.opened = opened
