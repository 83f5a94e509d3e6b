"""Artifacts and their versions."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError

PATH = "/orchestration/artifacts"
ARTIFACT = {
    "id": "a1",
    "name": "orders_job",
    "type": "standard",
    "versions": ["0.1.0", "0.1.1"],
    "workspace": {"id": "w1", "name": "Retail", "environment": {"id": "e1", "name": "Production"}},
}
VERSION = {
    "id": "a1",
    "name": "orders_job",
    "version": "0.1.1",
    "publisher": "ada",
    "createDate": "2026-01-05T06:00:00.000Z",
    "parameters": [{"name": "day", "type": "string", "required": False}],
    "repository": {"project": "RETAIL", "branch": "main", "commit": {"id": "abc"}},
}


def test_list_may_filter_also_by_several_types(answered):
    """listArtifacts."""
    client = answered({"items": [ARTIFACT], "total": 1}, {"items": [], "total": 1})
    (found,) = client.artifacts.list(
        environment_id="e1", workspace_id="w1", name="orders", types=["standard", "route"]
    )
    params = client.requests[0].url.params
    assert params.get_list("types") == ["standard", "route"]
    assert (params["environmentId"], params["workspaceId"], params["name"]) == ("e1", "w1", "orders")
    assert (found.versions, found.workspace, found.environment) == (
        ("0.1.0", "0.1.1"),
        "Retail",
        "Production",
    )


@pytest.mark.parametrize("types", [["job"], "standard", ["standard", None]])
def test_a_type_that_is_none_is_refused(answered, types):
    client = answered({"items": [], "total": 0})
    with pytest.raises(InputError, match="type"):
        client.artifacts.list(types=types)
    assert client.requests == []


def test_get_reads_one(answered):
    """getArtifact."""
    client = answered(ARTIFACT)
    assert client.artifacts.get("a1").name == "orders_job"
    assert client.asked == ("GET", f"{PATH}/a1", "")


def test_get_version_says_what_it_was_built_from(answered):
    """getArtifactVersion."""
    client = answered(VERSION)
    found = client.artifacts.get_version("a1", "0.1.1")
    assert client.asked == ("GET", f"{PATH}/a1/versions/0.1.1", "")
    assert (found.project, found.branch, found.commit) == ("RETAIL", "main", "abc")
    assert found.parameters == VERSION["parameters"]


def test_delete_takes_all_versions_or_one(answered):
    """deleteArtifact, deleteArtifactVersion."""
    client = answered((204, b""))
    assert client.artifacts.delete("a1") is None
    assert client.asked == ("DELETE", f"{PATH}/a1", "")
    assert client.artifacts.delete_version("a1", "0.1.0") is None
    assert client.asked == ("DELETE", f"{PATH}/a1/versions/0.1.0", "")
