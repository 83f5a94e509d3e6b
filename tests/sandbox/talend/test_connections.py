"""Connections, whose encrypted values never come back."""

from __future__ import annotations

import pytest

CONNECTIONS = "/orchestration/connections"
SECRET = "s3cret-value"
PARAMETERS = [
    {"name": "host", "value": "db.example"},
    {"name": "password", "value": SECRET, "encrypted": True},
]


@pytest.fixture
def connection(talend, made, name, places):
    new = made(
        "connections",
        name=name,
        workspaceId=places["Production/Retail"],
        app="PostgreSQL",
        parameters=PARAMETERS,
    )
    yield new
    talend.delete(f"{CONNECTIONS}/{new['id']}")


def test_a_connection_is_created_read_and_removed(talend, connection):
    path = f"{CONNECTIONS}/{connection['id']}"
    assert talend.get(path).json() == connection
    assert connection["parameters"] == [
        {"name": "host", "value": "db.example", "encrypted": False},
        {"name": "password", "encrypted": True},
    ]
    assert talend.delete(path).status_code == 204
    assert talend.get(path).status_code == 404


def test_an_encrypted_value_is_in_no_answer(talend, connection):
    path = f"{CONNECTIONS}/{connection['id']}"
    changed = talend.put(path, json={"parameters": PARAMETERS})
    for answer in (changed, talend.get(path), talend.get(CONNECTIONS)):
        assert answer.status_code == 200
        assert SECRET not in answer.text
    wrong = {"name": "x", "parameters": [{"name": "password", "value": [SECRET]}]}
    answer = talend.put(path, json=wrong)
    assert answer.status_code == 400
    assert SECRET not in answer.text


def test_the_seeds_tell_no_secret(talend):
    parameters = [
        parameter for one in talend.get(CONNECTIONS).json()["items"] for parameter in one["parameters"]
    ]
    assert any(parameter["encrypted"] for parameter in parameters)
    assert not any("value" in parameter for parameter in parameters if parameter["encrypted"])


def test_what_is_sent_is_changed(talend, connection, name):
    path = f"{CONNECTIONS}/{connection['id']}"
    renamed = talend.put(path, json={"name": f"{name} 2"}).json()
    assert renamed == connection | {"name": f"{name} 2"}
    assert talend.put(path, json={}).json() == renamed
    parameters = [{"name": "port", "value": "5432"}, {"name": "password", "encrypted": True}]
    told = talend.put(path, json={"parameters": parameters}).json()["parameters"]
    assert [one["name"] for one in told] == ["port", "password"]


def test_a_name_belongs_to_one_connection_of_a_workspace(talend, made, refused, connection, places):
    body = {"name": connection["name"], "app": "x", "parameters": []}
    here = body | {"workspaceId": places["Production/Retail"]}
    assert connection["name"] in refused(talend.post(CONNECTIONS, json=here), 409)
    elsewhere = made("connections", **body, workspaceId=places["Development/Retail"])
    assert elsewhere["name"] == connection["name"]
    path = f"{CONNECTIONS}/{connection['id']}"
    assert "On call" in refused(talend.put(path, json={"name": "On call"}), 409)
    assert talend.put(path, json={"name": connection["name"]}).json() == connection


def test_a_connection_that_a_task_uses_stays_and_says_which(talend, refused, places):
    query = {"name": "shop database", "workspaceId": places["Production/Retail"]}
    (shop,) = talend.get(CONNECTIONS, params=query).json()["items"]
    assert "extract_orders" in refused(talend.delete(f"{CONNECTIONS}/{shop['id']}"), 409)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", None),
        ("app", ""),
        ("workspaceId", "nowhere"),
        ("workspaceId", ""),
        ("parameters", None),
        ("parameters", [{}]),
        ("parameters", [{"name": ""}]),
        ("parameters", [{"name": "x", "encrypted": "yes"}]),
    ],
)
def test_a_connection_that_cannot_be_is_refused(talend, refused, places, field, value):
    body = {"name": "never there", "app": "x", "workspaceId": places["Production/Retail"], "parameters": []}
    refused(talend.post(CONNECTIONS, json=body | {field: value}))
