"""Datafold's side of the transport that checks the contract must itself catch what breaks it."""

from __future__ import annotations

import re

import httpx
import pytest
from jsonschema import Draft202012Validator

from dataexplore.clients.datafold import DatafoldClient
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.breach import ContractBrokenError
from tests.contract.contract_transport import ContractTransport, contract_transport
from tests.contract.datafold_contract import CONTRACT, OPERATIONS

HEADERS = {"Authorization": "Key canary", "Accept": "application/json"}
EXPLORE = "/api/v1/explore/db/1"
TABLE = [{"type": "Table", "name": "orders", "path": ["w", "raw", "orders"], "columns": [{"name": "id"}]}]
DIFF = {"data_source1_id": 1, "data_source2_id": 1, "table1": ["a"], "table2": ["b"], "pk_columns": ["id"]}


def answered_by(response):
    """An httpx client over the transport, and a server that always gives this answer."""
    return httpx.Client(
        base_url="http://127.0.0.1",
        transport=ContractTransport("datafold", httpx.MockTransport(lambda _request: response)),
        headers=HEADERS,
    )


def test_the_facts_hold_42_operations_and_every_reference_leads_somewhere():
    assert len(OPERATIONS) == 42
    schemas = CONTRACT.facts["components"]["schemas"]
    told = set(re.findall(r"#/components/schemas/(\w+)", str(CONTRACT.facts)))
    assert told == set(schemas)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/api/v1/data_sources/types", "get_data_source_types_api_v1_data_sources_types_get"),
        ("GET", "/api/v1/data_sources/7", "get_data_source_api_v1_data_sources__data_source_id__get"),
        ("POST", "/api/v1/ci/1/trigger", "trigger_ci_api_v1_ci__ci_config_id__trigger_post"),
        ("POST", "/api/v1/ci/1/214", "upload_changes_api_v1_ci__ci_config_id___pr_num__post"),
        ("POST", "/api/v1/lineage/bi/dbt/", "create_dbt_integration_api_v1_lineage_bi_dbt__post"),
    ],
)
def test_a_fixed_segment_goes_before_a_value(method, path, name):
    assert CONTRACT.operation_of(httpx.Request(method, f"http://127.0.0.1{path}")) == name


@pytest.mark.parametrize(
    ("method", "url", "body", "answer"),
    [
        ("GET", f"{EXPLORE}/tables/w.raw.orders/upstreams?max_depth=99", None, TABLE),
        ("GET", f"{EXPLORE}/tables/w.%22my.raw%22.%22a%22%22b%2Fc%22/upstreams", None, []),
        ("GET", f"{EXPLORE}/columns/w.raw.orders.id/downstreams?include_tabular_nodes=false", None, TABLE),
        ("GET", "/api/v1/audit_logs", {"start_date": "2026-01-01T00:00:00Z"}, {"logs": []}),
        ("GET", "/api/v1/audit_logs", None, {"logs": []}),
        ("GET", "/api/v1/ci/1/runs?pr_num=214&limit=1000", None, []),
        ("PATCH", "/api/v1/datadiffs/7", {"archived": True}, {"id": 7}),
        ("POST", "/api/v1/datadiffs", DIFF, {**DIFF, "kind": "in_db", "status": "waiting"}),
    ],
)
def test_what_the_contract_has_passes(method, url, body, answer):
    with answered_by(httpx.Response(200, json=answer)) as client:
        assert client.request(method, url, json=body).json() == answer


