"""Many plans at once, any sequence of pauses, starts and restarts, kills, and a present that goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.sandbox.talend.running import RETAIL, Runner, step

ONE, OTHER, TOLD = "extract_stores", "extract_categories", "notify_on_call"
ALL_RUNS = "/processing/executables/plans/executions"


@pytest.fixture(scope="module")
def runner(api):
    return Runner(api)


@pytest.fixture
def own(start):
    """Sandboxes of a test's own; their clients are closed after it."""
    clients = []

    def starting(*arguments):
        server = start("--scale", 0.01, *arguments)
        clients.append(httpx.Client(base_url=server.url, headers=server.headers, trust_env=False, timeout=30))
        return server, Runner(clients[-1])

    yield starting
    for client in clients:
        client.close()


def count(runner):
    return runner.get(ALL_RUNS, limit=1)["total"]


def test_two_hundred_plans_at_once_lose_no_record(runner):
    plan = runner.make(step("ALL_SUCCEEDED", ONE, TOLD), step("ALL_SUCCEEDED", OTHER), parallel=True)
    before = count(runner)
    with ThreadPoolExecutor(16) as threads:
        started = list(threads.map(lambda _: runner.start(plan), range(200)))
    assert len(set(started)) == 200
    for run in started:
        told = runner.wait(run, 120)
        assert (told["status"], told["doneExecutableCount"]) == ("execution_successful", 3)
        assert runner.statuses(run) == ["SUCCESS", "SUCCESS"]
    assert count(runner) == before + 200
    listed, offset = [], 0
    while page := runner.get(f"/processing/executables/plans/{plan}/executions", offset=offset)["items"]:
        listed += [each["executionId"] for each in page]
        offset += 100
    assert sorted(listed) == sorted(started)


class Plan(RuleBasedStateMachine):
    """A model of one plan: paused or not, and its runs, each in a state it may be in."""

    runner: Runner

    @initialize(condition=st.sampled_from(["ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON"]))
    def make(self, condition):
        self.condition = condition
        self.plan = self.runner.make(step(condition, ONE, OTHER), step("ALL_SUCCEEDED", TOLD))
        self.paused = False
        self.runs: dict[str, str] = {}

    def ask(self, **more):
        body = {"executable": self.plan, **more}
        return self.runner.client.post("/processing/executions/plans", json=body)

    @rule(fails=st.sets(st.sampled_from([ONE, OTHER])))
    def start(self, fails):
        for task in fails if not self.paused else ():
            self.runner.knob(task, "fails")
        answer = self.ask()
        if self.paused:
            assert answer.status_code == 405
            return
        run = self.runner.wait(answer.json()["executionId"])
        ends = (
            bool(fails)
            if self.condition == "ALL_SUCCEEDED"
            else fails == {ONE, OTHER} and self.condition == "AT_LEAST_ONE_SUCCEEDED"
        )
        assert run["status"] == ("execution_failed" if ends else "execution_successful")
        self.runs[run["executionId"]] = run["status"]

    @rule(only=st.booleans(), choose=st.randoms(use_true_random=False))
    def restart(self, only, choose):
        if not self.runs:
            return
        run = choose.choice(sorted(self.runs))
        first = self.runner.get(f"/processing/executions/plans/{run}/steps")[0]
        answer = self.ask(executionPlanId=run, stepId=first["executionId"], rerunOnlyFailedTasks=only)
        if self.paused:
            assert answer.status_code == 405
        elif self.runs[run] != "execution_failed":
            assert answer.status_code == 422
        else:
            again = self.runner.wait(answer.json()["executionId"])
            assert again["status"] == "execution_successful"
            self.runs[again["executionId"]] = again["status"]

    @rule(paused=st.booleans())
    def pause(self, paused):
        told = {"pause": paused, "pauseContext": "a test"}
        path = f"/orchestration/executables/plans/{self.plan}/pause"
        assert self.runner.client.put(path, json=told).status_code == 204
        self.paused = paused

    @invariant()
    def all_is_as_it_was_told(self):
        if not hasattr(self, "plan"):
            return
        found = self.runner.get(f"/processing/executables/plans/{self.plan}/executions")["items"]
        assert {each["executionId"]: each["status"] for each in found} == self.runs
        told = self.runner.get(f"/orchestration/executables/plans/{self.plan}")
        assert (told["executable"], told["planPauseDetails"]["pause"]) == (self.plan, self.paused)


