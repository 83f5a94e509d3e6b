"""Each of the 78 Talend operations is sent by the client, answered by the sandbox and named by a test."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dataexplore import doctor
from dataexplore.secret import Secret
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.asking import asking
from tests.contract.contract_transport import contract_transport
from tests.contract.talend_calls import BY_ITSELF, CALLS, OTHERWISE, call
from tests.contract.talend_contract import ALL, CONTRACT, OPERATIONS
from tests.contract.talend_samples import sample

CLIENTS = Path(__file__).parents[1] / "clients" / "talend"
# A search that only reads, and a token that nobody else knows of: asked again they change nothing.
REPEATABLE = {"searchTasksExecutions", BY_ITSELF}
# What the client's methods call otherwise than the vendor; what has no name there is the client's to send.
RENAMED = {
    "_s": "query",
    "advanced": "artifact_id",
    "from": "since",
    "offset": None,
    "pauseContext": "context",
    "promotionAdvancedInfo": "only",
    "resource": "workspace_id",
    "runtimeRunProfileId": "run_profile_id",
    "timeout": "timeout_min",
}
OWN = {
    "executePlan": {"executable": "plan_id"},
    "executePromotion": {"executable": "promotion_id"},
    "executeTask": {"executable": "task_id"},
    "listPlanEvents": {"limit": None},
    "listPlanExecutions": {"to": "until"},
    "listPlansExecutions": {"to": "until"},
    "listTaskExecutions": {"to": "until"},
    "listTasksExecutions": {"to": "until"},
    "pausePlan": dict.fromkeys(("pause", "user", "userType", "pauseDate")),
    "searchTasksExecutions": {"to": "until"},
}
RESUMED = {
    "executionPlanId": "execution_id",
    "stepId": "step_execution_id",
    "rerunOnlyFailedTasks": "only_failed_tasks",
}


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z]+)", r"_\1", name).lower()


def test_there_are_78_operations_and_we_declare_them():
    assert (len(OPERATIONS), len(ALL)) == (51, 78)
    assert set(CALLS.declared) == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_an_operation_is_declared_with_the_method_and_path_of_the_contract(name):
    _, _, operation = CALLS.declared[name]
    assert (operation.method, operation.path) == (ALL[name]["method"], ALL[name]["path"])


def test_the_doctor_asks_what_the_contract_has():
    question = doctor._QUESTIONS["talend"]
    assert (question.method, question.path) in {
        (each["method"], each["path"]) for each in OPERATIONS.values()
    }


@pytest.mark.parametrize("name", ALL)
def test_only_what_changes_nothing_may_be_repeated(name):
    assert CALLS.declared[name][2].repeatable is (ALL[name]["method"] == "GET" or name in REPEATABLE)


@pytest.mark.parametrize("name", [name for name in ALL if name not in {BY_ITSELF, *OTHERWISE}])
def test_every_operation_is_sent_by_a_method_of_the_client_and_answered_by_the_sandbox(
    name, talend_sandbox, talend_objects
):
    transport = contract_transport("talend")
    profile = sandbox_profile(talend_sandbox.url, talend_sandbox.token)
    with Workspace(profile, transport=lambda _service: transport) as workspace:
        call(workspace.talend, name, sample(name, talend_objects.ready(name)))
    assert set(transport.seen) == {name}


@pytest.mark.parametrize("name", OTHERWISE)
def test_names_are_asked_of_processing_where_orchestration_is_closed(name, talend_sandbox, talend_objects):
    transport = contract_transport("talend")
    profile = sandbox_profile(talend_sandbox.url, talend_sandbox.token)
    with asking(talend_sandbox) as knobs, Workspace(profile, transport=lambda _: transport) as workspace:
        ordered = {"status": 403, "path": OTHERWISE[name]}
        assert knobs.post("/_sandbox/faults", json=ordered).status_code == 204
        names = call(workspace.talend, name, sample(name, talend_objects.places))
    assert len(names) > 5
    assert name in transport.seen


def test_a_service_account_asks_for_its_token_by_itself(talend_sandbox, talend_objects):
    account, secret = talend_objects.places["account"]
    transport = contract_transport("talend")
    profile = sandbox_profile(talend_sandbox.url, talend_sandbox.token)
    settings = replace(
        profile.services["talend"], token=None, client_id=account, client_secret=Secret(secret)
    )
    profile = replace(profile, services=profile.services | {"talend": settings})
    with Workspace(profile, transport=lambda _service: transport) as workspace:
        assert workspace.talend.environments.list()
        assert workspace.talend.workspaces.list()
    assert transport.seen == {BY_ITSELF: 1, "listEnvironments": 1, "listWorkspaces": 1}


@pytest.mark.parametrize("name", [name for name in ALL if name not in {BY_ITSELF, *OTHERWISE}])
def test_a_method_takes_every_field_and_every_filter_of_the_contract(name):
    filters = {each["name"] for each in ALL[name]["parameters"] if each["in"] == "query"}
    wanted = filters | CONTRACT.document_of(name).fields_of_body(name)
    renamed = RENAMED | OWN.get(name, {})
    if name == "executePlan":
        assert wanted - {"executable"} == set(RESUMED)
        wanted = {"executable"}
    named = {renamed.get(each, snake_case(each)) for each in wanted} - {None}
    assert named <= CALLS.arguments_of(name)


@pytest.mark.parametrize("name", ALL)
def test_every_operation_is_named_by_a_test_of_the_client(name, said_of_tests):
    assert any(re.search(rf"\b{name}\b", said) for said in said_of_tests)


@pytest.fixture(scope="module")
def said_of_tests():
    """The docstrings of the tests of Talend's client, which name the operations."""
    return [
        ast.get_docstring(node) or ""
        for file in CLIENTS.glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
