"""Workspaces."""

from __future__ import annotations

import pytest

from dataexplore.errors import Conflict

PATH = "/orchestration/workspaces"
LISTED = {
    "id": "w1",
    "name": "Retail",
    "type": "custom",
    "owner": "ada",
    "environment": {"id": "e1", "name": "Production"},
    "protectedUpgrade": True,
}
MADE = {
    "id": "w1",
    "name": "Retail",
    "type": "Custom",
    "ownerFullName": "Ada O.",
    "environmentId": "e1",
    "createDate": "2026-01-05T06:00:00.000Z",
    "protectedArtifactUpdate": False,
}


def test_list_may_filter_by_query_and_by_values(answered):
    """listWorkspaces."""
    client = answered([LISTED])
    (found,) = client.workspaces.list(environment__name="Production")
    assert client.requests[-1].url.params["query"] == "environment.name==Production"
    assert (found.type, found.environment, found.environment_id) == ("custom", "Production", "e1")
    assert found.protected_upgrade is True


def test_create_answers_the_other_form(answered):
    """createWorkspace."""
    client = answered((201, MADE))
    made = client.workspaces.create(name="Retail", environment_id="e1", description="d", owner="ada")
    assert client.asked == ("POST", PATH, "")
    assert client.sent == {"name": "Retail", "environmentId": "e1", "description": "d", "owner": "ada"}
    assert (made.type, made.environment, made.environment_id) == ("custom", None, "e1")
    assert (made.owner_full_name, made.protected_upgrade) == ("Ada O.", False)
    assert made.created_at.year == 2026


def test_update_sends_what_is_given(answered):
    """updateWorkspace."""
    client = answered((204, b""))
    assert client.workspaces.update("w1", name="Retail 2", protected_upgrade=False) is None
    assert client.asked == ("PUT", f"{PATH}/w1", "")
    assert client.sent == {"name": "Retail 2", "protectedUpgrade": False}


def test_delete_gives_nothing_or_says_what_is_used(answered):
    """deleteWorkspace."""
    client = answered((204, b""), (409, {"status": 409, "message": "Some content is used elsewhere"}))
    assert client.workspaces.delete("w1") is None
    assert client.asked == ("DELETE", f"{PATH}/w1", "")
    with pytest.raises(Conflict, match="used elsewhere"):
        client.workspaces.delete("w1")
