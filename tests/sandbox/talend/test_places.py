"""Environments and workspaces: listed, created, changed, removed."""

from __future__ import annotations

import uuid

import pytest

ENVIRONMENTS, WORKSPACES = "/orchestration/environments", "/orchestration/workspaces"


def names(client, path, query):
    return sorted(one["name"] for one in client.get(path, params={"query": query}).json())


def test_two_environments_are_there_with_two_workspaces_each(talend):
    found = {one["name"]: one for one in talend.get(ENVIRONMENTS).json()}
    assert found["Production"]["default"] is True
    assert found["Development"]["default"] is False
    query = "environment.name==Production;name!=test*"
    assert names(talend, WORKSPACES, query) == ["Personal", "Retail"]
    assert names(talend, WORKSPACES, "type==custom;environment.default==true;name==Re*") == ["Retail"]
    assert names(talend, ENVIRONMENTS, "name==Dev*,name==Prod*") == ["Development", "Production"]


@pytest.mark.parametrize("path", [ENVIRONMENTS, WORKSPACES])
def test_a_query_that_does_not_parse_is_refused(talend, refused, path):
    assert "position" in refused(talend.get(path, params={"query": "name==x;"}))
    assert "nome" in refused(talend.get(path, params={"query": "nome==x"}))


def test_an_environment_comes_with_a_workspace_and_goes_with_all_it_holds(talend, made, name):
    new = made("environments", name=name, workspaceName="First", maxCloudContainers=3, owner="mei.tanaka")
    assert talend.get(ENVIRONMENTS, params={"query": f'name=="{name}"'}).json() == [new]
    (first,) = talend.get(WORKSPACES, params={"query": f"environment.id=={new['id']}"}).json()
    assert (first["name"], first["owner"], first["type"]) == ("First", "mei.tanaka", "custom")
    body = {"name": "shop", "workspaceId": first["id"], "app": "PostgreSQL", "parameters": []}
    connection = made("connections", **body)
    path = f"{ENVIRONMENTS}/{new['id']}"
    assert talend.put(path, json={"name": f"{name} 2", "description": "later"}).status_code == 204
    (changed,) = talend.get(ENVIRONMENTS, params={"query": f"id=={new['id']}"}).json()
    assert changed == new | {"name": f"{name} 2", "description": "later"}
    assert talend.delete(path).status_code == 204
    assert talend.delete(path).status_code == 404
    assert talend.get(WORKSPACES, params={"query": f"id=={first['id']}"}).json() == []
    assert talend.get(f"/orchestration/connections/{connection['id']}").status_code == 404


def test_a_name_belongs_to_one_environment_whatever_its_case(talend, refused, made, name, places):
    for taken in ("Production", "PRODUCTION"):
        body = {"name": taken, "workspaceName": "x"}
        assert taken in refused(talend.post(ENVIRONMENTS, json=body), 409)
    new = made("environments", name=name, workspaceName="x")
    path = f"{ENVIRONMENTS}/{new['id']}"
    assert "production" in refused(talend.put(path, json={"name": "production"}), 409)
    assert talend.put(path, json={"name": name.upper()}).status_code == 204
    assert (
        talend.put(f"{ENVIRONMENTS}/{places['Production']}", json={"name": "Production"}).status_code == 204
    )


def test_an_environment_that_a_promotion_uses_stays_and_says_by_which(talend, places):
    for environment in ("Development", "Production"):
        answer = talend.delete(f"{ENVIRONMENTS}/{places[environment]}")
        assert answer.status_code == 403
        assert "Development to Production" in answer.json()["Usage Details"]


def test_a_workspace_is_created_changed_and_removed(talend, made, name, places):
    new = made("workspaces", name=name, environmentId=places["Production"], owner="mei.tanaka")
    assert (new["ownerFullName"], new["type"], new["environmentId"]) == (
        "Mei Tanaka",
        "Custom",
        places["Production"],
    )
    path = f"{WORKSPACES}/{new['id']}"
    change = {"name": f"{name} 2", "description": "d", "owner": "someone", "protectedUpgrade": True}
    assert talend.put(path, json=change).status_code == 204
    (found,) = talend.get(WORKSPACES, params={"query": f"id=={new['id']}"}).json()
    assert found.items() >= change.items()
    assert talend.delete(path).status_code == 204
    assert talend.put(path, json=change).status_code == 404


def test_two_workspaces_of_one_name_are_only_in_two_environments(talend, refused, made, name, places):
    made("workspaces", name=name, environmentId=places["Production"])
    other = made("workspaces", name=name, environmentId=places["Development"])
    again = {"name": name, "environmentId": places["Production"]}
    assert name in refused(talend.post(WORKSPACES, json=again))
    assert "Retail" in refused(talend.put(f"{WORKSPACES}/{other['id']}", json={"name": "Retail"}))
    nowhere = {"name": name, "environmentId": places["Production/Retail"]}
    assert "no environment" in refused(talend.post(WORKSPACES, json=nowhere))


def test_a_workspace_that_is_not_custom_stays(talend, refused, places):
    assert "not custom" in refused(talend.delete(f"{WORKSPACES}/{places['Production/Personal']}"))


def test_a_workspace_whose_things_are_used_elsewhere_stays(talend, refused, made, places, tasks):
    name = f"used {uuid.uuid4().hex}"
    home = made("workspaces", name=name, environmentId=places["Production"])["id"]
    step = {"name": "only", "condition": "ALL_SUCCEEDED", "taskIds": [tasks["extract_orders"]]}
    inner = made("executables/plans", name="inner", workspaceId=home, steps=[step])["id"]
    handled = {**step, "handlerOnFailure": {"planIds": [inner]}}
    outer = made("executables/plans", name=name, workspaceId=places["Production/Retail"], steps=[handled])
    told = refused(talend.delete(f"{WORKSPACES}/{home}"), 409)
    assert "'inner'" in told
    assert name in told
    retail = refused(talend.delete(f"{WORKSPACES}/{places['Production/Retail']}"), 409)
    assert "extract_orders" in retail
    assert talend.delete(f"/orchestration/executables/plans/{outer['id']}").status_code == 204
    assert talend.delete(f"{WORKSPACES}/{home}").status_code == 204
    assert talend.get(f"/orchestration/executables/plans/{inner}").status_code == 404
