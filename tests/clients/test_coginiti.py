"""The Coginiti client against the sandbox, every request and answer checked by the contract transport."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pyarrow as pa
import pytest

from dataexplore.clients.coginiti import Asked, CoginitiClient, TestReport
from dataexplore.errors import AnswerError, InputError, Invalid, Malformed, NotFound, TooLarge, Unauthorized
from dataexplore.secret import Secret
from dataexplore.settings import Limits, sandbox_profile
from dataexplore.transport import Session
from tests.contract.contract_transport import contract_transport, contract_workspace

MIXED = """
    select 9007199254740993::bigint as whole, 18446744073709551615::ubigint as unsigned,
           1.10::decimal(38, 10) as money, 0.1::double as ratio, 'Zoë, "x"' as words, '' as empty,
           null::varchar as nothing, true as flag, date '9999-12-31' as day,
           timestamp '2026-03-29 02:30:00.000001' as moment, timestamptz '2026-03-29 02:30:00+01' as instant,
           'f47ac10b-58cc-4372-a567-0e02b2c3d479'::uuid as id, [1, null]::bigint[] as numbers,
           {'a': 1::bigint, 'b': 'x'} as pair
    union all by name select null::bigint as whole
"""
TYPES = {
    "whole": pa.int64(),
    "unsigned": pa.uint64(),
    "money": pa.decimal128(38, 10),
    "ratio": pa.float64(),
    "words": pa.string(),
    "empty": pa.string(),
    "nothing": pa.string(),
    "flag": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "instant": pa.timestamp("us", "UTC"),
    "id": pa.string(),
}
CHANNELS = "@Shared/Reports/Channels"


@pytest.fixture(scope="module")
def client(sandbox):
    with contract_workspace(sandbox) as workspace:
        yield workspace.coginiti.client


class Always(httpx.BaseTransport):
    """A server that gives the same answer to everything."""

    def __init__(self, body, content_type):
        self._body, self._content_type = body, content_type

    def handle_request(self, request):
        headers = {"content-type": self._content_type}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(self._body))


def answered_by(body, content_type="application/json"):
    settings = sandbox_profile("http://127.0.0.1", Secret("canary")).services["coginiti"]
    return CoginitiClient(Session(settings, Secret("canary"), transport=Always(body, content_type)), Limits())


def running(sandbox):
    """What the sandbox runs now."""
    headers = {"Authorization": f"Bearer {sandbox.token.reveal()}"}
    return httpx.get(f"{sandbox.url}/_sandbox/queries", headers=headers, trust_env=False).json()["data"]


def values(table):
    """The rows; every zone name of UTC is the same one."""
    rows = table.to_pylist()
    for row in rows:
        if row["instant"] is not None:
            row["instant"] = row["instant"].astimezone(UTC)
        row["id"] = row["id"] and str(row["id"])
    return rows


def test_exec_sql_gives_the_same_values_as_arrow_as_json_and_as_csv(client):
    forms = {
        "arrow": client.exec_sql(MIXED, connection="warehouse", asked=Asked(format="arrow")),
        "json": client.exec_sql(MIXED, connection="warehouse", asked=Asked(format="json")),
        "csv": client.exec_sql(MIXED, connection="warehouse", asked=Asked(format="csv", types=TYPES)),
    }
    expected = values(forms["arrow"].table)
    assert expected[0]["whole"] == 2**53 + 1
    assert expected[0]["money"] == Decimal("1.1000000000")
    assert expected[0]["instant"] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert (expected[0]["empty"], expected[0]["nothing"]) == ("", None)
    assert values(forms["json"].table) == expected
    flat = [name for name in TYPES if name in forms["csv"].table.column_names]
    assert flat == list(TYPES)
    from_csv = values(forms["csv"].table)
    assert [[row[name] for name in flat] for row in from_csv] == [
        [row[name] for name in flat] for row in expected
    ]


@pytest.mark.parametrize(
    ("format_", "content_type"),
    [("arrow", "application/vnd.apache.arrow.stream"), ("json", "application/json"), ("csv", "text/csv")],
)
def test_exec_sql_asks_for_a_form_and_says_which_one_came(format_, content_type, client):
    execution = client.exec_sql("select 1 as one", connection="warehouse", asked=Asked(format=format_))
    assert execution.content_type == content_type
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", execution.started_at)
    assert execution.bytes > 0
    assert not execution.cut


def test_json_and_arrow_declare_the_same_types(client):
    asked = (Asked(format="json"), Asked(format="arrow"))
    json_, arrow = (client.exec_sql(MIXED, connection="warehouse", asked=each).table.schema for each in asked)
    for name in ("whole", "unsigned", "money", "ratio", "words", "flag", "day", "moment"):
        assert json_.field(name).type == arrow.field(name).type, name


def test_database_and_schema_override_those_of_the_connection(client):
    where = {"database": "warehouse", "schema": "marts"}
    found = client.exec_sql("select count(*) from fact_orders", connection="warehouse", overrides=where)
    assert found.table.column(0)[0].as_py() > 0
    with pytest.raises(Invalid, match="fact_orders"):
        client.exec_sql("select count(*) from fact_orders", connection="warehouse")


def test_params_are_put_in_by_the_server(client):
    execution = client.exec_sql(
        "select $word as word, $number + 1 as number, $list as list",
        connection="warehouse",
        params={"$word": "O'Hara; --", "$number": 41, "$list": ["a", "b"]},
    )
    assert execution.table.to_pylist() == [{"word": "O'Hara; --", "number": 42, "list": ["a", "b"]}]


def test_an_unknown_connection_is_named_in_the_error(client):
    with pytest.raises(NotFound, match="Connection not found: nowhere") as caught:
        client.exec_sql("select 1", connection="nowhere")
    assert (caught.value.status, caught.value.service, caught.value.operation) == (404, "coginiti", "execSql")


def test_a_connection_that_cannot_reach_its_database_says_so_in_the_databases_words(client):
    with pytest.raises(Invalid, match="Failed to connect") as caught:
        client.exec_sql("select 1", connection="broken")
    assert caught.value.status == 422


def test_a_refused_statement_carries_the_databases_own_text(client):
    with pytest.raises(Invalid) as caught:
        client.exec_sql("select ordr_date from marts.fact_orders", connection="warehouse")
    assert 'Referenced column "ordr_date" not found' in caught.value.detail
    assert "LINE 1" in caught.value.detail


def test_a_connection_that_only_reads_refuses_to_write(client):
    with pytest.raises(Invalid, match=r"(?i)read.only"):
        client.exec_sql("create table t as select 1", connection="readonly")


def test_exec_script_takes_params_and_gives_its_result_set(client):
    execution = client.exec_script(
        "@Shared/Reports/Best customers", connection="warehouse", params={"country": "DE", "count": 2}
    )
    assert execution.table.num_rows <= 2
    assert execution.table.column_names[0] == "customer_id"
    since = client.exec_script(
        "@Shared/Reports/Revenue by day", connection="warehouse", params={"start_date": "2025-06-01"}
    )
    assert min(since.table.column("order_date").to_pylist()) >= date(2025, 6, 1)


def test_exec_script_of_a_missing_path_names_it(client):
    with pytest.raises(NotFound, match="Path not found: @Shared/Nothing here"):
        client.exec_script("@Shared/Nothing here", connection="warehouse")


def test_exec_block_takes_scalars_lists_and_maps(client):
    scalar = client.exec_block(
        CHANNELS, "CustomersWithEmailDomain", connection="warehouse", args={"domain": "inbox.example"}
    )
    assert all(email.endswith("@inbox.example") for email in scalar.table.column("email").to_pylist())
    several = client.exec_block(
        CHANNELS, "RevenueOf", connection="warehouse", args={"channels": ["web", "app"]}
    )
    assert set(several.table.column("channel").to_pylist()) == {"web", "app"}
    mapped = client.exec_block(
        CHANNELS, "PaymentFees", connection="warehouse", args={"fees": {"credit_card": 0.25}}
    )
    assert mapped.table.column_names == ["payment_method", "amount", "fee"]


def test_exec_block_of_a_missing_block_names_it(client):
    with pytest.raises(NotFound, match="Block not found: Nothing"):
        client.exec_block(CHANNELS, "Nothing", connection="warehouse")


@pytest.mark.parametrize("format_", ["arrow", "json", "csv"])
def test_failed_tests_come_with_status_200_and_are_failed_all_the_same(format_, client):
    report = client.exec_script("@Shared/Checks/Nightly", connection="warehouse", asked=Asked(format=format_))
    assert isinstance(report, TestReport)
    assert not report.ok
    assert [case.test_name for case in report.failed] == ["TestNoPaymentEverFails"]
    assert "1 failed" in repr(report)
    assert list(report.to_df()["status"]) == [case.status for case in report.tests]


def test_a_passed_test_block_is_ok(client):
    report = client.exec_block("@Shared/Checks", "TestOrderIdIsUnique", connection="warehouse")
    assert report.ok
    assert report.tests[0].passed


def test_a_reports_texts_are_escaped():
    report = TestReport({"tests": [{"test_name": "<b>a", "status": "<i>", "message": "<img onerror=x>"}]})
    page = report._repr_html_()
    assert not re.search(r"<(b|i|img)\b", page)
    assert not report.ok


@pytest.mark.parametrize(
    "raw",
    [
        {"tests": []},
        {"tests": [{}], "stats": None},
        {"tests": [{"status": "PASSED", "duration_ms": None}], "stats": []},
        {"tests": [{"status": "Passed"}], "stats": {"failed": None}},
        {"tests": [{"status": "SKIPPED", "more": 1}, "not a test"], "stats": {"failed": "?"}},
    ],
)
def test_a_report_with_missing_or_strange_fields_is_readable(raw):
    report = TestReport(raw)
    assert isinstance(report.ok, bool)
    assert report.raw is raw
    assert report._repr_html_()
    assert len(report.to_df()) == len(report.tests)


def test_a_count_of_failures_is_believed_over_the_statuses():
    assert not TestReport({"tests": [{"status": "PASSED"}], "stats": {"failed": 1}}).ok


@pytest.mark.parametrize("format_", ["arrow", "json", "csv"])
def test_max_rows_cuts_and_says_so(format_, client):
    asked = Asked(format=format_, max_rows=5)
    execution = client.exec_sql("select * from range(10)", connection="warehouse", asked=asked)
    assert (execution.table.num_rows, execution.cut) == (5, True)
    execution = client.exec_sql("select * from range(5)", connection="warehouse", asked=asked)
    assert (execution.table.num_rows, execution.cut) == (5, False)


def test_a_cut_at_max_rows_closes_the_connection_so_that_the_server_stops(client, sandbox):
    sql = "select range, md5(range::varchar) from range(20000000000)"
    execution = client.exec_sql(sql, connection="warehouse", asked=Asked(max_rows=3))
    assert (execution.table.num_rows, execution.cut) == (3, True)
    end = time.monotonic() + 3
    while running(sandbox):
        assert time.monotonic() < end, "the sandbox still runs a query nobody reads"
        time.sleep(0.05)


def test_sql_without_a_statement_is_not_sent(client):
    with pytest.raises(InputError, match="no SQL"):
        client.exec_sql(" \n ", connection="warehouse")


@pytest.mark.parametrize(
    "path", ["@Personal/../Shared/x", "@Shared//x", "@Shared/%2e%2e/x", "a\\b", "@Shared/x/"]
)
def test_a_path_that_would_become_another_one_is_not_sent(path, client):
    with pytest.raises(InputError):
        client.exec_script(path, connection="warehouse")
    with pytest.raises(InputError):
        client.exec_block(path, "A", connection="warehouse")


def test_a_wrong_token_is_unauthorized_and_not_shown(sandbox):
    settings = sandbox_profile(sandbox.url, Secret("canary-token")).services["coginiti"]
    session = Session(settings, Secret("canary-token"), transport=contract_transport("coginiti"))
    with pytest.raises(Unauthorized) as caught:
        CoginitiClient(session, Limits()).exec_sql("select 1", connection="warehouse")
    session.close()
    assert "canary" not in f"{caught.value} {caught.value!r} {vars(caught.value)}"


@pytest.mark.parametrize(
    "answer",
    [
        (b"<html><script>login()</script></html>", "text/html"),
        (b'{"message": "Please log in"}',),
        (b"",),
        (b"[]",),
        (b'{"result": NaN}',),
        (b'{"result": {"columns": {}, "data": []}}',),
        (b'{"result": {"columns": [{"name": "a", "type": "INTEGER"}], "data": [[1, 2]]}}',),
        (b"a,b\r\n1\r\n", "text/csv"),
        (b"", "application/vnd.apache.arrow.stream"),
        (b"<html>", "application/vnd.apache.arrow.stream"),
    ],
)
def test_an_answer_that_is_no_result_cannot_be_trusted(answer):
    with pytest.raises(AnswerError) as caught:
        answered_by(*answer).exec_sql("select 1", connection="warehouse")
    assert caught.value.service == "coginiti"
    assert caught.value.operation == "execSql"
    assert len(str(caught.value)) < 400


def test_a_test_report_to_plain_sql_is_malformed():
    client = answered_by(b'{"tests": [{"status": "PASSED"}]}')
    with pytest.raises(Malformed, match="test report"):
        client.exec_sql("select 1", connection="warehouse")


@pytest.mark.parametrize("format_", ["json", "csv"])
def test_an_answer_over_the_limit_is_refused(format_, sandbox):
    profile = sandbox_profile(sandbox.url, sandbox.token)
    session = Session(profile.services["coginiti"], sandbox.token, transport=contract_transport("coginiti"))
    client = CoginitiClient(session, Limits(max_bytes=10_000))
    with pytest.raises(TooLarge, match="10,000 bytes"):
        client.exec_sql("select * from range(100000)", connection="warehouse", asked=Asked(format=format_))
    session.close()


def test_progress_counts_up_to_what_came(client):
    seen = []
    asked = Asked(on_progress=lambda rows, size: seen.append((rows, size)))
    execution = client.exec_sql("select * from range(500000)", connection="warehouse", asked=asked)
    assert seen == sorted(seen)
    assert seen[-1][0] == execution.table.num_rows
