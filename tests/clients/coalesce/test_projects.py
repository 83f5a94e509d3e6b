"""Projects."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError

PROJECT = {"id": "1", "name": "Retail", "createdAt": "2026-08-01T08:00:00Z", "createdBy": "ada"}


def test_list_may_ask_for_workspaces_and_jobs(answered):
    """listProjects."""
    workspaces = [{"id": "1", "name": "main"}]
    client = answered({"data": [{**PROJECT, "workspaces": workspaces}], "next": None})
    (project,) = client.projects.list(include_workspaces=True, include_jobs=False)
    assert client.asked[:2] == ("GET", "/api/v1/projects")
    params = client.requests[-1].url.params
    assert (params["includeWorkspaces"], params["includeJobs"]) == ("true", "false")
    assert (project.workspaces, project.jobs) == (workspaces, None)
    client.projects.list()
    assert "includeJobs" not in client.requests[-1].url.params


def test_get_reads_one(answered):
    """getProject."""
    client = answered(PROJECT)
    project = client.projects.get(1)
    assert client.asked == ("GET", "/api/v1/projects/1", "")
    assert (project.id, project.name, project.created_by) == ("1", "Retail", "ada")


def test_create_sends_name_and_description(answered):
    """createProject."""
    client = answered(PROJECT)
    client.projects.create(name="Retail", description="Shops")
    assert client.asked == ("POST", "/api/v1/projects", "")
    assert client.sent == {"name": "Retail", "description": "Shops"}


def test_update_puts_what_is_given(answered):
    """updateProject."""
    client = answered(PROJECT)
    client.projects.update(1, name="Retail 2")
    assert client.asked == ("PUT", "/api/v1/projects/1", "")
    assert client.sent == {"name": "Retail 2"}
    client.projects.update(1, name="Retail 2", description="")
    assert client.sent == {"name": "Retail 2", "description": ""}


def test_delete_gives_nothing(answered):
    """deleteProject."""
    client = answered((204, b""))
    assert client.projects.delete("1") is None
    assert client.asked == ("DELETE", "/api/v1/projects/1", "")


def test_an_id_or_a_name_that_is_none_is_refused(answered):
    client = answered(PROJECT)
    with pytest.raises(InputError, match="The id of the project is empty"):
        client.projects.delete("")
    with pytest.raises(InputError, match="The name is ''"):
        client.projects.create(name="")
    assert client.requests == []
