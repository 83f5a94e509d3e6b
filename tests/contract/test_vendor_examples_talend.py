"""The vendor's examples at a sandbox, and its requests and answers as the client sends and reads them."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

import pytest

from dataexplore.clients.records import Record, Records
from dataexplore.clients.talend.artifacts import ArtifactVersion
from dataexplore.clients.talend.connections import Connection
from dataexplore.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from tests.contract.answering import asked_of
from tests.contract.asking import asking
from tests.contract.form_bodies import parts_of
from tests.contract.planting import filled
from tests.contract.talend_calls import BY_ITSELF, OTHERWISE, call
from tests.contract.talend_contract import ALL, BARE, OPERATIONS
from tests.contract.talend_samples import INSTANTS, PEOPLE, SAMPLES, arguments, sample

if TYPE_CHECKING:
    import httpx

    from tests.contract.talend_samples import Objects

# Ids with what has to be quoted in a path.
PLACES = {
    **PEOPLE,
    **INSTANTS,
    **{
        place: f"{place} 7/2"
        for place in (
            *(
                "Id",
                "id",
                "environmentId",
                "workspaceId",
                "artifactId",
                "connectionId",
                "planId",
                "projectId",
            ),
            *("promotionId", "resourceId", "taskId", "planExecutionId", "stepExecutionId", "executionId"),
            *(
                "artifact",
                "connection",
                "environment",
                "plan",
                "project",
                "promotion",
                "resource",
                "workspace",
            ),
            *("other_workspace", "dev_plan", "dev_task", "runnable_plan", "promotion_execution"),
            *("failed_plan_execution", "failed_step_execution", "running_task_execution"),
        )
    },
    "version": "0.1/0%",
    "artifact_version": "0.1 é",
}
EMPTY = {"items": [], "limit": 100, "offset": 0, "total": 0}
SENT = [name for name in ALL if name not in {BY_ITSELF, *OTHERWISE}]
ERROR = {"status": 400, "message": "Bad Request", "detail": "limit is none", "requestId": "6f6b4b1e"}
# What the vendor shows of a pause, of a plan, and of a resource.
PAUSED = {
    "pause": True,
    "pauseContext": "Pause for the operation #1",
    "user": "adminMasterX",
    "userType": "HUMAN",
    "pauseDate": "2023-01-13T14:42:58.341Z",
}
RESOURCE = {"name": "resource name", "description": "resource description", "file": True}


class Server(NamedTuple):
    """A sandbox, asked with the contract between, and the objects that are there."""

    asked: httpx.Client
    plain: httpx.Client
    objects: Objects
    bare: bool


@pytest.fixture(scope="module", params=["as it is", "--bare"])
def server(request):
    bare = request.param == "--bare"
    sandbox = request.getfixturevalue("bare_sandbox" if bare else "talend_sandbox")
    objects = request.getfixturevalue("bare_talend_objects" if bare else "talend_objects")
    with asking(sandbox, "talend --bare" if bare else "talend") as asked, asking(sandbox) as plain:
        yield Server(asked, plain, objects, bare)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_of_the_vendor_answers_with_its_status_its_keys_and_their_types(name, server):
    answer = server.asked.request(**arguments(name, server.objects.ready(name)))
    documented = sorted(status for status in OPERATIONS[name]["responses"] if status[0] == "2")
    wanted = {"createConnection": 201, "createResource": 201, "pausePlan": 204}.get(name, int(documented[0]))
    assert answer.status_code == wanted
    if wanted == 204:
        assert answer.content == b""
        return
    rows = rows_of(answer.json())
    assert rows or name in {"listPlans", "listPlanEvents"}
    for row in rows:
        if isinstance(row, dict):
            assert required(name) <= set(row)


def rows_of(told):
    if isinstance(told, dict) and "items" in told:
        assert set(told) == {"items", "limit", "offset", "total"}
        assert len(told["items"]) <= told["limit"]
        return told["items"]
    return told if isinstance(told, list) else [told]


def required(name):
    """What the vendor's text says that an answer, or each row of it, always has."""
    responses = OPERATIONS[name]["responses"]
    content = next(
        each["content"] for status, each in responses.items() if status[0] == "2" and "content" in each
    )
    schema = content["application/json"]["schema"]
    schemas = BARE.facts["components"]["schemas"]
    while True:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if "items" in schema.get("properties", {}):
            schema = schema["properties"]["items"]
        if "items" not in schema:
            return set(schema.get("required", ()))
        schema = schema["items"]


