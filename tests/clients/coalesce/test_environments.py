"""Environments: found, listed, changed."""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.errors import InputError, NotFound

QA = {
    "id": "3",
    "name": "QA",
    "status": "Waiting",
    "project": "1",
    "createdAt": "2026-09-01T08:00:00Z",
    "createdBy": "ada",
}
THREE = {
    "data": [{"id": "1", "name": "dev"}, {"id": "2", "name": "qa"}, {"id": "3", "name": "Prod"}],
    "next": None,
}


def test_list_may_ask_for_details(answered):
    """listEnvironments."""
    client = answered({"data": [QA], "next": None})
    listed = client.environments.list(detail=True, order_by="name", order_by_direction="desc")
    assert client.asked[:2] == ("GET", "/api/v1/environments")
    assert dict(client.requests[-1].url.params) == {
        "detail": "true",
        "orderBy": "name",
        "orderByDirection": "desc",
        "limit": "100",
    }
    assert (listed[0].name, listed[0].created_by) == ("QA", "ada")
    client.environments.list()
    assert "detail" not in client.requests[-1].url.params


def test_get_reads_the_contracts_fields(answered):
    """getEnvironment."""
    client = answered(QA)
    found = client.environments.get(3)
    assert client.asked == ("GET", "/api/v1/environments/3", "")
    assert (found.id, found.name, found.status, found.project) == ("3", "QA", "Waiting", "1")
    assert found.created_at == dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC)
    assert found.raw == QA


@pytest.mark.parametrize(
    ("told", "who"),
    [
        ({"id": "u1", "firstName": "Ada", "lastName": "Lovelace"}, "Ada Lovelace"),
        ({"id": "u1", "firstName": "Ada"}, "u1"),
        ({"id": 7}, "7"),
        ({"name": "Ada"}, "Ada"),
        ("ada", "ada"),
        ({}, None),
        (None, None),
        (7, None),
    ],
)
def test_who_made_it_may_be_a_text_or_an_object(answered, told, who):
    assert answered({**QA, "createdBy": told}).environments.get("3").created_by == who


def test_get_reads_what_services_tell_besides(answered):
    mappings = {"MARTS": {"database": "warehouse", "schema": "marts"}}
    more = {"id": 3, "oauthEnabled": True, "deployedCommit": "9a8b", "currentMappings": mappings, "tag": 1}
    found = answered({**QA, **more}).environments.get(3)
    assert (found.id, found.oauth_enabled, found.deployed_commit) == ("3", True, "9a8b")
    assert found.mappings == mappings


@pytest.mark.parametrize(
    ("wanted", "found"), [("3", "3"), (3, "3"), ("qa", "2"), ("QA", "2"), ("prod", "3"), ("Prod", "3")]
)
def test_find_takes_an_id_a_name_or_a_name_in_other_cases(answered, wanted, found):
    assert answered(THREE).environments.find(wanted).id == found


def test_an_id_is_meant_before_a_name_and_an_exact_name_before_another(answered):
    rows = [{"id": "1", "name": "2"}, {"id": "2", "name": "Qa"}, {"id": "3", "name": "qa"}]
    client = answered({"data": rows, "next": None})
    assert client.environments.find("2").id == "2"
    assert client.environments.find("qa").id == "3"
    with pytest.raises(InputError, match=r"Several environments are called 'QA'\. Use an id: 2, 3\."):
        client.environments.find("QA")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (
            "prd",
            r"There is no environment 'prd'\. Did you mean 'Prod'\? Known: dev \(1\), qa \(2\), Prod \(3\)\.",
        ),
        ("xyz", r"There is no environment 'xyz'\. Known: dev \(1\)"),
        (99, "There is no environment '99'"),
    ],
)
def test_an_unknown_environment_names_the_near_ones(answered, wanted, told):
    with pytest.raises(InputError, match=told):
        answered(THREE).environments.find(wanted)


def test_many_environments_are_not_all_told(answered):
    rows = [{"id": str(each), "name": f"e{each}"} for each in range(30)]
    with pytest.raises(InputError, match=r"e19 \(19\) and 10 more\.$"):
        answered({"data": rows, "next": None}).environments.find("nothing like it")
    with pytest.raises(InputError, match="Known: none yet"):
        answered({"data": [], "next": None}).environments.find("dev")


def test_create_sends_name_and_project(answered):
    """createEnvironment."""
    client = answered(QA)
    assert client.environments.create(name="QA", project=1).id == "3"
    assert client.asked == ("POST", "/api/v1/environments", "")
    assert client.sent == {"name": "QA", "project": "1"}
    client.environments.create(name="QA")
    assert client.sent == {"name": "QA"}


def test_update_puts_what_is_given(answered):
    """updateEnvironment."""
    client = answered(QA)
    client.environments.update("3", name="QA 2")
    assert client.asked == ("PUT", "/api/v1/environments/3", "")
    assert client.sent == {"name": "QA 2"}


def test_delete_gives_nothing(answered):
    """deleteEnvironment."""
    client = answered((204, b""))
    assert client.environments.delete(3) is None
    assert client.asked == ("DELETE", "/api/v1/environments/3", "")


@pytest.mark.parametrize(
    "answer",
    [
        (404, {"error": "No environment 99.", "code": "NOT_FOUND"}),
        (400, {"error": "No environment 99.", "code": "NOT_FOUND"}),
        (404, {"error": {"errorString": "404: No environment 99."}}),
    ],
)
def test_an_unknown_id_is_not_found_however_it_is_told(answered, answer):
    with pytest.raises(NotFound, match=r"^No environment 99\.") as caught:
        answered(answer).environments.get(99)
    assert caught.value.status == answer[0]
    assert caught.value.code in {"NOT_FOUND", ""}


@pytest.mark.parametrize("odd", ["", "  ", None, True, 1.5, ["1"]])
def test_an_id_that_is_none_is_refused_before_anything_is_sent(answered, odd):
    client = answered(QA)
    for call in (client.environments.get, client.environments.delete, client.environments.find):
        with pytest.raises(InputError, match="environment"):
            call(odd)
    assert client.requests == []


@pytest.mark.parametrize("odd", ["..", ".", "a\\b", "a\x00b", "a/../b", "%2e%2e"])
def test_an_id_that_would_lead_elsewhere_is_refused(answered, odd):
    """Case 24."""
    client = answered(QA)
    with pytest.raises(InputError):
        client.environments.delete(odd)
    assert client.requests == []


@pytest.mark.parametrize("name", ["", " ", None, 7])
def test_a_name_that_says_nothing_is_refused(answered, name):
    client = answered(QA)
    with pytest.raises(InputError, match="The name is"):
        client.environments.create(name=name)
    assert client.requests == []
