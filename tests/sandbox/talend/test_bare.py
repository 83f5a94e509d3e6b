"""With ``--bare`` Talend is Orchestration as the seed has it, and nothing else."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.conftest import launch
from tests.sandbox.talend.conftest import check_bare, speak


@pytest.fixture(scope="module")
def bare():
    server = launch("--scale", 0.01, "--bare", "--pace", 0)
    with speak(server, check_bare) as client:
        yield client
    server.stop()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/orchestration/executables/tasks"),
        ("GET", "/orchestration/executables/tasks/65f0a1b20e06000000000001"),
        ("GET", "/orchestration/resources/65f0a1b20e05000000000001"),
        ("PATCH", "/orchestration/resources/65f0a1b20e05000000000001"),
        ("PUT", "/orchestration/resources/65f0a1b20e05000000000001/upload"),
        ("POST", "/processing/executions/promotions"),
        ("GET", "/processing/executions/promotions/x"),
        ("POST", "/security/oauth/token"),
    ],
)
def test_what_is_beyond_the_seed_is_not_there(bare, method, path):
    assert bare.request(method, path, json={}).status_code == 404


def test_resources_are_created_and_not_listed(bare):
    assert bare.get("/orchestration/resources").status_code == 405
    (home, *_) = bare.get("/orchestration/workspaces").json()
    told = json.dumps({"name": "new.csv", "workspaceId": home["id"]})
    answer = bare.post("/orchestration/resources", files={"resource": (None, told), "file": ("x", b"x")})
    assert answer.status_code == 201


def test_filters_beyond_the_seed_are_unknown_and_so_ignored(bare):
    connections = bare.get("/orchestration/connections").json()
    query = {"environmentId": "nowhere", "workspaceId": ""}
    assert bare.get("/orchestration/connections", params=query).json() == connections
    artifacts = bare.get("/orchestration/artifacts").json()
    assert bare.get("/orchestration/artifacts", params={"types": "nothing"}).json() == artifacts


def test_a_chart_has_the_seed_s_names_alone(bare):
    for plan in bare.get("/orchestration/executables/plans").json()["items"]:
        node = bare.get(f"/orchestration/executables/plans/{plan['executable']}").json()["chart"]
        while node:
            assert not {"id", "name", "note", "taskIds"} & set(node)
            assert node["stepId"]
            assert not any("artifact" in flow for flow in node["flows"])
            node = node.get("nextStep")


def test_everything_of_the_seed_is_read(bare):
    for path in ("artifacts", "connections", "projects", "executables/plans"):
        assert bare.get(f"/orchestration/{path}").json()["total"]
    (promotion,) = bare.get("/orchestration/executables/promotions").json()
    path = f"/orchestration/executables/promotions/{promotion['executable']}"
    assert bare.post(path, json={}).json()["status"] == "ANALIZED"
    assert bare.get(f"{path}/users").status_code == 200