def test_a_pause_in_the_words_of_the_vendor_is_told_by_the_plan_until_it_is_resumed(server):
    plan = server.objects.create("plan")
    path = f"/orchestration/executables/plans/{plan}"
    assert server.asked.put(f"{path}/pause", json=PAUSED).status_code == 204
    told = server.asked.get(path).json()["planPauseDetails"]
    assert (told["pause"], told["pauseContext"]) == (True, PAUSED["pauseContext"])
    assert dt.datetime.fromisoformat(told["pauseDate"]).tzinfo is not None
    assert (told["user"], told["userType"]) == ("ada.okafor", "HUMAN")
    assert server.asked.put(f"{path}/pause", json={"pause": False}).status_code == 204
    assert server.asked.get(path).json()["planPauseDetails"]["pause"] is False


def test_a_resource_in_the_form_of_the_vendor_is_created(server):
    told = json.dumps({**RESOURCE, "workspaceId": server.objects.places["workspaceId"]}, indent=4)
    files = {
        "resource": (None, told),
        "file": ("rates.csv", b"a,b\r\n1,\xff\r\n", "application/octet-stream"),
    }
    answer = server.asked.post("/orchestration/resources", files=files)
    assert answer.status_code == 201
    assert {key: answer.json()[key] for key in RESOURCE} == RESOURCE


@pytest.mark.parametrize(
    ("noun", "query", "field"),
    [
        ("environments", "name==Dev*;description==*tried*", "query"),
        ("workspaces", "name==Ret*", "query"),
        ("executables/promotions", "name==dev*to*prod*,name==Development to Prod*", "_s"),
    ],
)
def test_a_filter_in_the_words_of_the_vendor_finds(noun, query, field, server):
    found = server.asked.get(f"/orchestration/{noun}", params={field: query})
    assert found.status_code == 200
    assert found.json()
    assert {re.match("dev|ret", each["name"].lower()) is not None for each in found.json()} == {True}


@pytest.mark.parametrize("noun", ["artifacts", "connections", "executables/plans", "projects"])
def test_pages_lead_by_their_offset_to_an_empty_one(noun, server):
    whole = server.asked.get(f"/orchestration/{noun}", params={"limit": 100}).json()
    size = max(1, whole["total"] // 3)
    found, offset = [], 0
    while page := server.asked.get(f"/orchestration/{noun}", params={"limit": size, "offset": offset}).json()[
        "items"
    ]:
        found += page
        offset += len(page)
    assert found == whole["items"]
    assert len(found) == whole["total"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("artifacts", {"limit": 0}),
        ("connections", {"limit": 101}),
        ("executables/plans", {"offset": -1}),
        ("projects", {"limit": "many"}),
        ("environments", {"query": "name=Dev"}),
        ("executables/plans/{planId}/run-config/events", {}),
        ("executables/plans/{planId}/run-config/events", {"to": "tomorrow"}),
    ],
)
def test_a_bad_request_is_told_in_the_form_of_the_vendor(path, query, server):
    # Not what our client would send: the contract would stop it.
    url = path.format(**server.objects.places)
    answer = server.plain.get(f"/orchestration/{url}", params=query)
    assert answer.status_code == 400
    assert set(answer.json()) == {"status", "message", "detail", "requestId"}
    assert answer.json()["status"] == 400


@pytest.mark.parametrize("name", SENT)
def test_the_client_sends_the_request_of_the_vendor_and_reads_its_answer(name):
    given, answer = sample(name, PLACES), SAMPLES[name].get("answer")
    status = SAMPLES[name].get("status", 204 if answer is None else 200)
    rest = {"metrics": {"items": []}} if name == "getComponentMetrics" else EMPTY
    request, read = asked_of(
        "talend", answer, lambda ws: call(ws.talend, name, given), status=status, rest=rest
    )

    path, _, query = request.url.raw_path.decode().partition("?")
    assert (request.method, path) == (ALL[name]["method"], filled(ALL[name], given["path"]))
    assert dict(parse_qsl(query)) == {key: str(value) for key, value in given.get("query", {}).items()}
    if "parts" in given:
        check_parts(request, given["parts"])
    else:
        sent = json.loads(request.content) if request.content else None
        assert without_defaults(sent) == without_defaults(given.get("body"))
    if status == 204:
        assert read is None
    else:
        check_read(read, answer)


