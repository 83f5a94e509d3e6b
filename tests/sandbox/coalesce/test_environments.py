from __future__ import annotations

import pytest

SEED = {"id", "name", "status", "project", "createdAt", "createdBy"}


def test_three_environments_are_there(coalesce):
    listed = coalesce.get("/environments", params={"limit": 3}).json()
    assert [(one["id"], one["name"], one["project"]) for one in listed["data"]] == [
        ("1", "dev", "1"),
        ("2", "qa", "1"),
        ("3", "prod", "1"),
    ]
    assert all(set(one) == SEED for one in listed["data"])
    assert listed["orderBy"] == "id"


def test_detail_lists_in_full_what_one_environment_answers(coalesce):
    full = coalesce.get("/environments", params={"detail": "true", "limit": 3}).json()["data"]
    assert full[0] == coalesce.get("/environments/1").json()
    assert full[1]["currentMappings"]["MARTS"] == {"database": "warehouse_qa", "schema": "marts"}
    assert isinstance(full[0]["createdBy"], str)


@pytest.mark.parametrize("field", ["id", "name", "status", "project", "createdAt", "createdBy", "updatedAt"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_field_orders_the_listing_page_by_page(coalesce, field, direction):
    order = {"orderBy": field, "orderByDirection": direction}
    whole = coalesce.get("/environments", params=order).json()["data"]
    ids, cursor = [], {}
    while True:
        page = coalesce.get("/environments", params={**order, **cursor, "limit": 2}).json()
        ids += [one["id"] for one in page["data"]]
        if page["next"] is None:
            break
        cursor = {"startingFrom": page["next"]}
    assert ids == [one["id"] for one in whole]
    if field in ("name", "createdAt"):
        values = [one[field] for one in whole]
        assert values == sorted(values, reverse=direction == "desc")


def test_an_environment_is_created_with_schemas_of_its_own_and_no_nodes(coalesce, post, name):
    made = post("/environments", name=name, project="1", color="ignored")
    assert (made["name"], made["project"], made["status"]) == (name, "1", "Waiting")
    assert made["currentMappings"]["MARTS"] == {
        "database": "warehouse_dev",
        "schema": f"env{made['id']}_marts",
    }
    assert made["currentMappings"]["RAW"] == {"database": "warehouse", "schema": "raw"}
    assert made["oauthEnabled"] is True
    assert coalesce.get(f"/environments/{made['id']}").json() == made
    assert coalesce.get(f"/environments/{made['id']}/nodes").json()["data"] == []
    assert made["id"] in [one["id"] for one in coalesce.get("/environments").json()["data"]]


def test_an_environment_needs_no_project_and_then_names_none(post, name):
    assert "project" not in post("/environments", name=name)


def test_an_update_changes_what_is_sent_and_nothing_else(coalesce, post, put, name):
    made = post("/environments", name=name, project="1", description="first", runTimeParameters={"a": "b"})
    changed = put(f"/environments/{made['id']}", name=f"{name} again")
    assert changed == made | {"name": f"{name} again", "updatedAt": changed["updatedAt"]}
    assert changed["updatedAt"] > made["updatedAt"]
    again = put(f"/environments/{made['id']}", name=f"{name} again", description="second")
    assert (again["description"], again["project"]) == ("second", "1")
    assert coalesce.get(f"/environments/{made['id']}").json() == again


def test_a_removed_environment_takes_its_nodes_and_roles_along_and_is_gone(coalesce_of):
    client = coalesce_of()
    assert client.get("/environments/3/nodes").json()["total"] == 50
    assert client.delete("/environments/3").status_code == 204
    assert client.get("/environments/3").status_code == 404
    assert client.get("/environments/3/nodes").status_code == 404
    assert client.delete("/environments/3").status_code == 400
    assert all("3" not in user["environmentRoles"] for user in client.get("/users").json()["data"])
    assert client.get("/workspaces/1/nodes").json()["total"] == 50
    made = client.post("/environments", json={"name": "prod"}).json()
    assert made["id"] == "4"
    assert client.get("/environments/4/nodes").json()["data"] == []


def test_an_environment_that_runs_something_is_not_removed(coalesce_of, refused, until):
    client = coalesce_of("--node-wait", 30)
    body = {"runDetails": {"environmentID": "2"}, "userCredentials": {"snowflakeAuthType": "OAuth"}}
    run = client.post("/scheduler/startRun", json=body).json()["runCounter"]
    assert client.get("/environments/2").json()["currentlyRunningJobs"] == [run]
    assert str(run) in refused(client.delete("/environments/2"))
    assert client.get("/environments/2/nodes").json()["total"] == 50
    assert client.post("/scheduler/cancelRun", json={"runCounter": run}).status_code == 204
    until(lambda: client.get("/environments/2").json()["currentlyRunningJobs"] == [], 10)
    assert client.delete("/environments/2").status_code == 204


def test_a_name_belongs_to_one_environment(coalesce, post, put, refused, name):
    made = post("/environments", name=name)
    assert name in refused(coalesce.post("/environments", json={"name": name}))
    assert "qa" in refused(coalesce.put(f"/environments/{made['id']}", json={"name": "qa"}))
    assert put(f"/environments/{made['id']}", name=name)["name"] == name


@pytest.mark.parametrize("project", ["", " ", "999", "one", "0x1", "\uff11", "9" * 400])
def test_an_unknown_project_is_refused(coalesce, refused, name, project):
    body = {"name": name, "project": project}
    assert "project" in refused(coalesce.post("/environments", json=body))
    assert "project" in refused(coalesce.put("/environments/1", json=body))
