from __future__ import annotations

import pytest


def test_the_project_is_there_with_its_workspaces_and_jobs_when_they_are_asked_for(coalesce):
    plain = coalesce.get("/projects/1").json()
    assert (plain["id"], plain["name"], plain["createdBy"]) == ("1", "Retail", "Ada Okafor")
    assert "workspaces" not in plain
    whole = coalesce.get("/projects/1", params={"includeWorkspaces": "true", "includeJobs": "true"}).json()
    assert whole["workspaces"] == [{"id": "1", "name": "main"}, {"id": "2", "name": "sandbox-ada"}]
    assert {"id": "2", "name": "Orders"} in whole["jobs"]
    listed = coalesce.get("/projects", params={"includeWorkspaces": "true", "limit": 1}).json()
    assert listed["data"] == [plain | {"workspaces": whole["workspaces"]}]


@pytest.mark.parametrize("path", ["/projects", "/projects/1"])
@pytest.mark.parametrize("name", ["includeWorkspaces", "includeJobs"])
@pytest.mark.parametrize("word", ["", "yes", "1", "TRUE"])
def test_a_question_that_is_neither_true_nor_false_is_refused(coalesce, refused, path, name, word):
    assert name in refused(coalesce.get(path, params={name: word}))


def test_a_project_is_created_changed_and_removed(coalesce, post, put, refused, name):
    made = post("/projects", name=name, description="first")
    path = f"/projects/{made['id']}"
    assert coalesce.get(path).json() == made
    assert put(path, name=f"{name} 2") == made | {"name": f"{name} 2"}
    assert put(path, name=f"{name} 2", description="")["description"] == ""
    assert coalesce.delete(path).status_code == 204
    refused(coalesce.get(path), 404, "NOT_FOUND")
    refused(coalesce.delete(path), 400, "NOT_FOUND")
    refused(coalesce.put(path, json={"name": name}), 400, "NOT_FOUND")


def test_a_project_in_which_something_is_left_is_not_removed(coalesce, post, put, refused, name):
    assert "still has" in refused(coalesce.delete("/projects/1"))
    made = post("/projects", name=name)
    environment = post("/environments", name=name, project=made["id"])
    assert name in refused(coalesce.delete(f"/projects/{made['id']}"))
    put(f"/environments/{environment['id']}", name=name, project="1")
    assert coalesce.delete(f"/projects/{made['id']}").status_code == 204


def test_roles_in_a_removed_project_go_with_it(coalesce, post, put, name):
    made = post("/projects", name=name)
    put(f"/users/u4/roles/project/{made['id']}", role="ProjectAdmin")
    assert coalesce.delete(f"/projects/{made['id']}").status_code == 204
    users = coalesce.get("/users").json()["data"]
    assert all(made["id"] not in user["projectRoles"] for user in users)


def test_a_name_belongs_to_one_project(coalesce, post, put, refused, name):
    made = post("/projects", name=name)
    assert name in refused(coalesce.post("/projects", json={"name": name}))
    assert "Retail" in refused(coalesce.put(f"/projects/{made['id']}", json={"name": "Retail"}))
    assert put(f"/projects/{made['id']}", name=name) == made
