"""Pages and filters that the listings have in common."""

from __future__ import annotations

import pytest

PAGED = tuple(
    f"/orchestration/{noun}"
    for noun in (
        "artifacts",
        "connections",
        "projects",
        "resources",
        "executables/plans",
        "executables/tasks",
    )
)
PLACED = tuple(path for path in PAGED if "projects" not in path)


@pytest.mark.parametrize("path", PAGED)
def test_pages_put_together_are_the_whole(talend, path):
    whole = talend.get(path).json()
    assert (whole["limit"], whole["offset"]) == (100, 0)
    assert whole["total"] == len(whole["items"])
    items, offset = [], 0
    while page := talend.get(path, params={"limit": 2, "offset": offset}).json()["items"]:
        items += page
        offset += len(page)
    assert items == whole["items"]
    beyond = talend.get(path, params={"offset": 2**31 - 1}).json()
    assert beyond == {"items": [], "limit": 100, "offset": 2**31 - 1, "total": whole["total"]}


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize(
    "query",
    [
        *({"limit": limit} for limit in ("0", "101", "-1", "", "x", "1.0", "\uff11", "9" * 5000)),
        *({"offset": offset} for offset in ("-1", "", "x", "1e3", str(2**31), "9" * 5000)),
    ],
)
def test_a_page_that_cannot_be_is_refused(talend, refused, path, query):
    assert next(iter(query)) in refused(talend.get(path, params=query))


@pytest.mark.parametrize("path", PAGED)
def test_a_name_filters_by_any_part_of_it_whatever_its_case(talend, path):
    items = talend.get(path).json()["items"]
    part = items[0]["name"][1:6]
    found = talend.get(path, params={"name": part.upper()}).json()["items"]
    assert found == [one for one in items if part.casefold() in one["name"].casefold()]
    assert talend.get(path, params={"name": "no such name"}).json()["items"] == []
    assert talend.get(path, params={"unknown": "parameter"}).json()["items"] == items


@pytest.mark.parametrize("path", PLACED)
def test_a_place_filters(talend, places, path):
    def ask(**query):
        return talend.get(path, params=query).json()["items"]

    items, retail = ask(), places["Production/Retail"]
    field = "workspaceInfo" if "resources" in path else "workspace"
    production = [one for one in items if one[field]["environment"]["name"] == "Production"]
    assert ask(environmentId=places["Production"]) == production
    assert ask(workspaceId=retail) == [one for one in items if one[field]["id"] == retail]
    assert ask(workspaceId=retail, environmentId=places["Development"]) == []


@pytest.mark.parametrize("path", PLACED)
@pytest.mark.parametrize("name", ["environmentId", "workspaceId"])
def test_a_place_that_is_not_there_is_refused_as_far_as_the_contract_goes(talend, refused, path, name):
    status = 400 if "executables" in path else 404
    for nowhere in ("0" * 24, "x", "é", "9" * 4000):
        assert "There is no" in refused(talend.get(path, params={name: nowhere}), status)
    assert "empty" in refused(talend.get(path, params={name: ""}))


def test_an_artifact_s_type_filters(talend, refused):
    path = "/orchestration/artifacts"
    whole = talend.get(path).json()
    assert talend.get(path, params={"types": ["route", "standard"]}).json() == whole
    assert talend.get(path, params={"types": "route"}).json()["items"] == []
    assert "STANDARD" in refused(talend.get(path, params={"types": "STANDARD"}))


def test_tasks_filter_by_their_artifact_and_by_what_they_run_on(talend, refused, tasks):
    path = "/orchestration/executables/tasks"
    task = talend.get(f"{path}/{tasks['extract_orders']}").json()
    artifact = task["artifact"]["id"]
    (found,) = talend.get(path, params={"artifactId": artifact}).json()["items"]
    assert (found["executable"], found["artifactId"]) == (task["id"], artifact)
    whole = talend.get(path).json()
    assert talend.get(path, params={"runtimeType": "CLOUD"}).json() == whole
    for elsewhere in ({"runtimeType": "REMOTE_ENGINE"}, {"runtimeId": "x"}, {"runtimeRunProfileId": "x"}):
        assert talend.get(path, params=elsewhere).json()["items"] == []
    refused(talend.get(path, params={"runtimeType": "cloud"}))
    refused(talend.get(path, params={"artifactId": task["id"]}))
    refused(talend.get(path, params={"name": ""}))