@pytest.mark.parametrize("examples", [8, pytest.param(100, marks=pytest.mark.long)])
def test_any_sequence_of_pauses_starts_and_restarts_keeps_to_the_model(runner, examples):
    class Against(Plan):
        pass

    Against.runner = runner
    run_state_machine_as_test(
        Against,
        settings=settings(
            max_examples=examples,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=examples == 8,
        ),
    )


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_a_plan_that_was_broken_off_is_failed_and_what_was_landed_is_there(own, tmp_path, end):
    """Case 44."""
    side = ("--data", tmp_path, "--pace", 0, "--node-wait", 0)
    server, runner = own(*side)
    plan = runner.make(step("ALL_SUCCEEDED", ONE), step("ALL_SUCCEEDED", OTHER), step("ALL_SUCCEEDED", TOLD))
    done = runner.run(plan)
    runner.knob(OTHER, "slow", seconds=60)
    broken = runner.start(plan)
    task = runner.wait_for_task(broken, OTHER)
    total = count(runner)
    getattr(server.process, end)()
    server.process.wait(10)

    _, runner = own(*side)
    told = runner.wait(broken, 0)
    assert told["status"] == "execution_failed"
    assert told["startTimestamp"] <= told["finishTimestamp"]
    assert runner.statuses(broken) == ["SUCCESS", "FAIL"]
    ended = runner.wait_task(task, 0)
    assert (ended["status"], ended["errorMessage"]) == (
        "terminated_shutdown",
        "The server ended during the run.",
    )
    assert runner.get(f"/processing/executions/plans/{done['executionId']}") == done
    assert count(runner) == total
    failed = runner.steps(broken)[-1]["executionId"]
    again = runner.run(plan, executionPlanId=broken, stepId=failed)
    assert again["status"] == "execution_successful"
    assert runner.statuses(again["executionId"]) == ["SUCCESS", "SUCCESS"]


def test_with_a_quick_pace_plans_start_by_their_triggers_and_paused_ones_do_not(own, until):
    opened = datetime.now(UTC).isoformat()
    _, runner = own("--pace", 40_000, "--node-wait", 0)
    names = {plan: name for (name, _), plan in runner.plans.items()}

    def started():
        items = runner.get(ALL_RUNS, limit=100, lastDays=1)["items"]
        fresh = [each for each in items if each["startTimestamp"] > opened[:19]]
        return {names[each["planId"]] for each in fresh if each["executionType"] == "SCHEDULED"}

    until(lambda: started() >= {RETAIL, "Web events", "Stock count"}, 40)
    assert "Finance close" not in started()


def test_a_task_that_takes_longer_than_its_timeout_is_ended(runner):
    """The timeout is in minutes, so the smallest one is a minute: only that it is told is looked at here."""
    body = {"executable": runner.tasks[TOLD, "Production"], "timeout": 1, "parameters": {"channel": "#ops"}}
    execution = runner.client.post("/processing/executions", json=body).json()["executionId"]
    ended = runner.wait_task(execution)
    assert (ended["status"], ended["timeout"], ended["executionType"]) == (
        "execution_successful",
        1,
        "MANUAL",
    )


def test_components_of_a_task_are_counted(runner):
    runner.run(runner.plan(RETAIL))
    body = {"executable": runner.tasks["extract_orders", "Production"]}
    execution = runner.client.post("/processing/executions", json=body).json()["executionId"]
    ended = runner.wait_task(execution)
    path = f"/monitoring/observability/executions/{execution}/component"
    (component,) = runner.get(path)["metrics"]["items"]
    assert component["rows_processed"] == ended["numberOfProcessedRows"]
    assert component["task_execution_id"] == execution
    assert component["component_execution_duration_milliseconds"] > 0
    assert runner.get(path, offset=1)["metrics"]["items"] == []
    for query in ({"limit": "0"}, {"limit": "201"}, {"sortOrder": "up"}):
        assert runner.client.get(path, params=query).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"offset": "-1"},
        {"lastDays": "0"},
        {"lastDays": "61"},
        {"from": "2", "to": "1"},
        {"from": "yesterday"},
        {"status": "success"},
        {"environmentId": "nowhere"},
    ],
)
def test_a_history_that_cannot_be_asked_for_is_refused(runner, query):
    for path in (ALL_RUNS, "/processing/executables/tasks/executions"):
        answer = runner.client.get(path, params=query)
        assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_a_history_is_of_those_that_overlap_its_window(runner):
    items = runner.get(ALL_RUNS, limit=100)["items"]
    middle = items[50]
    start, end = (
        int(datetime.fromisoformat(middle[name]).timestamp() * 1000)
        for name in ("startTimestamp", "finishTimestamp")
    )
    inside = runner.get(ALL_RUNS, **{"from": start + 1, "to": end - 1})["items"]
    assert middle["executionId"] in [each["executionId"] for each in inside]
    after = runner.get(ALL_RUNS, **{"from": end + 1, "limit": 100})["items"]
    assert middle["executionId"] not in [each["executionId"] for each in after]
    failed = runner.get(ALL_RUNS, status="execution_failed")["items"]
    assert {each["status"] for each in failed} == {"execution_failed"}


def test_tasks_are_searched_by_their_tags(runner):
    task = runner.get(f"/orchestration/executables/tasks/{runner.tasks['extract_orders', 'Production']}")
    body = {"tags": task["tags"], "limit": 5, "lastDays": 60}
    answer = runner.client.post("/processing/executables/tasks/executions", json=body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert 0 < len(found["items"]) <= 5
    none = runner.client.post("/processing/executables/tasks/executions", json={"tags": ["no such tag"]})
    assert none.json()["total"] == 0
