"""Each of the 42 Datafold operations is sent by the client, answered by the sandbox and named by a test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dataexplore import doctor
from dataexplore.clients.datafold import DatafoldClient
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.contract_transport import contract_transport
from tests.contract.datafold_calls import CALLS, call
from tests.contract.datafold_contract import CONTRACT, OPERATIONS

TESTS = Path(__file__).parents[1]
# The one GET that starts work; and the one write that may be sent twice: it sets flags to what they shall be.
SYNC = "resync_integration_api_v1_lineage_bi__bi_datasource_id__sync__get"
FLAGS = "update_datadiff_api_v1_datadiffs__datadiff_id__patch"

OF_PAGES = {"page", "page_size", "offset"}
# Fields of a data source that nobody can set when it is made.
TOLD_BY_THE_SERVICE = {
    *("accessible", "created_from", "id", "last_test"),
    *("oauth_dwh_active", "secret_id", "source"),
}


def test_the_operations_we_declare_are_those_of_the_contract():
    assert set(CALLS.declared) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_declared_with_the_method_and_path_of_the_contract(name):
    _, _, operation = CALLS.declared[name]
    assert (operation.method, operation.path) == (OPERATIONS[name]["method"], OPERATIONS[name]["path"])


def test_the_doctor_asks_what_the_contract_has():
    question = doctor._QUESTIONS["datafold"]
    assert (question.method, question.path) in {
        (each["method"], each["path"]) for each in OPERATIONS.values()
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_only_what_starts_nothing_may_be_repeated(name):
    starts_nothing = (OPERATIONS[name]["method"] == "GET" and name != SYNC) or name == FLAGS
    assert CALLS.declared[name][2].repeatable is starts_nothing


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_sent_by_a_method_of_the_client_and_answered_by_the_sandbox(
    name, datafold_sandbox, places
):
    transport = contract_transport("datafold")
    profile = sandbox_profile(datafold_sandbox.url, datafold_sandbox.token)
    with Workspace(profile, transport=lambda _service: transport) as workspace:
        call(DatafoldClient(workspace.session("datafold"), profile.limits), name, places)
    assert set(transport.seen) == {name}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_method_takes_every_field_and_every_filter_of_the_contract(name):
    filters = {each["name"] for each in OPERATIONS[name]["parameters"] if each["in"] == "query"}
    assert (filters | CONTRACT.fields_of_body(name)) - OF_PAGES - TOLD_BY_THE_SERVICE <= CALLS.arguments_of(
        name
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_named_by_a_test(name):
    noun, _, verb = CALLS.method_of(name).partition(".")
    named = re.compile(rf"(?<![a-z]){verb}(?![a-z])")
    tests = [
        node
        for file in TESTS.rglob(f"test_{noun}.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert any(named.search(f"{test.name} {ast.get_docstring(test)}") for test in tests), f"{noun}.{verb}"
