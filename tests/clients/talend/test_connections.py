"""Connections: what is encrypted is shown nowhere, and goes in as a secret."""

from __future__ import annotations

import pickle

import pytest

from dataexplore.errors import Conflict, InputError, Invalid
from dataexplore.secret import Secret

PATH = "/orchestration/connections"
CANARY = "canary-password-91x"
CONNECTION = {
    "id": "c1",
    "name": "Shop database",
    "app": "PostgreSQL",
    "createDate": "2026-01-05T06:00:00.000Z",
    "parameters": [
        {"name": "host", "value": "db.example"},
        {"name": "password", "value": CANARY, "encrypted": True},
        {"name": "odd", "value": CANARY, "encrypted": "yes"},
        {"name": "odder", "value": CANARY, "encrypted": [1]},
        "text",
    ],
    "workspace": {"id": "w1", "name": "Retail", "environment": {"id": "e1", "name": "Production"}},
}


def test_list_may_filter(answered):
    """listConnections."""
    client = answered({"items": [CONNECTION], "total": 1}, {"items": [], "total": 1})
    (found,) = client.connections.list(name="Shop", environment_id="e1", workspace_id="w1")
    params = client.requests[0].url.params
    assert (params["name"], params["environmentId"], params["workspaceId"]) == ("Shop", "e1", "w1")
    assert (found.app, found.workspace, found.environment) == ("PostgreSQL", "Retail", "Production")


def test_an_encrypted_value_is_shown_nowhere_even_when_the_service_tells_it(answered):
    """getConnection."""
    client = answered(CONNECTION)
    found = client.connections.get("c1")
    assert client.asked == ("GET", f"{PATH}/c1", "")
    assert [(each.name, each.value) for each in found.parameters] == [
        ("host", "db.example"),
        ("password", None),
        ("odd", None),
        ("odder", None),
    ]
    client = answered({"items": [CONNECTION], "total": 1}, {"items": [], "total": 1})
    listed = client.connections.list()
    for shown in (
        repr(found),
        str(found),
        repr(found.raw),
        repr(found.parameters),
        found.parameters._repr_html_(),
        found.parameters.to_df().to_csv(),
        repr(listed),
        listed._repr_html_(),
        listed.to_df().to_csv(),
        listed.to_arrow().to_pylist(),
        pickle.dumps(found.raw),
    ):
        assert CANARY not in str(shown)


def test_what_is_no_connection_is_still_read_as_far_as_it_goes(answered):
    for odd in ({"id": "c1"}, {"id": "c1", "parameters": None}, {"id": "c1", "parameters": {"a": 1}}):
        found = answered(odd).connections.get("c1")
        assert (found.id, found.parameters, found.raw) == ("c1", None, odd)


def test_create_sends_secrets_encrypted_and_the_rest_as_text(answered):
    """createConnection."""
    client = answered((201, CONNECTION))
    made = client.connections.create(
        name="Shop database",
        workspace_id="w1",
        app="PostgreSQL",
        parameters={"host": "db", "port": 5432, "ssl": True, "schema": None, "password": Secret(CANARY)},
    )
    assert client.asked == ("POST", PATH, "")
    assert client.sent == {
        "name": "Shop database",
        "workspaceId": "w1",
        "app": "PostgreSQL",
        "parameters": [
            {"name": "host", "value": "db"},
            {"name": "port", "value": "5432"},
            {"name": "ssl", "value": "true"},
            {"name": "schema"},
            {"name": "password", "value": CANARY, "encrypted": True},
        ],
    }
    assert made.id == "c1"


@pytest.mark.parametrize("status", [200, 201])
def test_both_answers_to_a_creation_are_accepted(answered, status):
    client = answered((status, CONNECTION))
    assert client.connections.create(name="n", workspace_id="w", app="a", parameters={}).id == "c1"


def test_a_secret_that_the_service_echoes_in_its_error_is_masked(answered):
    client = answered((400, {"status": 400, "message": "Bad request", "detail": f"bad value {CANARY}"}))
    with pytest.raises(Invalid) as caught:
        client.connections.update("c1", parameters={"password": Secret(CANARY)})
    assert str(caught.value) == "bad value ***"
    assert CANARY not in repr(vars(caught.value))


def test_update_sends_what_is_given(answered):
    """updateConnection."""
    client = answered(CONNECTION)
    client.connections.update("c1", name="Shop")
    assert client.asked == ("PUT", f"{PATH}/c1", "")
    assert client.sent == {"name": "Shop"}
    client.connections.update("c1", parameters={"host": "db2"})
    assert client.sent == {"parameters": [{"name": "host", "value": "db2"}]}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": ""},
        {"parameters": [{"name": "host", "value": "x"}]},
        {"parameters": {"": "x"}},
        {"parameters": {"host": 1.5}},
        {"parameters": {"host": b"x"}},
    ],
)
def test_what_cannot_be_changed_is_refused_before_it_is_sent(answered, given):
    client = answered(CONNECTION)
    with pytest.raises(InputError):
        client.connections.update("c1", **given)
    assert client.requests == []


def test_delete_gives_nothing_or_says_that_it_is_used(answered):
    """deleteConnection."""
    client = answered((204, b""), (409, {"status": 409, "message": "Connection in use"}))
    assert client.connections.delete("c1") is None
    assert client.asked == ("DELETE", f"{PATH}/c1", "")
    with pytest.raises(Conflict, match="Connection in use"):
        client.connections.delete("c1")
