"""The transport that checks the contract must itself catch what breaks it."""

from __future__ import annotations

import httpx
import pytest

from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.breach import ContractBrokenError
from tests.contract.contract_transport import ContractTransport, contract_transport

STARTED = {"x-coginiti-execution-started-at": "2024-01-20T10:00:00.000000001Z"}
STATS = {"started_at": "2024-01-20T10:00:00.1Z", "finished_at": "2024-01-20T10:00:01Z", "duration_ms": 900}
RESULT = {"result": {"columns": [{"name": "one", "type": "INTEGER"}], "data": [[1]]}, "stats": STATS}
GOOD = httpx.Response(200, json=RESULT, headers=STARTED)
REQUEST = {"sql": "select 1 as one", "connection": {"name": "warehouse"}}
HEADERS = {"Authorization": "Bearer canary", "Accept": "application/json"}


def answered_by(response):
    """An httpx client over the transport, and a server that always gives this answer."""
    return httpx.Client(
        base_url="http://127.0.0.1",
        transport=ContractTransport("coginiti", httpx.MockTransport(lambda _request: response)),
        headers=HEADERS,
    )


def test_what_the_contract_has_passes():
    with answered_by(GOOD) as client:
        assert client.post("/api/v1/exec/sql", json=REQUEST).json() == RESULT


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        ({"url": "/api/v1/exec/sq"}, "no operation"),
        ({"method": "PUT"}, "no operation"),
        ({"params": {"limit": 1}}, "query parameters"),
        ({"headers": {"X-Api-Key": "a"}}, "x-api-key"),
        ({"headers": {"Authorization": "Key canary"}}, "Bearer"),
        ({"headers": {"Accept": "text/html"}}, "text/html"),
        ({"json": REQUEST | {"limit": 5}}, "limit"),
        ({"json": REQUEST | {"sql": ""}}, "sql"),
        ({"json": REQUEST | {"params": {"start": 1}}}, "start"),
        ({"json": REQUEST | {"connection": {"name": "a", "overrides": {"role": "b"}}}}, "role"),
        ({"json": {"sql": "select 1"}}, "connection"),
    ],
)
def test_a_request_outside_the_contract_is_refused_before_it_is_sent(request_, complaint):
    asked = {"method": "POST", "url": "/api/v1/exec/sql", "json": REQUEST} | request_
    with answered_by(GOOD) as client, pytest.raises(ContractBrokenError, match=complaint) as caught:
        client.request(**asked)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("response", "complaint"),
    [
        (httpx.Response(206, json=RESULT, headers=STARTED), "206"),
        (httpx.Response(409, json={"message": "Conflict"}), "409"),
        (httpx.Response(200, json=RESULT), "Started"),
        (httpx.Response(200, json=RESULT, headers={**STARTED, "content-type": "text/csv"}), "text/csv"),
        (httpx.Response(200, json=RESULT | {"more": 1}, headers=STARTED), "more"),
        (httpx.Response(200, json={"result": {"columns": [], "data": []}}, headers=STARTED), "stats"),
        (httpx.Response(404, json={"error": "gone"}), "not a Error"),
        (httpx.Response(500, text="down"), "text/plain"),
    ],
)
def test_an_answer_outside_the_contract_is_told(response, complaint):
    with answered_by(response) as client, pytest.raises(ContractBrokenError, match=complaint):
        client.post("/api/v1/exec/sql", json=REQUEST)


def test_an_arrow_body_streams_through_untouched(sandbox):
    transport = contract_transport("coginiti")
    arrived = set()
    profile = sandbox_profile(sandbox.url, sandbox.token)
    with Workspace(profile, transport=lambda _service: transport) as workspace:
        result = workspace.coginiti.sql(
            "select * from range(1000000)", on_progress=lambda rows, _size: arrived.add(rows)
        )
    assert len(result) == 1_000_000
    assert len(arrived) > 2
    assert transport.seen == {"execSql": 1}
