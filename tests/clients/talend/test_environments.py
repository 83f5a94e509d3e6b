"""Environments."""

from __future__ import annotations

import pytest

from dataexplore.errors import Conflict, Forbidden, InputError

ENVIRONMENT = {"id": "e1", "name": "Production", "maxCloudContainers": 8, "default": True}
PATH = "/orchestration/environments"


def test_list_may_filter_by_query_and_by_values(answered):
    """listEnvironments."""
    client = answered([ENVIRONMENT])
    (found,) = client.environments.list()
    assert client.asked == ("GET", PATH, "")
    assert (found.id, found.name, found.default, found.max_cloud_containers) == ("e1", "Production", True, 8)
    client.environments.list("name==Dev*", description="two words; and more")
    assert client.requests[-1].url.params["query"] == 'name==Dev*;description=="two words; and more"'


def test_a_query_that_is_broken_is_not_sent(answered):
    client = answered([])
    for query in ("(name==a", "", "name"):
        with pytest.raises(InputError):
            client.environments.list(query)
    assert client.requests == []


def test_one_is_found_by_its_id_or_its_name_in_any_letter_case(answered):
    """listEnvironments."""
    client = answered(*[[ENVIRONMENT]] * 4)
    assert {client.environments.find(each).id for each in ("e1", "Production", "production")} == {"e1"}
    with pytest.raises(InputError, match="Did you mean 'Production'"):
        client.environments.find("Prodction")


def test_create_makes_its_first_workspace_too(answered):
    """createEnvironment."""
    client = answered((201, ENVIRONMENT))
    made = client.environments.create(
        name="Production", workspace_name="Retail", description="d", max_cloud_containers=8, owner="ada"
    )
    assert client.asked == ("POST", PATH, "")
    assert client.sent == {
        "name": "Production",
        "workspaceName": "Retail",
        "description": "d",
        "maxCloudContainers": 8,
        "owner": "ada",
    }
    assert made.id == "e1"


def test_update_sends_what_is_given(answered):
    """updateEnvironment."""
    client = answered((204, b""))
    assert client.environments.update("e1", name="Prod") is None
    assert client.asked == ("PUT", f"{PATH}/e1", "")
    assert client.sent == {"name": "Prod"}
    client.environments.update("e1", name="Prod", description="", max_cloud_containers=1)
    assert client.sent == {"name": "Prod", "description": "", "maxCloudContainers": 1}


def test_delete_gives_nothing(answered):
    """deleteEnvironment."""
    client = answered((204, b""))
    assert client.environments.delete("e1") is None
    assert client.asked == ("DELETE", f"{PATH}/e1", "")


def test_one_that_is_in_use_says_by_what(answered):
    client = answered((403, {"Usage Details": "promotion Dev to Prod; engine e-7"}))
    with pytest.raises(Forbidden) as caught:
        client.environments.delete("e1")
    assert str(caught.value) == (
        "It is still in use: promotion Dev to Prod; engine e-7. Take it out of what uses it first."
    )


def test_a_name_that_is_taken_is_a_conflict(answered):
    client = answered((409, {"status": 409, "message": "Name already in use"}))
    with pytest.raises(Conflict, match="Name already in use"):
        client.environments.create(name="Production", workspace_name="Retail")


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "workspace_name": "w"},
        {"name": "n", "workspace_name": None},
        {"name": "n", "workspace_name": "w", "max_cloud_containers": 0},
    ],
)
def test_what_cannot_be_created_is_refused_before_it_is_sent(answered, given):
    client = answered(ENVIRONMENT)
    with pytest.raises(InputError):
        client.environments.create(**given)
    assert client.requests == []


@pytest.mark.parametrize("wanted", ["e1", "Production", "PRODUCTION"])
def test_find_takes_an_id_or_a_name(answered, wanted):
    assert answered([ENVIRONMENT]).environments.find(wanted).id == "e1"
    with pytest.raises(InputError, match=r"no environment 'prod'\. .*Known: Production \(e1\)"):
        answered([ENVIRONMENT]).environments.find("prod")
