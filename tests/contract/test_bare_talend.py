"""With --bare the sandbox serves what the vendor's own text promises, and the client does its work with that.

Every answer here is held against the contract without what lies beyond it, closed over its fields. There is
no Processing: plans have a status and a chart, and nothing tells what ran.
"""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.errors import Forbidden, NotFound
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.asking import asking
from tests.contract.client_calls import path_order
from tests.contract.contract_transport import contract_transport
from tests.contract.planting import filled, request_of
from tests.contract.talend_calls import call
from tests.contract.talend_contract import ALL, OPERATIONS, PROCESSING
from tests.contract.talend_samples import NIGHTLY, sample

BEYOND = sorted(set(ALL) - set(OPERATIONS))
WORKSPACE = {"id", "name", "description", "owner", "type", "environment", "protectedUpgrade"}
CHART = {"stepId", "stepName", "status", "stepOnException", "nextStep", "flows", "stepNote", "abstractStepId"}
FLOW = {
    *("id", "name", "version", "description", "destination", "workspaceId", "abstractPlanId", "plan"),
    *("artifactVersion", "upgradeInfo", "jobType", "pauseDetails"),
}
# What has no object there, for its makers lie beyond the promise.
NOWHERE = (
    *("artifact", "artifactId", "artifact_version", "dev_task", "executionId", "failed_plan_execution"),
    *("failed_step_execution", "planExecutionId", "promotion_execution", "resource", "resourceId"),
    *("runnable_plan", "running_task_execution", "stepExecutionId"),
)


@pytest.fixture(scope="module")
def plain(bare_sandbox):
    """A client without the contract between, for what the contract does not have."""
    with asking(bare_sandbox) as client:
        yield client


@pytest.fixture
def workspace(bare_sandbox):
    profile = sandbox_profile(bare_sandbox.url, bare_sandbox.token)
    with Workspace(profile, transport=lambda _service: contract_transport("talend --bare")) as opened:
        yield opened


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_client_does_with_it_what_it_does_elsewhere(name, workspace, bare_talend_objects):
    call(workspace.talend, name, sample(name, bare_talend_objects.ready(name)))


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_beyond_the_promise_is_not_there(name, plain, bare_talend_objects):
    given = sample(name, dict.fromkeys(NOWHERE, "any") | bare_talend_objects.places)
    answer = plain.request(ALL[name]["method"], filled(ALL[name], given["path"]), json=given.get("body"))
    assert answer.status_code in {404, 405}
    assert set(answer.json()) == {"status", "message", "detail", "requestId"}


def test_there_is_no_processing_at_all(plain):
    for name in PROCESSING.operations:
        root = "/".join(ALL[name]["path"].split("/")[:3])
        assert plain.get(root).status_code == 404
    assert plain.get("/processing").status_code == 404


def test_filters_beyond_the_promise_are_passed_over(plain):
    for path, beyond in (
        ("artifacts", {"types": "pipeline"}),
        ("connections", {"environmentId": "nowhere", "workspaceId": "nowhere"}),
    ):
        whole = plain.get(f"/orchestration/{path}", params={"limit": 5}).json()
        assert whole["items"]
        assert plain.get(f"/orchestration/{path}", params={"limit": 5, **beyond}).json() == whole


def test_a_chart_has_the_fields_of_the_promise_and_no_more(plain, bare_talend_objects):
    plan = plain.get(f"/orchestration/executables/plans/{bare_talend_objects.places['planId']}").json()
    assert set(plan["workspace"]) <= WORKSPACE
    step, steps = plan["chart"], 0
    while step:
        steps += 1
        assert {"stepId", "stepName", "flows"} <= set(step) <= CHART
        for flow in (*step["flows"], *step.get("stepOnException", {}).get("flows", ())):
            assert {"id", "name"} <= set(flow) <= FLOW
        step = step.get("nextStep")
    assert steps == 3


def test_the_client_lists_the_plans_and_finds_one_with_its_chart(workspace):
    plans = workspace.talend.plans
    assert {each.name for each in plans.list()} >= {NIGHTLY, "Web events", "Finance close"}
    plan = plans.find(NIGHTLY, environment="Production")
    assert [step.name for step in plan.steps] == ["Extract", "Check", "Publish"]
    chart = plan.chart
    names = {data.get("name") for _, data in chart.nodes(data=True)}
    assert {"Extract", "Check", "Publish", "extract_orders", "notify_on_call"} <= names


def test_the_client_tells_when_a_plan_starts_by_itself(workspace):
    plan = workspace.talend.plans.find(NIGHTLY, environment="Production")
    begin = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
    events = workspace.talend.plans.events(plan.id, since=begin, to=begin + dt.timedelta(days=3))
    assert events == [begin + dt.timedelta(days=day, minutes=45) for day in range(3)]


def test_the_client_pauses_a_plan_and_resumes_it(workspace, bare_talend_objects):
    plans, plan = workspace.talend.plans, bare_talend_objects.create("plan")
    assert plans.get(plan).paused is False
    plans.pause(plan, context="until the audit is over")
    told = plans.get(plan)
    assert (told.paused, told.pause_context) == (True, "until the audit is over")
    plans.resume(plan, context="the audit is over")
    assert plans.get(plan).paused is False


def test_what_the_client_cannot_ask_says_what_is_missing_and_what_works_without(bare_sandbox):
    profile = sandbox_profile(bare_sandbox.url, bare_sandbox.token)
    with Workspace(profile) as opened, pytest.raises((NotFound, Forbidden)) as told:
        opened.talend.executions.plan_history(limit=1)
    assert "ws.talend.plans" in str(told.value)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if "{" in ALL[name]["path"]])
def test_an_unknown_id_is_not_found(name, plain, bare_talend_objects):
    given = sample(name, dict.fromkeys(NOWHERE, "any") | bare_talend_objects.places)
    place = path_order(ALL[name])[0]
    asked = request_of(ALL[name], given | {"path": given["path"] | {place: "0" * 24}})
    assert plain.request(**asked).status_code == 404