def check_parts(request, parts):
    sent = parts_of("a form", request.headers["content-type"], request.read())
    assert set(sent) == set(parts)
    for key, value in parts.items():
        text = sent[key].content.decode()
        assert (text if isinstance(value, str) else json.loads(text)) == value


def without_defaults(body):
    """Leave out what says no more than that it is not so, and empty lists."""
    if isinstance(body, list):
        return [without_defaults(each) for each in body]
    if isinstance(body, dict):
        return {key: without_defaults(each) for key, each in body.items() if each not in (False, [])}
    return body


def check_read(read, answer):
    """What a record has a field for is read, and all is as it came in ``raw``."""
    match read:
        case str():
            assert {"executionId": read} == answer
        case tuple():
            assert list(read) in answer.values()
        case list():
            assert read == [dt.datetime.fromisoformat(each) for each in answer["items"]]
        case Records():
            rows = answer
            while isinstance(rows, dict):
                rows = rows.get("items") or rows["metrics"]
            assert len(read) == len(rows)
            for each, row in zip(read, rows, strict=True):
                check_read(each, row)
        case Connection():
            assert "canary" not in str(read.raw)
            check_fields(read, answer)
        case Record():
            assert read.raw == answer
            check_fields(read, answer)


def check_fields(read, answer):
    own = {field.name for field in fields(read)}
    for key, value in answer.items():
        name = re.sub(r"(?<=[a-z])([A-Z]+)", r"_\1", key).lower()
        if name in own and value not in (None, {}, []):
            assert getattr(read, name) is not None, key


def test_the_client_reads_a_version_with_its_parameters_and_its_commit():
    _, read = asked_of(
        "talend",
        SAMPLES["getArtifactVersion"]["answer"],
        lambda ws: ws.talend.artifacts.get_version("a", "1"),
    )
    assert isinstance(read, ArtifactVersion)
    assert read.raw["repository"]["commit"]["author"] == "jonas"


@pytest.mark.parametrize("context", [None, "the audit is over"])
def test_the_client_resumes_as_the_vendor_does(context):
    request, _ = asked_of(
        "talend", None, lambda ws: ws.talend.plans.resume("p1", context=context), status=204
    )
    told = {} if context is None else {"pauseContext": context}
    assert (request.method, request.url.path) == ("PUT", "/orchestration/executables/plans/p1/pause")
    assert json.loads(request.content) == {"pause": False, **told}


@pytest.mark.parametrize("status", [202, 204])
def test_the_client_takes_both_answers_to_a_pause(status):
    _, read = asked_of("talend", None, lambda ws: ws.talend.plans.pause("p1", context="a"), status=status)
    assert read is None


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("name", ["createConnection", "createResource"])
def test_the_client_takes_both_answers_to_what_it_creates(name, status):
    given, answer = sample(name, PLACES), SAMPLES[name]["answer"]
    _, read = asked_of("talend", answer, lambda ws: call(ws.talend, name, given), status=status)
    assert read.id == answer["id"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Invalid), (401, Unauthorized), (403, Forbidden), (404, NotFound), (409, Conflict)],
)
def test_the_client_reads_the_error_of_the_vendor(status, kind):
    with pytest.raises(kind) as told:
        asked_of("talend", ERROR | {"status": status}, lambda ws: ws.talend.plans.delete("p1"), status=status)
    assert told.value.status == status
    assert "limit is none" in str(told.value.detail)
    assert told.value.request_id == "6f6b4b1e"


def test_the_client_reads_who_still_uses_an_environment():
    used = {"Usage Details": "Used by promotions: Nightly"}
    with pytest.raises(Forbidden) as told:
        asked_of("talend", used, lambda ws: ws.talend.environments.delete("e1"), status=403)
    assert "Nightly" in str(told.value)
