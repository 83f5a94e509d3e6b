"""The sandbox's knobs from Python."""

from __future__ import annotations

import pytest

from dataexplore.errors import ConfigError, Forbidden, InputError, Invalid, RateLimited, Unauthorized
from dataexplore.workspace import Workspace
from tests.contract.contract_transport import contract_workspace
from tests.faults.fault_server import FaultServer

STORES = '{ location: "STAGING" name: "stg_stores" }'
DIMENSION = '{ location: "MARTS" name: "dim_stores" }'


@pytest.fixture(scope="module")
def workspace(sandbox):
    with contract_workspace(sandbox) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _calm_afterwards(workspace):
    yield
    workspace.sandbox.calm()


def ended(workspace, selector=STORES, environment=1):
    """Run nodes to their end and give the result of the first."""
    number = workspace.coalesce.scheduler.start(environment, include_nodes_selector=selector)
    workspace.coalesce.runs.wait(number, deadline_s=60)
    return workspace.coalesce.runs.results(number)[0]


def test_a_node_fails_once_with_the_words_it_is_given(workspace):
    workspace.sandbox.fail_node("stg_stores", environment="dev", error="the disk is full")
    failed = ended(workspace)
    assert failed.status == "failed"
    assert "the disk is full" in failed.error
    assert ended(workspace).status == "success"


def test_a_knob_waits_for_its_environment_and_is_there_for_any_without_one(workspace):
    workspace.sandbox.fail_node("stg_stores", environment=2)
    assert ended(workspace).status == "success"
    assert ended(workspace, environment=2).status == "failed"
    workspace.sandbox.fail_node("stg_stores")
    assert ended(workspace).status == "failed"


def test_a_node_is_slow_or_empty_once(workspace):
    workspace.sandbox.slow_node("stg_stores", seconds=0.4, environment="dev")
    assert ended(workspace).duration_s >= 0.4
    workspace.sandbox.empty_node("dim_stores", environment="DEV")
    assert ended(workspace, DIMENSION).rows_affected == 0
    assert ended(workspace, DIMENSION).rows_affected > 0


def ran(workspace, task):
    """Run a task of Talend to its end and give its run."""
    executions = workspace.talend.executions
    return executions.wait_task(executions.start_task(task.id), deadline_s=60)


def test_a_task_fails_is_slow_or_empty_once(workspace):
    task = workspace.talend.tasks.find("extract_stores", environment="Development")
    workspace.sandbox.fail_task("extract_stores", environment="development", error="the disk is full")
    failed = ran(workspace, task)
    assert failed.status == "failed"
    assert "the disk is full" in failed.error_message
    workspace.sandbox.slow_task("extract_stores", seconds=0.4)
    assert ran(workspace, task).duration_s >= 0.4
    workspace.sandbox.empty_task(task.id)
    assert ran(workspace, task).rows_processed == 0
    assert ran(workspace, task).rows_processed > 0


def test_calm_forgets_what_waits_for_a_node_or_a_task(workspace):
    workspace.sandbox.fail_node("stg_stores", environment="dev")
    workspace.sandbox.fail_task("extract_stores")
    workspace.sandbox.calm()
    assert ended(workspace).status == "success"
    task = workspace.talend.tasks.find("extract_stores", environment="Development")
    assert ran(workspace, task).status == "succeeded"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"status": 403}, Forbidden),
        ({"status": 401, "empty": True}, Unauthorized),
        ({"status": 429, "retry_after": 3600, "times": 1}, RateLimited),
        ({"status": 403, "path": "/api/v1/environments", "seconds": 60, "times": 1}, Forbidden),
    ],
)
def test_the_services_answer_once_as_ordered(order, expected, workspace):
    workspace.sandbox.answer(**order)
    with pytest.raises(expected):
        workspace.coalesce.environments.list()
    assert len(workspace.coalesce.environments.list()) == 3


def test_calm_ends_what_was_ordered(workspace):
    workspace.sandbox.answer(403, times=100)
    workspace.sandbox.calm()
    assert len(workspace.coalesce.environments.list()) == 3


def test_a_workspace_is_deployed(workspace):
    created = workspace.coalesce.environments.create(name="knobs", project=1)
    number = workspace.sandbox.deploy(1, "knobs")
    run = workspace.coalesce.runs.get(number)
    assert (run.run_type, run.status, run.environment_id) == ("deploy", "success", created.id)
    assert any(node.name == "fact_orders" for node in workspace.coalesce.nodes.list(created.id))
    workspace.coalesce.environments.delete(created.id)


def test_what_cannot_be_ordered_is_refused(workspace):
    with pytest.raises(InputError, match="Use one of 401, 403"):
        workspace.sandbox.answer(200)
    with pytest.raises(InputError, match="Did you mean 'dev'"):
        workspace.sandbox.fail_node("stg_stores", environment="dew")
    with pytest.raises(InputError, match="Did you mean 'Production'"):
        workspace.sandbox.fail_task("extract_stores", environment="Prodction")
    with pytest.raises(Invalid, match="There is no task 'nothing'"):
        workspace.sandbox.fail_task("nothing")
    with pytest.raises(Invalid, match="No node nothing is deployed there"):
        workspace.sandbox.fail_node("nothing")
    with pytest.raises(Invalid):
        workspace.sandbox.slow_node("stg_stores", seconds=-1)


def test_a_closed_workspace_has_new_knobs_when_it_is_used_again(sandbox):
    opened = contract_workspace(sandbox)
    opened.sandbox.calm()
    opened.close()
    opened.sandbox.calm()
    opened.close()


def test_only_a_sandbox_can_be_told():
    server = FaultServer(lambda peer: peer.reset())
    with Workspace(server.profile()) as opened, pytest.raises(ConfigError, match="is no sandbox"):
        _ = opened.sandbox
    server.close()
    assert server.requests == []
