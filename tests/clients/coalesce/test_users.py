"""Members and their roles."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError

ADA = {"id": "u1", "email": "ada@example.com", "name": "Ada", "orgRole": "admin"}
ROLE = {"userID": "u 1", "role": "viewer", "scope": "project"}


def test_list_reads_the_members(answered):
    """listUsers."""
    client = answered({"data": [ADA, {"userID": "u2", "orgRole": None}], "next": None})
    users = client.users.list(limit=2)
    assert client.asked[:2] == ("GET", "/api/v1/users")
    assert [(user.id, user.org_role) for user in users] == [("u1", "admin"), ("u2", None)]


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda users: users.set_org_role("u 1", "viewer"), "org"),
        (lambda users: users.set_project_role("u 1", 2, "viewer"), "project/2"),
        (lambda users: users.set_environment_role("u 1", "3", "viewer"), "environment/3"),
    ],
)
def test_a_role_is_put_where_it_holds(answered, call, path):
    """setUserOrgRole, setUserProjectRole, setUserEnvironmentRole."""
    client = answered(ROLE)
    role = call(client.users)
    assert client.asked == ("PUT", f"/api/v1/users/u%201/roles/{path}", "")
    assert client.sent == {"role": "viewer"}
    assert (role.user_id, role.role, role.scope) == ("u 1", "viewer", "project")


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda users: users.delete_org_role("u1"), "org"),
        (lambda users: users.delete_project_role("u1", 2), "project/2"),
        (lambda users: users.delete_environment_role("u1", 3), "environment/3"),
    ],
)
def test_a_role_is_taken_away(answered, call, path):
    """deleteUserOrgRole, deleteUserProjectRole, deleteUserEnvironmentRole."""
    client = answered((204, b""))
    assert call(client.users) is None
    assert client.asked == ("DELETE", f"/api/v1/users/u1/roles/{path}", "")


def test_an_id_or_a_role_that_is_none_is_refused(answered):
    client = answered(ROLE)
    with pytest.raises(InputError, match="The id of the user is empty"):
        client.users.delete_org_role("")
    with pytest.raises(InputError, match="The id of the project is empty"):
        client.users.delete_project_role("u1", "")
    with pytest.raises(InputError, match="The role is ''"):
        client.users.set_environment_role("u1", 3, "")
    assert client.requests == []
