"""Projects, and who may work on them."""

from __future__ import annotations

import pytest

from dataexplore.errors import Conflict, InputError

PATH = "/orchestration/projects"
PROJECT = {
    "id": "p1",
    "name": "Retail",
    "owner": "ada",
    "url": "https://git.example/retail.git",
    "projectType": "DI",
    "repoType": "GIT",
    "technicalLabel": "RETAIL",
    "createDate": "2026-01-05T06:00:00.000Z",
}


def test_list_may_filter_by_name(answered):
    """listProjects."""
    client = answered({"items": [PROJECT], "total": 1}, {"items": [], "total": 1})
    (found,) = client.projects.list(name="Ret")
    assert client.requests[0].url.params["name"] == "Ret"
    assert (found.project_type, found.repository_type, found.technical_label) == ("DI", "GIT", "RETAIL")


def test_get_reads_one(answered):
    """getProject."""
    client = answered(PROJECT)
    assert client.projects.get("p1").url == PROJECT["url"]
    assert client.asked == ("GET", f"{PATH}/p1", "")


def test_create_sends_owner_and_repository(answered):
    """createProject."""
    client = answered((201, PROJECT))
    client.projects.create(name="Retail", owner="ada", url=PROJECT["url"], description="d")
    assert client.asked == ("POST", PATH, "")
    assert client.sent == {"name": "Retail", "owner": "ada", "url": PROJECT["url"], "description": "d"}


def test_update_sends_what_is_given_and_something_must_be(answered):
    """updateProject."""
    client = answered(PROJECT)
    client.projects.update("p1", description="")
    assert client.asked == ("PUT", f"{PATH}/p1", "")
    assert client.sent == {"description": ""}
    for given in ({}, {"owner": ""}, {"url": " "}):
        with pytest.raises(InputError):
            client.projects.update("p1", **given)
    assert len(client.requests) == 1


def test_delete_gives_nothing(answered):
    """deleteProject."""
    client = answered((204, b""))
    assert client.projects.delete("p1") is None
    assert client.asked == ("DELETE", f"{PATH}/p1", "")


def test_users_and_groups_are_ids(answered):
    """listProjectUsers, listProjectGroups."""
    client = answered({"projectId": "p1", "userIds": ["u1", "u2"]})
    assert client.projects.users("p1") == ("u1", "u2")
    assert client.asked == ("GET", f"{PATH}/p1/users", "")
    client = answered({"projectId": "p1", "groupIds": ["g1"]})
    assert client.projects.groups("p1") == ("g1",)
    assert client.asked == ("GET", f"{PATH}/p1/groups", "")
    assert answered({}).projects.users("p1") == ()


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        ("add_user", "PUT", "users/x%20y"),
        ("remove_user", "DELETE", "users/x%20y"),
        ("add_group", "PUT", "groups/x%20y"),
        ("remove_group", "DELETE", "groups/x%20y"),
    ],
)
def test_users_and_groups_are_let_in_and_out(answered, call, method, path):
    """addProjectUser, removeProjectUser, addProjectGroup, removeProjectGroup."""
    client = answered((204, b""))
    assert getattr(client.projects, call)("p1", "x y") is None
    assert client.asked == (method, f"{PATH}/p1/{path}", "")
    assert client.requests[-1].content == b""


def test_a_user_who_may_already_is_a_conflict(answered):
    client = answered((409, {"status": 409, "message": "Already allowed"}))
    with pytest.raises(Conflict, match="Already allowed"):
        client.projects.add_user("p1", "u1")
