"""Talend's side of the transport that checks the contract must itself catch what breaks it."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.contract.asking import asking
from tests.contract.breach import ContractBrokenError
from tests.contract.contract_transport import ContractTransport
from tests.contract.talend_contract import ALL, BARE, OPERATIONS, ORCHESTRATION, PROCESSING

HEADERS = {"Authorization": "Bearer canary", "Accept": "application/json"}
BASIC = {"Authorization": "Basic aWQ6Y2FuYXJ5"}
PLANS, RUNS = "/orchestration/executables/plans", "/processing/executions"
ENVIRONMENT = {"id": "e1", "name": "QA", "default": False}
SPACE = {"id": "w1", "name": "Retail", "type": "custom", "environment": ENVIRONMENT}
PLAN = {"executable": "p1", "name": "Nightly", "planPauseDetails": {"pause": False}}
STEP = {"name": "Load", "condition": "ALL_SUCCEEDED", "taskIds": ["t1"]}
ASKED_PLAN = {"name": "Nightly", "workspaceId": "w1", "steps": [STEP]}
TRIGGER = {"type": "DAILY", "startDate": "2026-01-05", "timeZone": "Europe/London"}
RUN = {
    "executionId": "x1",
    "planId": "p1",
    "startTimestamp": "2026-11-21T05:30:00.412Z",
    "executionStatus": "STARTED",
}
ERROR = {"status": 404, "message": "no", "detail": "no", "requestId": "r"}
TOKEN = {"grant_type": "client_credentials", "audience": "http://127.0.0.1"}
RESOURCE = {"id": "r1", "name": "rates.csv", "workspaceInfo": SPACE, "file": True}
TOLD = json.dumps({"name": "rates.csv", "workspaceId": "w1", "file": True})
FILE = ("rates.csv", b"a,b\n1,\xff\n", "text/csv")


def answered_by(response, service="talend"):
    """An httpx client over the transport, and a server that always gives this answer."""
    return httpx.Client(
        base_url="http://127.0.0.1",
        transport=ContractTransport(service, httpx.MockTransport(lambda _request: response)),
        headers=HEADERS,
    )


@pytest.mark.parametrize("contract", [ORCHESTRATION, BARE, PROCESSING])
def test_the_facts_hold_78_operations_and_every_reference_leads_somewhere(contract):
    assert (len(OPERATIONS), len(ORCHESTRATION.operations), len(PROCESSING.operations)) == (51, 59, 19)
    schemas = contract.facts["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", str(contract.facts))) == set(schemas)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    assert "x-beyond-seed" not in str(BARE.facts)
    assert {ALL[name]["paths"][0].split("/")[1] for name in PROCESSING.operations} == {
        *("processing", "monitoring", "security"),
    }


@pytest.mark.parametrize(
    ("method", "url", "body", "answer"),
    [
        ("GET", f"{PLANS}?limit=100&offset=0&name=a%20b&taskId=t1", None, {"items": [PLAN], "total": 1}),
        ("GET", f"{PLANS}/p%2F1/run-config/events?to=1767225600000&from=0", None, {"items": []}),
        ("GET", "/orchestration/artifacts?types=standard&types=route", None, {"items": []}),
        ("GET", "/orchestration/environments?query=name%3D%3DDev%2A", None, [ENVIRONMENT]),
        (
            "PUT",
            f"{PLANS}/p1/run-config",
            {"trigger": TRIGGER, "runtime": {}},
            {"trigger": TRIGGER, "runtime": {}},
        ),
        ("GET", f"{RUNS}/plans/x1", None, RUN),
        ("GET", f"{RUNS}/plans/x1/steps", None, [{"id": "s1", "executionStatus": "whatever"}]),
        (
            "GET",
            "/processing/executables/plans/executions?status=executing&lastDays=60",
            None,
            {"items": [RUN]},
        ),
        ("POST", "/processing/executables/tasks/executions", {"tags": ["a"], "from": 0}, {"items": []}),
        ("GET", "/monitoring/observability/executions/x1/component?limit=200", None, {"metrics": {}}),
    ],
)
def test_what_the_contract_has_passes(method, url, body, answer):
    with answered_by(httpx.Response(200, json=answer)) as client:
        assert client.request(method, url, json=body).json() == answer


@pytest.mark.parametrize("status", [201, 200])
def test_a_resource_goes_out_as_a_text_of_json_and_a_file(status):
    for part in (TOLD, (None, TOLD), (None, TOLD, "application/json")):
        data, files = ({"resource": part}, {}) if part is TOLD else ({}, {"resource": part})
        with answered_by(httpx.Response(status, json=RESOURCE)) as client:
            answer = client.post("/orchestration/resources", data=data, files=files | {"file": FILE})
        assert answer.json() == RESOURCE


@pytest.mark.parametrize("form", [{"json": TOKEN}, {"data": TOKEN}])
def test_a_token_is_asked_for_with_basic_authorization_in_either_form(form):
    answer = {"access_token": "t", "token_type": "Bearer", "expires_in": "1800"}
    with answered_by(httpx.Response(200, json=answer)) as client:
        assert client.post("/security/oauth/token", headers=BASIC, **form).json() == answer


@pytest.mark.parametrize(("method", "status"), [("PUT", 204), ("PUT", 202)])
def test_an_answer_without_a_body_passes(method, status):
    with answered_by(httpx.Response(status)) as client:
        assert client.request(method, f"{PLANS}/p1/pause", json={"pause": True}).content == b""


@pytest.mark.parametrize(
    ("method", "request_", "complaint"),
    [
        ("GET", {"url": "/environments"}, "no operation"),
        ("GET", {"url": "/orchestration/environments/e1"}, "no operation"),
        ("POST", {"url": "/processing/executables/plans/executions"}, "no operation"),
        ("DELETE", {"url": f"{RUNS}/plans/x1"}, "no operation"),
        ("GET", {"url": f"{PLANS}/%70"}, "not quoted"),
        ("GET", {"url": PLANS, "params": {"limit": 0}}, "limit"),
        ("GET", {"url": PLANS, "params": {"limit": 101}}, "limit"),
        ("GET", {"url": PLANS, "params": {"offset": -1}}, "offset"),
        ("GET", {"url": PLANS, "params": {"page": 1}}, "page"),
        ("GET", {"url": f"{PLANS}?limit=1&limit=2"}, "twice"),
        ("GET", {"url": f"{PLANS}/p1/run-config/events", "params": {"to": "2026-01-05"}}, "to"),
        ("GET", {"url": "/orchestration/artifacts?types=standard&types=tea"}, "tea"),
        ("GET", {"url": PLANS, "headers": {"talend-version": "2021-03"}}, "talend-version"),
        ("GET", {"url": PLANS, "headers": BASIC}, "Bearer"),
        ("GET", {"url": PLANS, "json": {}}, "no body"),
        ("GET", {"url": "/processing/executables/plans/executions", "params": {"from": "now"}}, "from"),
        ("GET", {"url": "/processing/executables/plans/executions", "params": {"lastDays": 61}}, "lastDays"),
        ("POST", {"url": PLANS, "json": ASKED_PLAN | {"steps": [STEP | {"taskIds": None}]}}, "createPlan"),
        ("POST", {"url": PLANS, "json": ASKED_PLAN | {"owner": "ada"}}, "owner"),
        ("POST", {"url": PLANS, "data": ASKED_PLAN}, "another body"),
        ("PUT", {"url": f"{PLANS}/p1/pause", "json": {}}, "pause"),
        ("POST", {"url": f"{RUNS}/plans", "json": {"executable": ""}}, "executable"),
        ("POST", {"url": RUNS, "json": {"executable": "t1", "parameters": {"rows": 1}}}, "rows"),
        ("POST", {"url": "/security/oauth/token", "json": TOKEN}, "Basic"),
        ("POST", {"url": "/security/oauth/token", "json": {"audience": "a"}, "headers": BASIC}, "grant_type"),
        ("POST", {"url": "/security/oauth/token", "data": {"audience": "a"}, "headers": BASIC}, "grant_type"),
        ("POST", {"url": "/orchestration/resources", "json": RESOURCE}, "another body"),
        ("POST", {"url": "/orchestration/resources", "files": {"file": FILE}}, "resource"),
        ("POST", {"url": "/orchestration/resources", "data": {"resource": TOLD}}, "another body"),
    ],
)
def test_a_request_outside_the_contract_is_refused_before_it_is_sent(method, request_, complaint):
    with (
        answered_by(httpx.Response(200, json={})) as client,
        pytest.raises(ContractBrokenError, match=complaint) as caught,
    ):
        client.request(method, **request_)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"resource": (None, TOLD), "file": (None, "a,b")}, "file is no file"),
        ({"resource": ("r.json", TOLD), "file": FILE}, "resource is a file"),
        ({"resource": (None, TOLD, "text/csv"), "file": FILE}, "text/csv"),
        ({"resource": (None, "{"), "file": FILE}, "not JSON"),
        ({"resource": (None, '{"name": "a"}'), "file": FILE}, "workspaceId"),
        ({"resource": (None, TOLD.replace("file", "colour")), "file": FILE}, "colour"),
        ({"resource": (None, TOLD)}, "file"),
        ({"resource": (None, TOLD), "file": FILE, "owner": (None, "ada")}, "owner"),
    ],
)
def test_a_part_outside_the_contract_is_refused_before_it_is_sent(parts, complaint):
    with (
        answered_by(httpx.Response(201, json=RESOURCE)) as client,
        pytest.raises(ContractBrokenError, match=complaint),
    ):
        client.post("/orchestration/resources", files=parts)


def test_a_part_that_comes_twice_is_refused():
    with answered_by(httpx.Response(204)) as client, pytest.raises(ContractBrokenError, match="twice"):
        client.put("/orchestration/resources/r1/upload", files=[("file", FILE), ("file", FILE)])


@pytest.mark.parametrize(
    ("response", "complaint"),
    [
        (httpx.Response(201, json=PLAN), "201"),
        (httpx.Response(409, json=ERROR), "409"),
        (httpx.Response(200, text="{}"), "text/plain"),
        (httpx.Response(200), "answered"),
        (httpx.Response(204), "204"),
        (httpx.Response(200, json=PLAN | {"colour": "red"}), "colour"),
        (httpx.Response(200, json=PLAN | {"planPauseDetails": {}}), "pause"),
        (httpx.Response(200, json=PLAN | {"chart": {"nextStep": {"id": 3}}}), "id"),
        (httpx.Response(200, json=PLAN | {"workspace": SPACE | {"type": "Custom"}}), "type"),
        (
            httpx.Response(
                200, json=PLAN | {"planPauseDetails": {"pause": True, "pauseDate": "2026-09-01T08:00:00"}}
            ),
            "pauseDate",
        ),
        (httpx.Response(404), "answered"),
        (httpx.Response(404, json={"message": "gone"}), "status"),
        (httpx.Response(404, json=ERROR | {"code": "GONE"}), "code"),
    ],
)
def test_an_answer_outside_the_contract_is_told(response, complaint):
    with answered_by(response) as client, pytest.raises(ContractBrokenError, match=complaint):
        client.get(f"{PLANS}/p1")


@pytest.mark.parametrize(
    "chart",
    [{"id": "s1"}, {"note": "a"}, {"taskIds": []}, {"flows": [{"taskPauseDetails": {"pause": True}}]}],
)
def test_what_is_beyond_the_promise_passes_and_with_bare_does_not(chart):
    told = httpx.Response(200, json=PLAN | {"chart": {"stepId": "s1", **chart}})
    with answered_by(told) as client:
        assert client.get(f"{PLANS}/p1").json()["chart"]["stepId"] == "s1"
    with answered_by(told, "talend --bare") as client, pytest.raises(ContractBrokenError):
        client.get(f"{PLANS}/p1")


@pytest.mark.parametrize(
    "url", [f"{RUNS}/plans/x1", "/orchestration/executables/tasks", "/orchestration/resources"]
)
def test_with_bare_there_is_no_place_beyond_the_promise(url):
    with (
        answered_by(httpx.Response(200, json={}), "talend --bare") as client,
        pytest.raises(ContractBrokenError, match="no operation"),
    ):
        client.get(url)


@pytest.mark.parametrize("status", [429, 503])
def test_with_bare_there_is_no_status_beyond_the_promise(status):
    with (
        answered_by(httpx.Response(status, json=ERROR), "talend --bare") as client,
        pytest.raises(ContractBrokenError, match=str(status)),
    ):
        client.get(f"{PLANS}/p1")


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_an_error_that_the_vendor_shows_without_a_body_may_have_none(status):
    with answered_by(httpx.Response(status)) as client:
        assert client.get("/orchestration/environments").content == b""
    with answered_by(httpx.Response(status)) as client, pytest.raises(ContractBrokenError):
        client.get(PLANS)


@pytest.mark.parametrize(
    ("status", "empty"),
    [
        *((status, False) for status in (401, 403, 429, 500, 502, 503, 504)),
        *((status, True) for status in (429, 502, 503, 504)),
    ],
)
@pytest.mark.parametrize("path", [PLANS, "/processing/executables/plans/executions"])
def test_a_service_in_trouble_answers_within_the_contract(status, path, empty, talend_sandbox):
    with asking(talend_sandbox) as knobs, asking(talend_sandbox, "talend") as client:
        ordered = {"status": status, "path": path, "empty": empty, "retry_after": "1"}
        assert knobs.post("/_sandbox/faults", json=ordered).status_code == 204
        answer = client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (status, "1")
        assert bool(answer.content) is not empty
        assert client.get(path).status_code == 200
