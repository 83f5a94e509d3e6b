"""Coalesce's side of the transport that checks the contract must itself catch what breaks it."""

from __future__ import annotations

import re

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.contract.asking import asking
from tests.contract.breach import ContractBrokenError
from tests.contract.coalesce_contract import BARE, CONTRACT, OPERATIONS
from tests.contract.contract_transport import ContractTransport

HEADERS = {"Authorization": "Bearer canary", "Accept": "application/json"}
ENVIRONMENT = {"id": "3", "name": "QA", "status": "Waiting", "createdBy": "ada"}
RUN = {"runCounter": 42, "status": "queued", "environmentID": "3", "completedAt": None}
START = {"runDetails": {"environmentID": "3"}, "parameters": {"load_date": "2026-11-20"}}
STARTING = {"url": "/scheduler/startRun", "json": START}
OAUTH = {"snowflakeAuthType": "OAuth"}


def answered_by(response, service="coalesce"):
    """An httpx client over the transport, and a server that always gives this answer."""
    return httpx.Client(
        base_url="http://127.0.0.1",
        transport=ContractTransport(service, httpx.MockTransport(lambda _request: response)),
        headers=HEADERS,
    )


@pytest.mark.parametrize("contract", [CONTRACT, BARE])
def test_the_facts_hold_36_operations_and_every_reference_leads_somewhere(contract):
    assert len(OPERATIONS) == 36
    schemas = contract.facts["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", str(contract.facts))) == set(schemas)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    assert "x-beyond-seed" not in str(BARE.facts)


@pytest.mark.parametrize(
    ("method", "url", "body", "answer"),
    [
        ("GET", "/api/v1/environments?limit=5&detail=true", None, {"data": [ENVIRONMENT], "next": "abc"}),
        ("GET", "/api/v1/environments", None, {"data": []}),
        ("GET", "/api/v1/runs?runStatus=failed&environmentID=3", None, {"data": [RUN], "next": 41}),
        ("GET", "/api/v1/environments/3/nodes/a%2Fb", None, {"id": "a/b", "schema": "MARTS"}),
        ("GET", "/scheduler/runStatus?runCounter=42", None, {"runStatus": "waitingToRun"}),
        ("GET", "/api/v1/scheduler/runStatus?runCounter=42", None, {"runCounter": 42, "status": "failed"}),
        ("POST", "/api/v1/scheduler/startRun", START, {"runCounter": 1}),
        ("POST", "/scheduler/startRun", {**START, "userCredentials": OAUTH}, {"runCounter": 1}),
        ("POST", "/scheduler/startRun", {"environmentID": "3", "jobID": "7"}, {"runCounter": 1}),
        ("POST", "/scheduler/rerun", {"runCounter": 41}, {}),
        ("POST", "/scheduler/rerun", {"runDetails": {"runID": "41"}, "userCredentials": OAUTH}, {}),
        ("PUT", "/api/v1/users/u1/roles/environment/3", {"role": "a"}, {"scope": "environment"}),
    ],
)
def test_what_the_contract_has_passes(method, url, body, answer):
    with answered_by(httpx.Response(200, json=answer)) as client:
        assert client.request(method, url, json=body).json() == answer


@pytest.mark.parametrize("url", ["/scheduler/cancelRun", "/api/v1/scheduler/cancelRun"])
def test_an_answer_without_a_body_passes(url):
    with answered_by(httpx.Response(204)) as client:
        assert client.post(url, json={"runID": 42, "environmentID": "3"}).content == b""


