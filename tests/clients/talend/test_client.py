"""The client as a whole: its nouns, its header, its operations, its errors."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from dataexplore.clients import talend
from dataexplore.errors import Conflict, Forbidden, InputError, NotFound, OutcomeUnknown, ServerFault
from dataexplore.transport import Operation
from tests.clients.scripted import TOKEN


def operations():
    """Operations by the module that declares them."""
    names = [each.name for each in pkgutil.iter_modules(talend.__path__)]
    modules = {name: importlib.import_module(f"dataexplore.clients.talend.{name}") for name in names}
    return {
        value.name: value
        for module in modules.values()
        for value in vars(module).values()
        if isinstance(value, Operation)
    }


ORCHESTRATION = {name: each for name, each in operations().items() if each.path.startswith("/orchestration/")}


def test_orchestration_has_51_operations_and_8_beyond_the_vendors_list():
    assert len(ORCHESTRATION) == 51 + 8
    assert len({(each.method, each.path) for each in ORCHESTRATION.values()}) == 51 + 8


def test_only_reads_may_be_repeated():
    assert all(each.repeatable == (each.method == "GET") for each in ORCHESTRATION.values())


def test_each_operation_has_a_deadline_and_uploads_a_longer_one():
    longer = {name for name, each in ORCHESTRATION.items() if each.deadline_s != 60.0}
    assert longer == {"createResource", "uploadResource"}
    assert all(each.deadline_s for each in ORCHESTRATION.values())


def test_the_token_travels_in_the_header_as_talend_wants_it(answered):
    client = answered([])
    client.environments.list()
    assert client.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"
    assert client.host == "127.0.0.1"


ODD = "a b/ü?#%2F@"
QUOTED = "a%20b%2F%C3%BC%3F%23%252F@"
READS = {
    "executables/plans/{}": lambda client, odd: client.plans.get(odd),
    "executables/plans/{}/run-config": lambda client, odd: client.plans.run_config(odd),
    "executables/tasks/{}": lambda client, odd: client.tasks.get(odd),
    "executables/promotions/{}": lambda client, odd: client.promotions.get(odd),
    "artifacts/{}": lambda client, odd: client.artifacts.get(odd),
    "artifacts/1/versions/{}": lambda client, odd: client.artifacts.get_version("1", odd),
    "connections/{}": lambda client, odd: client.connections.get(odd),
    "resources/{}": lambda client, odd: client.resources.get(odd),
    "projects/{}/users": lambda client, odd: client.projects.users(odd),
}


@pytest.mark.parametrize("path", READS)
def test_an_id_with_odd_characters_is_one_segment_quoted_once(answered, path):
    """Case 25."""
    client = answered({})
    READS[path](client, ODD)
    assert client.asked[1] == f"/orchestration/{path.format(QUOTED)}"


@pytest.mark.parametrize("odd", ["..", ".", "%2e%2e", "a/../b", "//host/x", "a\\b", "a\x00"])
@pytest.mark.parametrize("path", READS)
def test_an_id_that_would_lead_elsewhere_is_refused(answered, path, odd):
    """Cases 24 and 26."""
    client = answered({})
    with pytest.raises(InputError):
        READS[path](client, odd)
    assert client.requests == []


def test_an_address_as_an_id_stays_on_its_host(answered):
    """Case 26."""
    client = answered({})
    with pytest.raises(InputError):
        client.plans.get("https://evil.example/x")
    client.plans.get("evil.example:80")
    assert client.requests[-1].url.host == "127.0.0.1"


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("empty", ["", " ", None, 1.5])
def test_an_id_that_is_none_is_refused(answered, path, empty):
    client = answered({})
    with pytest.raises(InputError):
        READS[path](client, empty)
    assert client.requests == []


WRITES = {
    "createPlan": lambda client: client.plans.create(
        name="x", workspace_id="w", steps=[talend.PlanStep("a", ["t"])]
    ),
    "putPlanRunConfig": lambda client: client.plans.put_run_config(
        "p", trigger={"type": "MANUAL", "startDate": "2026-01-01", "timeZone": "UTC"}
    ),
    "pausePlan": lambda client: client.plans.pause("p", context="because"),
    "deleteEnvironment": lambda client: client.environments.delete("e"),
    "createConnection": lambda client: client.connections.create(
        name="c", workspace_id="w", app="a", parameters={}
    ),
    "createResource": lambda client: client.resources.create(b"x", name="f", workspace_id="w"),
    "uploadResource": lambda client: client.resources.upload("r", b"x"),
    "addProjectUser": lambda client: client.projects.add_user("p", "u"),
    "analyzePromotion": lambda client: client.promotions.analyze("p"),
}


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_changes_something_is_sent_once(answered, name, status):
    """Case 7."""
    client = answered((status, {"status": status, "message": "no"}))
    with pytest.raises((ServerFault, OutcomeUnknown)) as caught:
        WRITES[name](client)
    assert (caught.value.service, caught.value.operation) == ("talend", name)
    assert len(client.requests) == 1


def test_a_read_is_asked_again(answered):
    """Case 6."""
    trouble = (503, {"status": 503, "message": "no"})
    client = answered(trouble, trouble, {"executable": "p"})
    assert client.plans.get("p").id == "p"
    assert len(client.requests) == 3


@pytest.mark.parametrize(
    ("status", "kind", "body", "told"),
    [
        (404, NotFound, {"message": "Not Found", "detail": "no plan p"}, "no plan p. Check the name"),
        (
            409,
            Conflict,
            {"message": "Name already in use", "detail": "Retail"},
            "Name already in use: Retail",
        ),
        (403, Forbidden, {"message": "No permission"}, "No permission. Ask the service's administrator"),
    ],
)
def test_a_refusal_says_what_the_service_says(answered, status, kind, body, told):
    client = answered((status, {"status": status, "requestId": "r-1", **body}))
    with pytest.raises(kind) as caught:
        client.plans.get("p")
    assert str(caught.value).startswith(told)
    assert (caught.value.operation, caught.value.request_id) == ("getPlan", "r-1")
