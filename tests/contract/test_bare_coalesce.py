"""With --bare the sandbox serves what the vendor's own text promises, and the client does its work with that.

Every answer here is held against the contract without what lies beyond it, closed over its fields.
"""

from __future__ import annotations

import pytest

from dataexplore.errors import Invalid, NotFound
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.asking import asking
from tests.contract.coalesce_calls import call
from tests.contract.coalesce_contract import ALL, OPERATIONS
from tests.contract.coalesce_samples import NODE, SELECTOR, arguments, sample
from tests.contract.contract_transport import contract_transport

PAGE = {"data", "next"}
FIELDS = {
    "listEnvironments": {"id", "name", "status", "project", "createdAt", "createdBy"},
    "listEnvironmentNodes": {"id", "name", "type", "environmentID", "createdAt", "updatedAt"},
    "listWorkspaceNodes": {"id", "name", "type", "workspaceID", "createdAt", "updatedAt"},
    "listProjects": {"id", "name", "createdAt", "createdBy"},
    "listGitAccounts": {"id", "provider", "username", "createdAt"},
    "listRuns": {"runCounter", "status", "environmentID", "startedAt", "completedAt"},
}


@pytest.fixture(scope="module")
def plain(bare_sandbox):
    """A client without the contract between, for what the contract does not have."""
    with asking(bare_sandbox) as client:
        yield client


@pytest.fixture
def workspace(bare_sandbox):
    profile = sandbox_profile(bare_sandbox.url, bare_sandbox.token)
    with Workspace(profile, transport=lambda _service: contract_transport("coalesce --bare")) as opened:
        yield opened


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_has_the_fields_of_the_promise_and_no_more(name, bare_sandbox, bare_objects):
    asked = arguments(name, bare_objects.ready(name))
    with asking(bare_sandbox, "coalesce --bare") as client:
        answer = client.request(**asked)
    assert answer.status_code == (204 if "204" in OPERATIONS[name]["responses"] else 200)
    if name in FIELDS:
        assert set(answer.json()) == PAGE
        assert answer.json()["data"]
        for each in answer.json()["data"]:
            assert set(each) == FIELDS[name]


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_client_does_with_it_what_it_does_elsewhere(name, workspace, bare_objects):
    call(workspace.coalesce, name, sample(name, bare_objects.ready(name)))


@pytest.mark.parametrize("name", [name for name in OPERATIONS if len(ALL[name]["paths"]) > 1])
def test_the_scheduler_stands_below_the_api_alone(name, plain, bare_objects):
    asked = arguments(name, bare_objects.ready(name))
    _, at_the_root = ALL[name]["paths"]
    assert plain.request(**{**asked, "url": at_the_root}).status_code == 404
    assert plain.request(**asked).is_success


@pytest.mark.parametrize("name", sorted(set(ALL) - set(OPERATIONS)))
def test_what_is_beyond_the_promise_is_not_there(name, plain, bare_objects):
    url = ALL[name]["path"]
    for place, value in (bare_objects.places | {"job": "1"}).items():
        url = url.replace(f"{{{place}}}", str(value))
    answer = plain.request(ALL[name]["method"], url, json={"name": "Nightly"})
    assert answer.status_code in {404, 405}


def test_filters_beyond_the_promise_are_passed_over(plain):
    whole = plain.get("/api/v1/runs", params={"limit": 5}).json()
    asked = {"limit": 5, "environmentID": "77", "runStatus": "canceled", "runType": "deploy"}
    assert plain.get("/api/v1/runs", params=asked).json() == whole


def test_the_client_finds_starts_waits_for_and_reads_a_run(workspace):
    coalesce = workspace.coalesce
    environment = coalesce.environments.find("dev")
    nodes = coalesce.nodes.list(environment.id)
    assert NODE in {node.name for node in nodes}
    counter = coalesce.scheduler.start(environment.id, include_nodes_selector=SELECTOR)
    run = coalesce.runs.wait(counter, deadline_s=60)
    assert (run.id, run.status, run.environment_id) == (counter, "success", environment.id)
    assert run.duration_s is not None
    (result,) = coalesce.runs.results(counter)
    assert (result.node_name, result.status) == (NODE, "success")
    assert coalesce.scheduler.status(counter).status == "success"


def test_the_client_filters_runs_itself_where_the_service_does_not(workspace, bare_objects):
    failed = bare_objects.places["failed_run"]
    runs = workspace.coalesce.runs.list(environment_id="1", run_status="failed", limit=3)
    assert failed in {run.id for run in runs}
    assert {(run.environment_id, run.status) for run in runs} == {("1", "failed")}


def test_the_client_runs_a_failed_run_again_and_learns_what_cannot_be(workspace, bare_objects):
    scheduler = workspace.coalesce.scheduler
    again = scheduler.rerun(bare_objects.start("fails"))
    assert workspace.coalesce.runs.wait(again, deadline_s=60).status == "success"
    with pytest.raises(Invalid):
        scheduler.rerun(again)
    with pytest.raises(Invalid):
        scheduler.cancel(again)


def test_an_unknown_id_is_not_found_although_it_comes_as_400(workspace):
    with pytest.raises(NotFound) as told:
        workspace.coalesce.environments.get("77")
    assert told.value.status == 400