@pytest.mark.parametrize(
    ("method", "request_", "complaint"),
    [
        ("GET", {"url": "/environments"}, "no operation"),
        ("GET", {"url": "/api/v2/environments"}, "no operation"),
        ("PATCH", {"url": "/api/v1/projects/1"}, "no operation"),
        ("GET", {"url": "/runs/1"}, "no operation"),
        ("GET", {"url": "/api/v1/environments/%33"}, "not quoted"),
        ("GET", {"url": "/api/v1/environments", "params": {"limit": 0}}, "limit"),
        ("GET", {"url": "/api/v1/environments", "params": {"orderByDirection": "up"}}, "orderByDirection"),
        ("GET", {"url": "/api/v1/environments", "params": {"after": "3"}}, "after"),
        ("GET", {"url": "/api/v1/runs", "params": {"runStatus": "success"}}, "runStatus"),
        ("GET", {"url": "/api/v1/runs?limit=1&limit=2"}, "twice"),
        ("GET", {"url": "/api/v1/runs", "headers": {"X-Api-Key": "a"}}, "x-api-key"),
        ("GET", {"url": "/api/v1/runs", "headers": {"Authorization": "Key canary"}}, "Bearer"),
        ("GET", {"url": "/api/v1/runs", "json": {}}, "no body"),
        ("POST", {"url": "/scheduler/startRun"}, "another body"),
        ("POST", STARTING | {"json": {**START, "environmentID": "3"}}, "startRun"),
        ("POST", STARTING | {"json": {"runDetails": {}}}, "environmentID"),
        ("POST", STARTING | {"json": {"environmentID": 3}}, "startRun"),
        ("POST", STARTING | {"json": {**START, "parameters": {"rows": 10}}}, "parameters"),
        (
            "POST",
            STARTING | {"json": {"runDetails": {"environmentID": "3", "parallelism": 0}}},
            "parallelism",
        ),
        ("POST", STARTING | {"json": {**START, "userCredentials": {"snowflakeUsername": "A"}}}, "startRun"),
        ("POST", STARTING | {"json": {**START, "userCredentials": OAUTH | {"token": "t"}}}, "startRun"),
        ("POST", {"url": "/scheduler/rerun", "json": {"runDetails": {"runID": 41}}}, "retryRun"),
        ("POST", {"url": "/scheduler/cancelRun", "json": {"runCounter": "42"}}, "runCounter"),
        (
            "POST",
            {"url": "/api/v1/environments", "json": {"name": "a", "oauthEnabled": True}},
            "oauthEnabled",
        ),
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
    ("response", "complaint"),
    [
        (httpx.Response(201, json=ENVIRONMENT), "201"),
        (httpx.Response(418, json={"error": "tea"}), "418"),
        (httpx.Response(200, text="{}"), "text/plain"),
        (httpx.Response(200), "answered"),
        (httpx.Response(204), "204"),
        (httpx.Response(200, json=ENVIRONMENT | {"colour": "red"}), "colour"),
        (httpx.Response(200, json=ENVIRONMENT | {"id": 3}), "id"),
        (httpx.Response(200, json=ENVIRONMENT | {"createdAt": "2026-09-01T08:00:00"}), "createdAt"),
        (httpx.Response(200, json=ENVIRONMENT | {"project": None}), "project"),
        (httpx.Response(404, json={"message": "gone"}), "404"),
        (httpx.Response(400, json={"error": {"errorString": "400: a", "more": "b"}}), "400"),
        (httpx.Response(400, json={"error": "a", "code": 400}), "400"),
    ],
)
def test_an_answer_outside_the_contract_is_told(response, complaint):
    with answered_by(response) as client, pytest.raises(ContractBrokenError, match=complaint):
        client.get("/api/v1/environments/3")


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("/api/v1/environments/3", ENVIRONMENT | {"updatedAt": "2026-09-01T08:00:00Z"}),
        ("/api/v1/environments/3", ENVIRONMENT | {"createdBy": {"id": "u1"}}),
        ("/api/v1/environments", {"data": [], "next": None, "total": 0}),
        ("/api/v1/environments", {"data": [], "next": 41}),
        ("/api/v1/runs/42", RUN | {"id": 42}),
        ("/api/v1/scheduler/runStatus?runCounter=42", {"runCounter": 42, "runStatus": "running"}),
    ],
)
def test_what_is_beyond_the_promise_passes_and_with_bare_does_not(url, answer):
    with answered_by(httpx.Response(200, json=answer)) as client:
        assert client.get(url).json() == answer
    with (
        answered_by(httpx.Response(200, json=answer), "coalesce --bare") as client,
        pytest.raises(ContractBrokenError),
    ):
        client.get(url)


@pytest.mark.parametrize("url", ["/scheduler/runStatus?runCounter=1", "/api/v1/workspaces/1/jobs"])
def test_with_bare_there_is_no_place_beyond_the_promise(url):
    with (
        answered_by(httpx.Response(200, json={}), "coalesce --bare") as client,
        pytest.raises(ContractBrokenError, match="no operation"),
    ):
        client.get(url)


@pytest.mark.parametrize("status", [404, 429, 503])
def test_with_bare_there_is_no_status_beyond_the_promise(status):
    told = httpx.Response(status, json={"error": "no", "code": "NO"})
    with (
        answered_by(told, "coalesce --bare") as client,
        pytest.raises(ContractBrokenError, match=str(status)),
    ):
        client.get("/api/v1/environments/3")


@pytest.mark.parametrize("status", [401, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("path", ["/api/v1/runs", "/scheduler/runStatus?runCounter=1"])
@pytest.mark.parametrize("empty", [False, True])
def test_a_service_in_trouble_answers_within_the_contract(status, path, empty, coalesce_sandbox):
    with asking(coalesce_sandbox) as knobs, asking(coalesce_sandbox, "coalesce") as client:
        ordered = {"status": status, "path": path.partition("?")[0], "empty": empty, "retry_after": "1"}
        assert knobs.post("/_sandbox/faults", json=ordered).status_code == 204
        answer = client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (status, "1")
        assert bool(answer.content) is not empty
        assert client.get(path).status_code in {200, 400}
