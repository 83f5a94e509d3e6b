"""Each of the 36 Coalesce operations is sent by the client, answered by the sandbox and named by a test.

So are those beyond the vendor's own list that the package has: the jobs.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dataexplore import doctor
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.coalesce_calls import CALLS, call
from tests.contract.coalesce_contract import ALL, BARE, OPERATIONS
from tests.contract.coalesce_samples import sample
from tests.contract.contract_transport import contract_transport

CLIENTS = Path(__file__).parents[1] / "clients" / "coalesce"
CURSOR = {"starting_from"}
# What the client calls otherwise than the vendor; the fields of runDetails are arguments of their own.
RENAMED = {"runDetails": None, "userCredentials": "credentials"}
DETAILS = (
    *("includeNodesSelector", "excludeNodesSelector", "jobID"),
    *("parallelism", "forceIgnoreWorkspaceStatus"),
)
# The listings that take filters beyond the vendor's own list.
FILTERED = {"listProjects", "listRuns"}


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z]+)", r"_\1", name).lower()


def test_there_are_36_operations_and_we_declare_them_and_those_of_the_jobs():
    assert len(OPERATIONS) == 36
    assert set(CALLS.declared) == set(ALL)
    assert {CALLS.method_of(name).partition(".")[0] for name in set(ALL) - set(OPERATIONS)} == {"jobs"}


@pytest.mark.parametrize("name", ALL)
def test_an_operation_is_declared_with_the_method_and_path_of_the_contract(name):
    _, _, operation = CALLS.declared[name]
    assert (operation.method, operation.path) == (ALL[name]["method"], ALL[name]["path"])


def test_the_doctor_asks_what_the_contract_has():
    question = doctor._QUESTIONS["coalesce"]
    assert (question.method, question.path) in {
        (each["method"], each["path"]) for each in OPERATIONS.values()
    }


@pytest.mark.parametrize("name", ALL)
def test_only_what_changes_nothing_may_be_repeated(name):
    assert CALLS.declared[name][2].repeatable is (ALL[name]["method"] == "GET")


@pytest.mark.parametrize("name", ALL)
def test_every_operation_is_sent_by_a_method_of_the_client_and_answered_by_the_sandbox(
    name, coalesce_sandbox, objects
):
    transport = contract_transport("coalesce")
    profile = sandbox_profile(coalesce_sandbox.url, coalesce_sandbox.token)
    with Workspace(profile, transport=lambda _service: transport) as workspace:
        call(workspace.coalesce, name, sample(name, objects.ready(name)))
    assert set(transport.seen) == {name}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_method_takes_every_field_and_every_filter_of_the_contract(name):
    facts = (ALL if name in FILTERED else OPERATIONS)[name]
    filters = {each["name"] for each in facts["parameters"] if each["in"] == "query"}
    fields = BARE.fields_of_body(name)
    wanted = filters | fields | (set(DETAILS) if "runDetails" in fields else set())
    named = {RENAMED.get(each, snake_case(each)) for each in wanted} - {None} - CURSOR
    assert named <= CALLS.arguments_of(name)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_named_by_a_test_of_the_client(name, said_of_tests):
    assert any(re.search(rf"\b{name}\b", said) for said in said_of_tests)


@pytest.fixture(scope="module")
def said_of_tests():
    """The docstrings of the tests of Coalesce's client, which name the operations."""
    return [
        ast.get_docstring(node) or ""
        for file in CLIENTS.glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
