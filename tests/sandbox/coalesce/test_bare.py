"""With ``--bare`` Coalesce answers as its contract promises, and knows nothing else."""

from __future__ import annotations

import httpx
import pytest

from dataexplore.sandbox.coalesce.seeds import number_node
from tests.sandbox.conftest import launch

NODE = number_node("MARTS", "fact_orders")
FIELDS = {
    "/environments": {"id", "name", "status", "project", "createdAt", "createdBy"},
    "/environments/1/nodes": {"id", "name", "type", "environmentID", "createdAt", "updatedAt"},
    "/workspaces/1/nodes": {"id", "name", "type", "workspaceID", "createdAt", "updatedAt"},
    "/projects": {"id", "name", "createdAt", "createdBy"},
    "/users": {"id", "email", "name", "orgRole"},
    "/gitAccounts": {"id", "provider", "username", "createdAt"},
}


@pytest.fixture(scope="module")
def bare():
    server = launch("--scale", 0.01, "--bare")
    address = {"base_url": f"{server.url}/api/v1", "headers": server.headers}
    with httpx.Client(**address, trust_env=False, timeout=30) as client:
        yield client
    server.stop()


@pytest.mark.parametrize("path", FIELDS)
def test_a_page_has_rows_and_a_cursor_and_a_row_the_fields_of_the_contract(bare, path):
    page = bare.get(path, params={"limit": 2}).json()
    assert set(page) == {"data", "next"}
    assert set().union(*page["data"]) == FIELDS[path]


@pytest.mark.parametrize("path", FIELDS)
def test_a_page_is_ordered_by_the_fields_of_the_contract_alone(bare, refused, path):
    for field in FIELDS[path] - {"environmentID", "workspaceID"}:
        assert bare.get(path, params={"orderBy": field}).status_code == 200
    for field in ("updatedAt" if path == "/environments" else "nodeType", "description"):
        assert "orderBy" in refused(bare.get(path, params={"orderBy": field}))


@pytest.mark.parametrize(
    "path", [f"/environments/1/nodes/{NODE}", f"/workspaces/1/nodes/{NODE}", "/environments/1", "/projects/1"]
)
def test_one_thing_has_the_fields_of_its_listing(bare, path):
    assert set(bare.get(path).json()) == FIELDS[path.removesuffix("/1").removesuffix(f"/{NODE}")]


@pytest.mark.parametrize("query", ["includeJobs=true", "includeWorkspaces=maybe"])
def test_questions_beyond_the_contract_are_passed_over(bare, query):
    assert set(bare.get(f"/projects/1?{query}").json()) == FIELDS["/projects"]


def test_settings_beyond_the_contract_are_passed_over(bare):
    body = {"name": "N", "type": "table", "locationName": 5, "predecessorNodeIDs": "none", "metadata": []}
    node = bare.post("/workspaces/1/nodes", json=body)
    assert set(node.json()) == FIELDS["/workspaces/1/nodes"]
    environment = bare.post("/environments", json={"name": "E", "project": "1", "oauthEnabled": "perhaps"})
    assert set(environment.json()) == FIELDS["/environments"]


@pytest.mark.parametrize(
    "path",
    [
        "/environments/99",
        "/environments/99/nodes",
        "/environments/1/nodes/none",
        "/workspaces/99/nodes",
        "/workspaces/1/nodes/none",
        "/projects/99",
        "/gitAccounts/g99",
    ],
)
def test_what_is_not_there_is_a_bad_request(bare, refused, path):
    refused(bare.get(path), 400, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/workspaces/1/jobs", "/environments/3/jobs/1"])
def test_there_are_no_jobs(bare, refused, path):
    refused(bare.get(path), 404, "NOT_FOUND")
