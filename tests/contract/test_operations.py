"""Every operation of the contract is asked somewhere, served by the sandbox, and named by a test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import httpx
import pytest

from dataexplore import doctor
from dataexplore.clients.coginiti import CoginitiClient, execution
from dataexplore.transport import Operation
from tests.contract.coginiti_contract import OPERATIONS, check_body

TESTS = Path(__file__).parents[1]
OF_THE_CLIENT = [name for name, facts in OPERATIONS.items() if facts["asked_by"] == "client"]


@pytest.fixture(scope="module")
def server(sandbox):
    """The sandbox as any HTTP client sees it: none of our own between."""
    headers = {"Authorization": f"Bearer {sandbox.token.reveal()}"}
    with httpx.Client(base_url=sandbox.url, headers=headers, trust_env=False) as client:
        yield client


def declared() -> dict[str, Operation]:
    ours = [value for value in vars(execution).values() if isinstance(value, Operation)]
    return {operation.name: operation for operation in [*ours, doctor._QUESTIONS["coginiti"]]}


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def test_the_operations_we_declare_are_those_of_the_contract():
    assert set(declared()) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_declared_with_the_method_and_path_of_the_contract(name):
    operation, facts = declared()[name], OPERATIONS[name]
    pattern = re.escape(facts["path"]).replace(r"\{\+path\}", ".+")
    assert operation.method == facts["method"]
    assert re.fullmatch(pattern, operation.path)


def test_no_operation_that_runs_a_statement_may_be_repeated():
    assert not any(declared()[name].repeatable for name in OF_THE_CLIENT)


@pytest.mark.parametrize("name", OF_THE_CLIENT)
def test_every_operation_has_a_method_of_the_client(name):
    method = getattr(CoginitiClient, snake_case(name))
    assert name in method.__doc__, "its docstring names the operation it comes from"


@pytest.mark.parametrize("name", OF_THE_CLIENT)
def test_every_operation_has_a_route_of_the_sandbox(name, server):
    answer = server.request(OPERATIONS[name]["method"], OPERATIONS[name]["path"])
    assert answer.status_code == 400  # it is there and misses its body; 404 or 405 would mean it is not


@pytest.fixture(scope="module")
def names_of_tests():
    """Every test of the suite: its name and what its docstring says."""
    return [
        f"{node.name} {ast.get_docstring(node)}"
        for file in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_named_by_a_test(name, names_of_tests):
    told = re.compile(rf"{name}|{snake_case(name)}")
    assert any(map(told.search, names_of_tests))


@pytest.mark.parametrize(
    ("name", "row"), [(name, row) for name in OF_THE_CLIENT for row in OPERATIONS[name]["errors"]]
)
def test_the_sandbox_refuses_in_the_words_of_the_contract(name, row, server):
    answer = server.post(OPERATIONS[name]["path"], json=row["body"])
    assert answer.status_code == row["status"]
    check_body(name, answer.status_code, answer.content)
    assert re.search(row["detail"], answer.json()["detail"], re.DOTALL)


@pytest.mark.parametrize("name", OF_THE_CLIENT)
def test_without_a_token_the_sandbox_answers_401_as_the_contract_says(name, sandbox):
    answer = httpx.post(f"{sandbox.url}{OPERATIONS[name]['path']}", json={}, trust_env=False)
    assert answer.status_code == 401
    check_body(name, 401, answer.content)
