"""Tasks."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError

PATH = "/orchestration/executables/tasks"
LISTED = {
    "executable": "t1",
    "name": "extract_orders",
    "workspace": {"id": "w1", "name": "Retail", "environment": {"id": "e1", "name": "Production"}},
    "artifactId": "a1",
    "runtime": {"type": "CLOUD"},
}
READ = {
    "id": "t1",
    "name": "extract_orders",
    "version": "0.1",
    "artifact": {"id": "a1", "version": "0.1.0"},
    "tags": ["nightly", "orders"],
    "parameters": {"day": "today"},
    "taskPauseDetails": {"pause": True},
}


def test_list_may_filter(answered):
    """listTasks."""
    client = answered({"items": [LISTED], "total": 1}, {"items": [], "total": 1})
    (found,) = client.tasks.list(
        name="extract",
        environment_id="e1",
        workspace_id="w1",
        artifact_id="a1",
        runtime_id="r1",
        run_profile_id="rp1",
        runtime_type="CLOUD",
    )
    assert client.asked[:2] == ("GET", PATH)
    assert {
        "name": "extract",
        "environmentId": "e1",
        "workspaceId": "w1",
        "artifactId": "a1",
        "runtimeId": "r1",
        "runtimeRunProfileId": "rp1",
        "runtimeType": "CLOUD",
    }.items() <= dict(client.requests[0].url.params).items()
    assert (found.id, found.artifact_id, found.runtime_type) == ("t1", "a1", "CLOUD")


@pytest.mark.parametrize("given", [{"runtime_type": "MOON"}, {"name": ""}, {"environment_id": ""}])
def test_a_filter_that_is_none_is_refused(answered, given):
    client = answered({"items": [], "total": 0})
    with pytest.raises(InputError):
        client.tasks.list(**given)
    assert client.requests == []


def test_get_tells_more(answered):
    """getTask."""
    client = answered(READ)
    found = client.tasks.get("t1")
    assert client.asked == ("GET", f"{PATH}/t1", "")
    assert (found.id, found.artifact_id, found.artifact_version) == ("t1", "a1", "0.1.0")
    assert (found.tags, found.parameters, found.paused) == (("nightly", "orders"), {"day": "today"}, True)


@pytest.mark.parametrize("wanted", ["t1", "extract_orders", "EXTRACT_ORDERS"])
def test_find_takes_an_id_or_a_name(answered, wanted):
    client = answered({"items": [LISTED], "total": 1}, {"items": [], "total": 1})
    assert client.tasks.find(wanted, environment="production").id == "t1"


def test_find_tells_the_near_names(answered):
    client = answered({"items": [LISTED], "total": 1}, {"items": [], "total": 1})
    with pytest.raises(InputError, match=r"There is no task 'extract_order'\. Did you mean 'extract_orders'"):
        client.tasks.find("extract_order")
