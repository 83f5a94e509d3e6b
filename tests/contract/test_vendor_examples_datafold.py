"""The client sends the vendor's requests in the vendor's form, and reads what the contract lets it answer."""

from __future__ import annotations

import json
from dataclasses import fields
from urllib.parse import parse_qsl

import pytest

from dataexplore.clients.datafold.data_sources import QueryResult
from dataexplore.clients.records import Record, Records
from tests.contract.answering import asked_of
from tests.contract.datafold_calls import call
from tests.contract.datafold_contract import OPERATIONS
from tests.contract.datafold_samples import SAMPLES, SEEDED, arguments

PLACES = {**SEEDED, "job_id": 17, "datadiff_id": 12, "id": 8, "run_id": 77, "bi_datasource_id": 2}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_client_sends_the_request_of_the_vendor_and_reads_its_answer(name):
    sample, expected = SAMPLES[name], arguments(name, PLACES)
    request, read = asked_of("datafold", sample["answer"], lambda ws: call(ws.datafold, name, PLACES))

    path, _, query = request.url.raw_path.decode().partition("?")
    assert (request.method, path) == (expected["method"], expected["url"])
    assert dict(parse_qsl(query)) == {key: str(value) for key, value in expected["params"].items()}
    assert (json.loads(request.content) if request.content else None) == sample.get("body")
    assert {key: request.headers.get(key) for key in expected["headers"]} == expected["headers"]
    check_read(read, sample["answer"])


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (
            lambda explore: explore.column_upstreams(1, 'db.my_schema."www.mysite.com visits"."visit.id"'),
            "columns/db.my_schema.%22www.mysite.com%20visits%22.%22visit.id%22/upstreams",
        ),
        (
            lambda explore: explore.table_upstreams(1, ("db", "my.schema", "www.mysite.com visits")),
            "tables/db.%22my.schema%22.%22www.mysite.com%20visits%22/upstreams",
        ),
        (
            lambda explore: explore.table_downstreams(1, ("Db", 'say "a/b"', "50%")),
            "tables/Db.%22say%20%22%22a%2Fb%22%22%22.50%25/downstreams",
        ),
    ],
)
def test_a_path_of_the_vendor_goes_out_as_one_segment_quoted_once(ask, path):
    request, _ = asked_of("datafold", [], lambda ws: ask(ws.datafold.explore))
    assert request.url.raw_path.decode().partition("?")[0] == f"/api/v1/explore/db/1/{path}"


def check_read(read, answer):
    """What a record has a field for is read, nothing is made up, and all is as it came in ``raw``."""
    match read:
        case int():
            assert [read] == list(answer.values())
        case QueryResult():
            assert read.table.column_names == [column["name"] for column in answer["columns"]]
            assert read.table.column(0).to_pylist() == [row["order_id"] for row in answer["rows"]]
        case Records():
            rows = (
                answer
                if isinstance(answer, list)
                else next(each for each in answer.values() if type(each) is list)
            )
            assert [each.raw for each in read] == rows
            for each in read:
                check_read(each, each.raw)
        case Record():
            assert read.raw == answer
            for name in ({field.name for field in fields(read)} - {"raw"}) & set(answer):
                assert (getattr(read, name) is None) == (answer[name] is None), name