@pytest.mark.parametrize(
    ("method", "request_", "complaint"),
    [
        ("GET", {"url": "/api/v1/datadiff"}, "no operation"),
        ("DELETE", {"url": "/api/v1/datadiffs/7"}, "no operation"),
        ("GET", {"url": "/api/v1/lineage/bi"}, "no operation"),
        ("GET", {"url": f"{EXPLORE}/tables/w.raw/x/upstreams"}, "no operation"),
        ("GET", {"url": f"{EXPLORE}/tables/%77.raw/upstreams"}, "not quoted"),
        ("GET", {"url": f"{EXPLORE}/tables/w.%2522a.b%2522/upstreams"}, "quoted twice"),
        ("GET", {"url": f"{EXPLORE}/tables/w.%22a.b/upstreams"}, "no dotted path"),
        ("GET", {"url": f"{EXPLORE}/tables/w..b/upstreams"}, "no dotted path"),
        ("GET", {"url": "/api/v1/explore/db/0/tables/w/upstreams"}, "data_connection_id"),
        ("GET", {"url": "/api/v1/datadiffs/x7"}, "datadiff_id"),
        ("GET", {"url": f"{EXPLORE}/tables/w/upstreams", "params": {"max_depth": 100}}, "max_depth"),
        ("GET", {"url": f"{EXPLORE}/tables/w/upstreams", "params": {"depth": 1}}, "depth"),
        ("GET", {"url": "/api/v1/monitors?page=1&page=2"}, "twice"),
        ("GET", {"url": "/api/v1/monitors/1/runs?start_time=yesterday"}, "start_time"),
        ("GET", {"url": "/api/v1/monitors", "headers": {"X-Api-Key": "a"}}, "x-api-key"),
        ("GET", {"url": "/api/v1/monitors", "headers": {"Authorization": "Bearer canary"}}, "Key"),
        ("GET", {"url": "/api/v1/monitors", "json": {}}, "no body"),
        ("POST", {"url": "/api/v1/datadiffs"}, "another body"),
        ("POST", {"url": "/api/v1/datadiffs", "json": DIFF | {"table3": ["c"]}}, "table3"),
        ("POST", {"url": "/api/v1/datadiffs", "json": DIFF | {"pk_columns": [1]}}, "pk_columns"),
        ("POST", {"url": "/api/v1/lineage/bi/mode/", "json": {"token": "a"}}, "password"),
    ],
)
def test_a_request_outside_the_contract_is_refused_before_it_is_sent(method, request_, complaint):
    with (
        answered_by(httpx.Response(200, json=[])) as client,
        pytest.raises(ContractBrokenError, match=complaint) as caught,
    ):
        client.request(method, **request_)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("response", "complaint"),
    [
        (httpx.Response(201, json=TABLE), "201"),
        (httpx.Response(500, json={"detail": "down"}), "500"),
        (httpx.Response(200, text="[]"), "text/plain"),
        (httpx.Response(200, json=[TABLE[0] | {"depth": 1}]), "depth"),
        (httpx.Response(200, json=[{"type": "Table"}]), "required"),
        (httpx.Response(404, json={"message": "gone"}), "404"),
        (httpx.Response(422, json={"detail": "no"}), "422"),
        (
            httpx.Response(422, json={"detail": [{"loc": ["path"], "msg": "no", "type": "x", "ctx": {}}]}),
            "ctx",
        ),
    ],
)
def test_an_answer_outside_the_contract_is_told(response, complaint):
    with answered_by(response) as client, pytest.raises(ContractBrokenError, match=complaint):
        client.get(f"{EXPLORE}/tables/w.raw.orders/upstreams")


def test_streamed_rows_of_the_sandbox_pass_as_they_come(sandbox):
    transport, arrived = contract_transport("datafold"), set()
    profile = sandbox_profile(sandbox.url, sandbox.token)
    with Workspace(profile, transport=lambda _service: transport) as workspace:
        client = DatafoldClient(workspace.session("datafold"), profile.limits)
        result = client.data_sources.query(
            1,
            "select range as n from range(50000)",
            stream=True,
            on_progress=lambda rows, _size: arrived.add(rows),
        )
    assert result.table.num_rows == 50_000
    assert len(arrived) > 2


def test_a_streamed_answer_passes_as_it_comes():
    taken = []

    class Rows(httpx.SyncByteStream):
        def __iter__(self):
            yield b'{"columns": null, "rows": [{"n": 1}'
            assert taken, "the first piece was held back"
            yield b', {"n": 2}]}'

    response = httpx.Response(200, headers={"content-type": "application/json"}, stream=Rows())
    with (
        answered_by(response) as client,
        client.stream(
            "POST",
            "/api/v1/data_sources/1/query?stream=true",
            json={"query": "select 1"},
            headers={"X-Stream-Response": "true"},
        ) as answer,
    ):
        taken.extend(answer.iter_raw())
    assert len(taken) == 2
