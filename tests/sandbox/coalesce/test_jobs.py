from __future__ import annotations

import pytest

JOBS = "/workspaces/2/jobs"


def test_four_jobs_are_there_in_their_workspace_and_their_environments(coalesce):
    listed = coalesce.get("/workspaces/1/jobs", params={"limit": 4}).json()["data"]
    assert [(one["id"], one["name"]) for one in listed] == [
        ("1", "Nightly"),
        ("2", "Orders"),
        ("3", "Marketing"),
        ("4", "Nightly QA"),
    ]
    deployed = coalesce.get("/environments/3/jobs", params={"limit": 3}).json()["data"]
    assert [one["id"] for one in deployed] == ["1", "2", "3"]
    job = coalesce.get("/environments/3/jobs/2").json()
    assert job["environmentID"] == "3"
    assert '{ location: "MARTS" name: "fact_orders" }' in job["includeSelector"]
    assert coalesce.get("/workspaces/1/jobs/2").json()["includeSelector"] == job["includeSelector"]


def test_a_job_is_created_changed_and_removed(coalesce, post, put, refused, name):
    made = post(JOBS, name=name, includeSelector="{ location: MARTS }")
    path = f"{JOBS}/{made['id']}"
    assert (made["workspaceID"], made["excludeSelector"]) == ("2", "")
    assert coalesce.get(path).json() == made
    assert put(path, name=name, excludeSelector="{ name: x }") == made | {"excludeSelector": "{ name: x }"}
    assert made["id"] in [one["id"] for one in coalesce.get(JOBS).json()["data"]]
    refused(coalesce.get(f"/environments/3/jobs/{made['id']}"), 404, "NOT_FOUND")
    assert coalesce.delete(path).status_code == 204
    refused(coalesce.get(path), 404, "NOT_FOUND")
    refused(coalesce.put(path, json={"name": name}), 400, "NOT_FOUND")
    refused(coalesce.delete(path), 400, "NOT_FOUND")


def test_a_job_belongs_to_its_workspace(coalesce, refused):
    refused(coalesce.get("/workspaces/2/jobs/1"), 404, "NOT_FOUND")
    refused(coalesce.delete("/workspaces/2/jobs/1"), 400, "NOT_FOUND")
    refused(coalesce.get("/environments/2/jobs/1"), 404, "NOT_FOUND")
    refused(coalesce.get("/workspaces/99/jobs"), 404, "NOT_FOUND")
    refused(coalesce.get("/environments/99/jobs"), 404, "NOT_FOUND")
    refused(coalesce.post("/workspaces/99/jobs", json={"name": "n"}), 400, "NOT_FOUND")


def test_an_environment_that_is_removed_has_no_jobs_left_behind(coalesce_of):
    client = coalesce_of()
    assert client.get("/environments/2/jobs").json()["total"] == 1
    assert client.delete("/environments/2").status_code == 204
    assert client.get("/workspaces/1/jobs/4").status_code == 200
    assert client.get("/environments/2/jobs").status_code == 404


@pytest.mark.parametrize("field", ["includeSelector", "excludeSelector"])
def test_a_selector_that_cannot_be_read_is_told_with_its_place(coalesce, refused, name, field):
    sentence = refused(coalesce.post(JOBS, json={"name": name, field: "{ name: a } { name: b }"}))
    assert sentence.startswith(f"{field}: The selector cannot be read at character 13")
    refused(coalesce.put("/workspaces/1/jobs/1", json={"name": "Nightly", field: "{"}))


def test_a_name_belongs_to_one_job(coalesce, refused):
    assert "Nightly" in refused(coalesce.post(JOBS, json={"name": "Nightly"}))
