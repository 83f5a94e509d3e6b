from __future__ import annotations

import pytest


def find(coalesce, number):
    return next(one for one in coalesce.get("/users").json()["data"] if one["id"] == number)


def test_five_people_are_there(coalesce):
    listed = coalesce.get("/users", params={"orderBy": "email", "orderByDirection": "desc"}).json()
    assert [one["id"] for one in listed["data"]] == ["u5", "u4", "u3", "u2", "u1"]
    assert all({"id", "email", "name"} <= set(one) for one in listed["data"])


def test_those_without_a_role_come_last_whichever_way(coalesce, put):
    put("/users/u3/roles/org", role="OrgContributor")
    coalesce.delete("/users/u5/roles/org")
    for direction in ("asc", "desc"):
        listed = coalesce.get("/users", params={"orderBy": "orgRole", "orderByDirection": direction}).json()
        assert listed["data"][-1]["id"] == "u5"
        assert "orgRole" not in listed["data"][-1]


def test_a_role_in_the_organisation_is_given_shown_and_taken_away(coalesce, put, refused):
    path = "/users/u4/roles/org"
    assert put(path, role="any word") == {"userID": "u4", "role": "any word", "scope": "org"}
    assert put(path, role="another")["role"] == "another"
    assert find(coalesce, "u4")["orgRole"] == "another"
    assert coalesce.delete(path).status_code == 204
    assert "orgRole" not in find(coalesce, "u4")
    assert "u4" in refused(coalesce.delete(path), 400, "NOT_FOUND")


@pytest.mark.parametrize(
    ("scope", "field"), [("project", "projectRoles"), ("environment", "environmentRoles")]
)
def test_a_role_in_one_place_is_given_shown_and_taken_away(coalesce, put, refused, scope, field):
    path = f"/users/u3/roles/{scope}/1"
    before = find(coalesce, "u3")
    assert put(path, role="viewer") == {"userID": "u3", "role": "viewer", "scope": scope}
    assert find(coalesce, "u3")[field]["1"] == "viewer"
    assert coalesce.delete(path).status_code == 204
    after = find(coalesce, "u3")
    assert after == before | {field: {key: role for key, role in before[field].items() if key != "1"}}
    refused(coalesce.delete(path), 400, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        "/users/u9/roles/org",
        "/users/u9/roles/project/1",
        "/users/u9/roles/environment/1",
        "/users/u1/roles/project/99",
        "/users/u1/roles/environment/99",
        "/users/1/roles/org",
        "/users/U1/roles/org",
        "/users/u01/roles/org",
        "/users/u1/roles/project/01",
        "/users/u1/roles/environment/\uff11",
    ],
)
def test_there_is_no_role_of_nobody_and_none_in_nothing(coalesce, refused, path):
    refused(coalesce.put(path, json={"role": "viewer"}), 400, "NOT_FOUND")
    refused(coalesce.delete(path), 400, "NOT_FOUND")


def test_other_scopes_are_no_paths(coalesce, refused):
    refused(coalesce.put("/users/u1/roles/galaxy/1", json={"role": "viewer"}), 404, "NOT_FOUND")
