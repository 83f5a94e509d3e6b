"""Resources: files that go out as forms, streamed from disk."""

from __future__ import annotations

import json

import pytest

from dataexplore.errors import Conflict, InputError, Invalid
from tests.transport.form_parts import parts_of

PATH = "/orchestration/resources"
RESOURCE = {
    "id": "r1",
    "name": "rates.csv",
    "file": True,
    "workspaceInfo": {"id": "w1", "name": "Retail", "environment": {"id": "e1", "name": "Production"}},
}


def sent(client):
    return parts_of(client.requests[-1])


def test_list_may_filter(answered):
    """listResources."""
    client = answered({"items": [RESOURCE], "total": 1}, {"items": [], "total": 1})
    (found,) = client.resources.list(name="rates", environment_id="e1", workspace_id="w1")
    params = client.requests[0].url.params
    assert (params["name"], params["environmentId"], params["workspaceId"]) == ("rates", "e1", "w1")
    assert (found.file, found.workspace, found.environment) == (True, "Retail", "Production")


def test_get_reads_one(answered):
    """getResource."""
    client = answered(RESOURCE)
    assert client.resources.get("r1").name == "rates.csv"
    assert client.asked == ("GET", f"{PATH}/r1", "")


def test_create_sends_a_json_text_and_the_file(answered, tmp_path):
    """createResource."""
    file = tmp_path / "rätes.csv"
    file.write_bytes(b"eur,usd\n1,2\n")
    client = answered((201, RESOURCE))
    assert client.resources.create(file, workspace_id="w1", description="daily").id == "r1"
    assert client.asked == ("POST", PATH, "")
    parts = sent(client)
    assert list(parts) == ["resource", "file"]
    assert json.loads(parts["resource"][1]) == {
        "name": "rätes.csv",
        "workspaceId": "w1",
        "file": True,
        "description": "daily",
    }
    assert 'filename="rätes.csv"'.encode() in parts["file"][0]
    assert parts["file"][1] == b"eur,usd\n1,2\n"


@pytest.mark.parametrize("status", [200, 201])
def test_bytes_need_a_name_and_both_answers_are_accepted(answered, status):
    client = answered((status, RESOURCE))
    with pytest.raises(InputError, match="The name is ''"):
        client.resources.create(b"x", workspace_id="w1")
    assert client.requests == []
    assert client.resources.create(b"x", workspace_id="w1", name="x.bin").id == "r1"
    assert b'filename="x.bin"' in sent(client)["file"][0]


def test_a_path_may_be_a_text_and_the_name_another(answered, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    client = answered((201, RESOURCE))
    client.resources.create(str(tmp_path / "a.csv"), workspace_id="w1", name="rates")
    assert json.loads(sent(client)["resource"][1])["name"] == "rates"
    assert b'filename="a.csv"' in sent(client)["file"][0]


@pytest.mark.parametrize("file", [None, 7, "", ["a"]])
def test_what_is_no_file_is_refused_before_anything_is_sent(answered, file):
    client = answered(RESOURCE)
    with pytest.raises(InputError):
        client.resources.create(file, workspace_id="w1", name="x")
    with pytest.raises(InputError):
        client.resources.upload("r1", file)
    assert client.requests == []


def test_a_file_that_is_not_there_is_refused(answered, tmp_path):
    client = answered(RESOURCE)
    with pytest.raises(InputError, match="There is no file"):
        client.resources.create(tmp_path / "none.csv", workspace_id="w1")
    assert client.requests == []


def test_a_refusal_is_told(answered):
    client = answered((413, {"status": 413, "message": "Upload too large"}))
    with pytest.raises(Invalid, match="Upload too large"):
        client.resources.create(b"x", workspace_id="w1", name="x")
    client = answered((409, {"status": 409, "message": "Name already in use"}))
    with pytest.raises(Conflict, match="Name already in use"):
        client.resources.create(b"x", workspace_id="w1", name="x")
    assert len(client.requests) == 1


def test_update_sends_what_is_given_and_something_must_be(answered):
    """updateResource."""
    client = answered((204, b""))
    assert client.resources.update("r1", name="new.csv") is None
    assert client.asked == ("PATCH", f"{PATH}/r1", "")
    assert client.sent == {"name": "new.csv"}
    with pytest.raises(InputError, match="Nothing to change"):
        client.resources.update("r1")
    assert len(client.requests) == 1


def test_upload_replaces_the_file(answered, tmp_path):
    """uploadResource."""
    file = tmp_path / "rates.csv"
    file.write_bytes(b"new")
    client = answered((204, b""))
    assert client.resources.upload("r1", file) is None
    assert client.asked == ("PUT", f"{PATH}/r1/upload", "")
    parts = sent(client)
    assert list(parts) == ["file"]
    assert parts["file"][1] == b"new"
    client.resources.upload("r1", b"newer")
    assert sent(client)["file"][1] == b"newer"


def test_move_gives_the_resource_where_it_is_now(answered):
    """moveResource."""
    client = answered(RESOURCE)
    assert client.resources.move("r1", "w 1").workspace_id == "w1"
    assert client.asked == ("PUT", f"{PATH}/r1/move/w%201", "")


def test_delete_gives_nothing(answered):
    """deleteResource."""
    client = answered((204, b""))
    assert client.resources.delete("r1") is None
    assert client.asked == ("DELETE", f"{PATH}/r1", "")
