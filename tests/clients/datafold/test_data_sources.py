"""Data sources: listed, added, tested, asked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from dataexplore.errors import (
    DeadlineExceeded,
    InputError,
    Invalid,
    Malformed,
    OutcomeUnknown,
    ServerFault,
    TooLarge,
)
from dataexplore.secret import Secret
from dataexplore.settings import Limits
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import answer, reset, vanish

SOURCE = {
    "id": 12,
    "name": "Warehouse",
    "type": "duckdb",
    "accessible": True,
    "is_paused": False,
    "options": {"password": "hidden-by-the-service"},
    "last_test": {
        "tested_at": "2026-11-20T06:00:00Z",
        "results": [{"step": "connection", "status": "done", "result": {"code": "OK"}}],
    },
}
ROWS = {
    "columns": [{"name": "n", "db_type": "BIGINT"}, {"name": "d", "db_type": "DECIMAL(38,10)"}],
    "rows": [{"n": 9007199254740993, "d": "1.1000000000"}],
}
ONE = "/api/v1/data_sources/12"


def test_list_gives_every_source_and_no_settings_in_the_table(answered):
    """list_data_sources_api_v1_data_sources_get."""
    client = answered([SOURCE, {"name": "odd", "type": "not yet known"}])
    sources = client.data_sources.list()
    assert client.asked == ("GET", "/api/v1/data_sources", "")
    assert [source.type for source in sources] == ["duckdb", "not yet known"]
    assert "hidden-by-the-service" not in f"{sources!r} {sources[0]!r} {sources._repr_html_()}"
    assert sources[0].raw["options"] == SOURCE["options"]


def test_get_reads_one_with_its_last_test(answered):
    """get_data_source_api_v1_data_sources__data_source_id__get."""
    client = answered(SOURCE)
    source = client.data_sources.get(12)
    assert client.asked == ("GET", ONE, "")
    assert source.last_test.tested_at == dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
    assert source.last_test.results[0].result == {"code": "OK"}


def test_summary_is_id_name_and_kind(answered):
    """get_data_source_summary_api_v1_data_sources__data_source_id__summary_get."""
    client = answered({"id": 12, "name": "Warehouse", "type": "duckdb"})
    summary = client.data_sources.summary(12)
    assert client.asked == ("GET", f"{ONE}/summary", "")
    assert (summary.id, summary.name, summary.type) == (12, "Warehouse", "duckdb")


def test_types_tell_what_can_be_added(answered):
    """get_data_source_types_api_v1_data_sources_types_get."""
    kind = {
        "name": "DuckDB",
        "type": "duckdb",
        "features": ["x"],
        "configuration_schema": {"title": "DuckDB"},
    }
    client = answered([kind])
    (found,) = client.data_sources.types()
    assert client.asked == ("GET", "/api/v1/data_sources/types", "")
    assert (found.features, found.configuration_schema) == (("x",), {"title": "DuckDB"})


def test_create_reveals_a_secret_only_in_the_body(answered):
    """create_new_datasource_api_v1_data_sources_post."""
    client = answered(SOURCE)
    client.data_sources.create(
        name="Warehouse",
        type="duckdb",
        options={"path": "x.duckdb", "keys": [{"password": Secret("s3cret")}]},
        float_tolerance=0.1,
        hidden=None,
    )
    assert client.asked == ("POST", "/api/v1/data_sources", "")
    assert client.sent == {
        "name": "Warehouse",
        "type": "duckdb",
        "options": {"path": "x.duckdb", "keys": [{"password": "s3cret"}]},
        "float_tolerance": 0.1,
    }
    with pytest.raises(InputError, match=r"no option 'flat_tolerance'\. Did you mean 'float_tolerance'"):
        client.data_sources.create(name="a", type="b", flat_tolerance=1)


def test_a_secret_that_the_service_echoes_is_masked(answered):
    client = answered((422, {"detail": "The password s3cret-s3cret is too long."}))
    with pytest.raises(Invalid) as caught:
        client.data_sources.create(name="a", type="b", options={"password": Secret("s3cret-s3cret")})
    assert "s3cret" not in f"{caught.value} {vars(caught.value)} {caught.value.args}"
    assert caught.value.detail == "The password *** is too long."


def test_test_starts_a_job(answered):
    """test_data_source_api_v1_data_sources__data_source_id__test_post."""
    client = answered({"job_id": 900})
    assert client.data_sources.test(12) == 900
    assert client.asked == ("POST", f"{ONE}/test", "")
    for odd in ({}, {"job_id": None}, []):
        with pytest.raises(Malformed, match="no job_id"):
            answered(odd).data_sources.test(12)


def test_test_result_tells_the_steps(answered):
    """get_data_source_test_result_api_v1_data_sources_test__job_id__get."""
    client = answered({"id": 900, "status": "processing", "results": [{"step": "connection"}]})
    test = client.data_sources.test_result(900)
    assert client.asked == ("GET", "/api/v1/data_sources/test/900", "")
    assert (test.ended, test.results[0].step) == (False, "connection")


def test_wait_test_asks_until_it_ended(answered):
    client = answered(*[{"status": "processing"}] * 3, {"status": "failed", "results": []})
    assert client.data_sources.wait_test(900).status == "failed"
    assert len(client.requests) == 4
    with pytest.raises(DeadlineExceeded, match=r"goes on .*test_result\(900\)"):
        answered({"status": "a new word"}, clock=FakeClock()).data_sources.wait_test(900, deadline_s=5)


def test_query_gives_an_exact_table(answered):
    """execute_query_api_v1_data_sources__data_source_id__query_post."""
    client = answered(ROWS)
    result = client.data_sources.query(12, "select ?", params=["1"])
    assert client.asked == ("POST", f"{ONE}/query", "")
    assert client.sent == {"query": "select ?", "params": ["1"]}
    assert "x-stream-response" not in client.requests[-1].headers
    assert result.table.to_pylist() == [{"n": 2**53 + 1, "d": Decimal("1.1")}]
    assert (result.cut, result.notes) == (False, ())
    assert result.bytes > 100
    assert result.to_df()["n"].iloc[0] == 2**53 + 1


def test_query_asks_for_a_stream_and_reads_it_the_same(answered):
    client = answered(ROWS)
    seen = []
    result = client.data_sources.query(
        12, "select 1", stream=True, on_progress=lambda rows, size: seen.append((rows, size))
    )
    assert client.asked == ("POST", f"{ONE}/query", "stream=true")
    assert client.requests[-1].headers["x-stream-response"] == "true"
    assert client.sent == {"query": "select 1"}
    assert result.table.num_rows == 1
    assert seen[-1] == (1, result.bytes)


def test_query_stops_at_max_rows_and_at_the_limits(answered):
    many = {"rows": [{"a": each} for each in range(1000)]}
    result = answered(many).data_sources.query(12, "select 1", max_rows=10)
    assert (result.table.num_rows, result.cut) == (10, True)
    with pytest.raises(TooLarge) as caught:
        answered(many, limits=Limits(max_cells=10)).data_sources.query(12, "select 1")
    assert caught.value.operation == "execute_query_api_v1_data_sources__data_source_id__query_post"


def test_a_refused_query_carries_the_databases_words_and_an_empty_one_is_not_sent(answered):
    refusal = {"loc": ["body", "query"], "msg": "no such column: x", "type": "sql"}
    with pytest.raises(Invalid, match=r"body\.query: no such column: x"):
        answered((422, {"detail": [refusal]})).data_sources.query(12, "select x")
    client = answered(ROWS)
    with pytest.raises(InputError, match="no SQL"):
        client.data_sources.query(12, " \n")
    assert client.requests == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("headers", [(), ("Retry-After: 0",)])
def test_a_query_that_fails_is_sent_once(answered, serve, open_session, status, headers):
    """Case 7."""
    server = serve(answer(status, b"{}", *headers))
    client = answered(ROWS)
    client.data_sources._session = open_session(server, service="datafold", clock=FakeClock())
    with pytest.raises((ServerFault, OutcomeUnknown), match="may have been carried out"):
        client.data_sources.query(12, "insert into t values (1)")
    assert len(server.requests) == 1


@pytest.mark.parametrize("gone", [vanish, reset], ids=["FIN", "RST"])
def test_a_query_without_an_answer_is_sent_once(answered, serve, open_session, gone):
    """Case 7."""
    server = serve(gone)
    client = answered(ROWS)
    client.data_sources._session = open_session(server, service="datafold")
    with pytest.raises(OutcomeUnknown):
        client.data_sources.query(12, "select 1")
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"<html>login</html>", b"", b'{"rows": NaN}', b"[1]"])
def test_a_login_page_for_an_answer_is_malformed_everywhere(answered, body):
    """Case 17."""
    for call in (lambda sources: sources.query(1, "select 1"), lambda sources: sources.get(1)):
        with pytest.raises(Malformed) as caught:
            call(answered(body).data_sources)
        assert caught.value.service == "datafold"
