"""Runs of tasks in both forms, their history, their search by tags, and the wait for one."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.errors import DeadlineExceeded, InputError, Malformed
from tests.clients.talend.asked_runs import (
    PLAN,
    RUN,
    TASK,
    TASK_RUN,
    AskedRuns,
    listed_task,
    page,
    settings,
    single_task,
)
from tests.faults.fake_clock import FakeClock

LEFT = (
    f"Run {TASK_RUN} goes on in Talend: look at it with ws.talend.executions.get_task('{TASK_RUN}'), "
    f"end it with ws.talend.executions.terminate_task('{TASK_RUN}')."
)
WAITING = single_task(status="dispatching", executionStatus="DISPATCHING_FLOW", finishTimestamp=None)


@pytest.fixture
def asked(scripted):
    """Open clients of runs whose service gives these answers."""
    return partial(scripted, kind=AskedRuns, settings=settings())


def test_a_run_is_read_alike_in_both_forms():
    for raw in (listed_task(), single_task()):
        run = TaskRun.read(raw)
        assert (run.execution_id, run.task_id, run.task_version) == (TASK_RUN, TASK, "1.2")
        assert (run.status, run.raw_status, run.detail) == (
            "succeeded",
            "execution_successful",
            "EXECUTION_SUCCESS",
        )
        assert (run.duration_s, run.ended, run.execution_type) == (96.78, True, "PLAN")
        assert run.triggered_at == dt.datetime(2026, 11, 20, 5, 30, 0, 500000, tzinfo=dt.UTC)


def test_each_form_tells_what_the_other_does_not():
    listed, single = TaskRun.read(listed_task()), TaskRun.read(single_task(errorMessage="no", errorType="E"))
    assert (listed.destination, listed.engine_id, listed.rows_processed) == ("REMOTE_ENGINE", "e-1", None)
    assert (single.destination, single.rows_processed, single.rows_rejected) == ("CLOUD", 10250, 0)
    assert (single.error_message, single.error_type) == ("no", "E")
    # The same field, the plan in one form and its run in the other.
    assert (listed.plan_or_run_id, single.plan_or_run_id) == (PLAN, RUN)


def test_a_run_that_never_began_tells_why():
    run = TaskRun.read(
        {"status": "execution_rejected", "misfiredExecutionReason": "TASK_IS_PAUSED", "timeout": 5}
    )
    assert (run.status, run.misfired_reason, run.ended, run.timeout_min) == (
        "misfired",
        "TASK_IS_PAUSED",
        True,
        5,
    )
    assert (run.started_at, run.duration_s) == (None, None)


def test_the_history_of_all_tasks_is_read_to_the_empty_page(asked):
    """listTasksExecutions."""
    client = asked(page(listed_task(2)), page(listed_task(1)), page())
    runs = client.executions.task_history(environment_id="e", workspace_id="w", last_days=1, status="queued")
    assert [run.execution_id[-1] for run in runs] == ["2", "1"]
    assert client.asked[:2] == ("GET", "/processing/executables/tasks/executions")
    assert dict(client.requests[0].url.params) == {
        "environmentId": "e",
        "workspaceId": "w",
        "lastDays": "1",
        "status": "dispatching",
        "limit": "100",
        "offset": "0",
    }
    assert runs.to_df()["duration_s"].to_list() == [96.78, 96.78]


def test_the_history_of_one_task_has_a_path_of_its_own(asked):
    """listTaskExecutions."""
    client = asked(page(listed_task()), page())
    assert len(client.executions.task_history(TASK)) == 1
    assert client.asked[1] == f"/processing/executables/tasks/{TASK}/executions"
    with pytest.raises(InputError, match="The history of one task has no filter"):
        client.executions.task_history(TASK, workspace_id="w")


def test_failed_is_four_words_of_the_service_and_is_filtered_here(asked):
    words = ("execution_failed", "execution_successful", "deploy_failed", "terminated_timeout", "terminated")
    rows = [listed_task(number, status=word) for number, word in enumerate(words, 1)]
    client = asked(page(*rows, total=5), page(total=5))
    found = client.executions.task_history(status="failed")
    assert [run.execution_id[-1] for run in found] == ["1", "3", "4"]
    assert "status" not in client.requests[0].url.params
    client = asked(page(*rows, total=5), page(total=5))
    assert [run.execution_id[-1] for run in client.executions.task_history(status="failed", limit=2)] == [
        "1",
        "3",
    ]
    assert client.requests[0].url.params["limit"] == "100"
    with pytest.raises(InputError, match=r"limit is 101\.5"):
        client.executions.iterate_task_history(status="failed", limit=101.5)


def test_what_runs_now_may_end_while_it_is_read(asked):
    """Case 13: a shorter list is no loss then; one that has several pages must be whole all the same."""
    now = [listed_task(number, status="executing", finishTimestamp=None) for number in range(1, 104)]
    client = asked(page(*now[:3], total=3), page(total=1))
    for status in ("running", "executing"):
        assert len(client.executions.task_history(status=status)) in {3, 0}
    again = page(*now[:100], total=102), page(*now[100:102], total=102), page(total=102)
    client = asked(page(*now[:100], total=103), page(*now[100:], total=102), *again)
    assert len(client.executions.search_tasks(status="running")) == 103
    assert len(client.requests) == 5  # it was read again
    with pytest.raises(Malformed, match="no list of items"):
        asked(page(*now[:1]), {"rows": []}).executions.task_history(status="queued")
    with pytest.raises(Malformed, match="loses rows"):
        asked(*(page(*now[:3], total=3), page(total=1)) * 3).executions.task_history()


def test_a_search_by_tags_is_a_post_that_only_reads(asked):
    """searchTasksExecutions."""
    client = asked(page(listed_task()), page())
    since = dt.datetime(2026, 11, 19, tzinfo=dt.UTC)
    runs = client.executions.search_tasks(
        tags=["nightly", "retail"], since=since, status="failed", names={TASK: "x"}
    )
    assert len(runs) == 0  # the one that came has succeeded
    assert client.asked[:2] == ("POST", "/processing/executables/tasks/executions")
    assert client.sent == {
        "tags": ["nightly", "retail"],
        "from": 1795046400000,
        "limit": 100,
        "offset": 1,
    }
    client = asked((503, {}), page(listed_task()), page())
    assert client.executions.search_tasks(names={TASK: "extract"})[0].task_name == "extract"
    assert client.sent == {"limit": 100, "offset": 1}
    assert len(client.requests) == 3


def test_tags_are_a_list_of_words(asked):
    client = asked(page())
    for tags, told in (("nightly", r"\['nightly'\]"), (["nightly", ""], "The tag is ''")):
        with pytest.raises(InputError, match=told):
            client.executions.search_tasks(tags=tags)
    assert client.requests == []


def test_names_are_joined_from_the_tasks_and_not_from_the_plan_id(asked):
    """listTasksExecutables."""
    client = asked(page({"executable": TASK, "name": "extract"}), page(), page(listed_task()), page())
    runs = client.executions.named_task_history(last_days=7)
    assert [(run.task_name, run.plan_or_run_id) for run in runs] == [("extract", PLAN)]
    assert client.requests[0].url.path == "/orchestration/executables/tasks"
    client = asked((404, {"status": 404}), page({"executable": TASK, "name": "extract"}), page())
    assert client.executions.task_names() == {TASK: "extract"}
    assert client.asked[1] == "/processing/executables/tasks"


def test_get_reads_one(asked):
    """getTaskExecution."""
    client = asked(single_task())
    assert client.executions.get_task(TASK_RUN).rows_processed == 10250
    assert client.asked == ("GET", f"/processing/executions/{TASK_RUN}", "")


def test_wait_and_watch_go_on_until_it_ended(asked):
    client = asked(WAITING, single_task(status="executing", finishTimestamp=None), single_task())
    told = []
    assert client.executions.wait_task(TASK_RUN, on_progress=told.append).status == "succeeded"
    assert list(dict.fromkeys(run.status for run in told)) == ["queued", "running", "succeeded"]
    client = asked(WAITING, single_task(status="terminated"))
    assert [run.status for run in client.executions.watch_task(TASK_RUN)] == ["queued", "cancelled"]


def test_a_wait_that_ends_early_says_how_to_end_the_run(asked):
    """Case 36."""

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(DeadlineExceeded) as caught:
        asked(WAITING).executions.wait_task(TASK_RUN, deadline_s=3)
    assert caught.value.fix == LEFT
    client = asked(WAITING, clock=FakeClock(on_sleep=interrupt))
    with pytest.raises(KeyboardInterrupt) as stopped:
        client.executions.wait_task(TASK_RUN)
    assert str(stopped.value) == LEFT
    assert {request.method for request in client.requests} == {"GET"}
    with pytest.raises(InputError, match="The id of the task run is empty"):
        client.executions.wait_task("")
