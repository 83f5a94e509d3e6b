"""The client as a whole: its nouns, its header, its operations."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from dataexplore.clients import coalesce
from dataexplore.transport import Operation
from tests.clients.scripted import TOKEN


def operations():
    """Operations by the module that declares them."""
    names = [each.name for each in pkgutil.iter_modules(coalesce.__path__)]
    modules = {name: importlib.import_module(f"dataexplore.clients.coalesce.{name}") for name in names}
    return [
        (name, value)
        for name, module in modules.items()
        for value in vars(module).values()
        if isinstance(value, Operation)
    ]


def test_there_are_36_operations_and_7_on_jobs_each_declared_once():
    declared = [operation for _, operation in operations()]
    assert len({operation.name for operation in declared}) == len(declared) == 36 + 7
    assert len({(operation.method, operation.path) for operation in declared}) == 36 + 7
    assert sum(name == "jobs" for name, _ in operations()) == 7


def test_only_reads_may_be_repeated():
    assert all(operation.repeatable == (operation.method == "GET") for _, operation in operations())


def test_each_operation_has_a_deadline():
    assert all(operation.deadline_s == 60.0 for _, operation in operations())


def test_the_token_travels_in_the_header_as_coalesce_wants_it(answered):
    client = answered({"data": [], "next": None})
    client.users.list()
    assert client.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"
    assert client.host == "127.0.0.1"


ODD = "a b/ü?#%2F@"
QUOTED = "a%20b%2F%C3%BC%3F%23%252F@"


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda client: client.environments.get(ODD), f"environments/{QUOTED}"),
        (lambda client: client.nodes.get(3, ODD), f"environments/3/nodes/{QUOTED}"),
        (lambda client: client.nodes.get_in_workspace(ODD, "n"), f"workspaces/{QUOTED}/nodes/n"),
        (lambda client: client.runs.get(ODD), f"runs/{QUOTED}"),
        (lambda client: client.projects.get(ODD), f"projects/{QUOTED}"),
        (lambda client: client.git_accounts.get(ODD), f"gitAccounts/{QUOTED}"),
        (lambda client: client.users.set_org_role(ODD, "viewer"), f"users/{QUOTED}/roles/org"),
        (lambda client: client.jobs.get(1, ODD), f"environments/1/jobs/{QUOTED}"),
    ],
)
def test_an_id_with_odd_characters_is_one_segment_quoted_once(answered, call, path):
    """Case 25."""
    client = answered({})
    call(client)
    assert client.asked[1] == f"/api/v1/{path}"
