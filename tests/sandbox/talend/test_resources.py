"""Resources: forms with a file, and what is done with them later."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.talend.multipart import take_apart

RESOURCES = "/orchestration/resources"


def send(talend, file=b"a,b\n1,2\n", **fields):
    files = {"resource": (None, json.dumps(fields)), "file": ("rates.csv", file)}
    return talend.post(RESOURCES, files=files)


@pytest.fixture
def resource(talend, name, places):
    answer = send(talend, name=name, workspaceId=places["Production/Retail"], description="d", file_="x")
    assert answer.status_code == 201
    yield answer.json()
    talend.delete(f"{RESOURCES}/{answer.json()['id']}")


def test_a_resource_is_created_changed_and_removed(talend, refused, resource, name):
    path = f"{RESOURCES}/{resource['id']}"
    assert talend.get(path).json() == resource
    assert (resource["name"], resource["description"], resource["file"]) == (name, "d", True)
    assert resource["workspaceInfo"]["name"] == "Retail"
    assert talend.patch(path, json={"description": "new"}).status_code == 204
    assert talend.patch(path, json={"name": f"{name} 2"}).status_code == 204
    assert talend.get(path).json() == resource | {"description": "new", "name": f"{name} 2"}
    assert talend.put(f"{path}/upload", files={"file": ("x.bin", b"\r\n--\x00\xff")}).status_code == 204
    assert talend.delete(path).status_code == 204
    for answer in (talend.get(path), talend.delete(path), talend.patch(path, json={})):
        assert "There is no resource" in refused(answer, 404)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"resource": (None, "{}")}, "no part named file"),
        ({"file": ("x", b"x")}, "no part named resource"),
        ({"resource": (None, "{"), "file": ("x", b"x")}, "must be a JSON object"),
        ({"resource": (None, "[]"), "file": ("x", b"x")}, "must be a JSON object"),
        ({"resource": (None, b"\xff"), "file": ("x", b"x")}, "must be a JSON object"),
        ({"resource": (None, "{}"), "file": ("x", b"x")}, "name is missing"),
        ({"resource": (None, '{"name": "", "workspaceId": "x"}'), "file": ("x", b"x")}, "blank"),
        ({"resource": (None, '{"name": "x", "workspaceId": 5}'), "file": ("x", b"x")}, "must be text"),
    ],
)
def test_a_form_that_lacks_a_part_or_has_a_wrong_one_is_refused(talend, refused, files, told):
    assert told in refused(talend.post(RESOURCES, files=files))


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data", "multipart/mixed; boundary=x", "é", ""]
)
@pytest.mark.parametrize("content", [b"", b"{}", b"--x\r\n", b"--x--", b"--x\r\n\r\nx\r\n--x--"])
def test_what_is_no_form_is_refused(talend, refused, kind, content):
    headers = {"content-type": kind.encode()}
    assert refused(talend.post(RESOURCES, content=content, headers=headers))


def test_a_file_that_is_too_large_is_refused_however_it_is_sent(talend, refused, resource, places):
    content = b"x" * (4 * 2**20 + 1)
    where = {"name": "large", "workspaceId": places["Production/Retail"]}
    refused(send(talend, content, **where), 413)
    refused(talend.put(f"{RESOURCES}/{resource['id']}/upload", files={"file": ("x", content)}), 413)
    refused(send(talend, content * 5, **where), 413)
    assert talend.get(RESOURCES, params={"name": "large"}).json()["items"] == []


def test_a_name_belongs_to_one_resource_of_a_workspace(talend, refused, resource, places):
    home = places["Production/Retail"]
    assert resource["name"] in refused(send(talend, name=resource["name"], workspaceId=home), 409)
    taken = refused(talend.patch(f"{RESOURCES}/{resource['id']}", json={"name": "rates.csv"}))
    assert "rates.csv" in taken
    assert "no workspace" in refused(send(talend, name="x", workspaceId="nowhere"), 404)


def test_a_resource_moves_within_its_environment(talend, refused, resource, places):
    path = f"{RESOURCES}/{resource['id']}/move"
    moved = talend.put(f"{path}/{places['Production/Personal']}")
    assert moved.json()["workspaceInfo"]["name"] == "Personal"
    again = send(talend, name=resource["name"], workspaceId=places["Production/Retail"]).json()
    assert resource["name"] in refused(talend.put(f"{path}/{places['Production/Retail']}"), 409)
    assert "another environment" in refused(talend.put(f"{path}/{places['Development/Retail']}"))
    assert "no workspace" in refused(talend.put(f"{path}/nowhere"), 404)
    assert talend.delete(f"{RESOURCES}/{again['id']}").status_code == 204


def test_a_resource_that_a_task_uses_stays_and_says_which(talend, refused, places):
    query = {"name": "rates.csv", "workspaceId": places["Production/Retail"]}
    (rates,) = talend.get(RESOURCES, params=query).json()["items"]
    assert "extract_exchange_rates" in refused(talend.delete(f"{RESOURCES}/{rates['id']}"), 409)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.binary(), min_size=1))
def test_a_form_is_taken_apart_to_what_was_put_in(parts):
    boundary = "-" * 40 + "9b1f"
    written = b"".join(
        f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"; filename="é"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in parts.items()
    )
    kind = f'multipart/form-data; boundary="{boundary}"'
    assert take_apart(kind, written + f"--{boundary}--\r\n".encode()) == parts


@given(st.text(max_size=30), st.binary())
def test_any_form_is_taken_apart_or_refused(boundary, content):
    for kind in (boundary, f"multipart/form-data; boundary={boundary}"):
        with suppress(Refusal):
            assert all(isinstance(name, str) for name in take_apart(kind, content))
