"""The three forms of a result, value by value."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from decimal import Decimal

import pyarrow as pa
import pytest

from dataexplore.sandbox.formats import choose, stamp

ARROW = "application/vnd.apache.arrow.stream"


def arrow(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == ARROW
    table = pa.ipc.open_stream(io.BytesIO(answer.content)).read_all()
    table.validate(full=True)
    return table


# SQL, the database's name of its type, JSON text, CSV text.
VALUES = [
    ("1::tinyint", "TINYINT", "1", "1"),
    ("-9223372036854775808", "BIGINT", "-9223372036854775808", "-9223372036854775808"),
    ("9007199254740993", "BIGINT", "9007199254740993", "9007199254740993"),
    ("18446744073709551615::ubigint", "UBIGINT", "18446744073709551615", "18446744073709551615"),
    ("(2::hugeint ** 100)::hugeint", "HUGEINT", str(2**100), str(2**100)),
    ("170141183460469231731687303715884105727", "HUGEINT", str(2**127 - 1), str(2**127 - 1)),
    ("340282366920938463463374607431768211455::uhugeint", "UHUGEINT", str(2**128 - 1), str(2**128 - 1)),
    ("15230.50::decimal(18,2)", "DECIMAL(18,2)", "15230.50", "15230.50"),
    ("0.0000000001::decimal(38,10)", "DECIMAL(38,10)", "0.0000000001", "0.0000000001"),
    ("0::decimal(38,10)", "DECIMAL(38,10)", "0.0000000000", "0.0000000000"),
    ("('9' || repeat('9', 37))::decimal(38,0)", "DECIMAL(38,0)", "9" * 38, "9" * 38),
    ("0.1::double", "DOUBLE", "0.1", "0.1"),
    ("0.1::float", "FLOAT", "0.1", "0.1"),
    ("-0.0::double", "DOUBLE", "-0.0", "-0.0"),
    ("1e300", "DOUBLE", "1e+300", "1e+300"),
    ("'nan'::double", "DOUBLE", '"NaN"', "NaN"),
    ("'-inf'::float", "FLOAT", '"-Infinity"', "-Infinity"),
    ("true", "BOOLEAN", "true", "true"),
    ("null", "NULL", "null", ""),
    ("''", "VARCHAR", '""', '""'),
    ("'null'", "VARCHAR", '"null"', "null"),
    ("'a,b'", "VARCHAR", '"a,b"', '"a,b"'),
    ("'a\"b'", "VARCHAR", '"a\\"b"', '"a""b"'),
    ("'a' || chr(13) || chr(10) || 'b'", "VARCHAR", '"a\\r\\nb"', '"a\r\nb"'),
    ("'🙂é' || chr(0)", "VARCHAR", '"🙂é\\u0000"', "🙂é\0"),
    ("date '0001-01-01'", "DATE", '"0001-01-01"', "0001-01-01"),
    ("date '9999-12-31'", "DATE", '"9999-12-31"', "9999-12-31"),
    ("'infinity'::date", "DATE", '"infinity"', "infinity"),
    ("'-infinity'::timestamp", "TIMESTAMP", '"-infinity"', "-infinity"),
    ("time '10:11:12.5'", "TIME", '"10:11:12.500000"', "10:11:12.500000"),
    ("timetz '10:11:12+02'", "TIME WITH TIME ZONE", '"10:11:12+02"', "10:11:12+02"),
    (
        "timestamp '2024-01-01 10:00:00'",
        "TIMESTAMP",
        '"2024-01-01T10:00:00.000000"',
        "2024-01-01T10:00:00.000000",
    ),
    (
        "timestamp_ns '2024-01-01 10:00:00.123456789'",
        "TIMESTAMP_NS",
        '"2024-01-01T10:00:00.123456789"',
        "2024-01-01T10:00:00.123456789",
    ),
    (
        "timestamptz '2024-01-01 10:00:00+02'",
        "TIMESTAMP WITH TIME ZONE",
        '"2024-01-01T08:00:00.000000Z"',
        "2024-01-01T08:00:00.000000Z",
    ),
    ("interval '1 month 2 days 3.5 seconds'", "INTERVAL", '"P1M2DT3.5S"', "P1M2DT3.5S"),
    ("interval '-3.25 seconds'", "INTERVAL", '"P0M0DT-3.25S"', "P0M0DT-3.25S"),
    ("interval '2 days'", "INTERVAL", '"P0M2D"', "P0M2D"),
    ("'\\xAA\\x00'::blob", "BLOB", f'"{base64.b64encode(bytes([0xAA, 0])).decode()}"', "qgA="),
    ("'0101'::bit", "BIT", '"0101"', "0101"),
    ("'ok'::enum('sad', 'ok')", "ENUM('sad', 'ok')", '"ok"', "ok"),
    ("'{\"a\": 1}'::json", "JSON", '"{\\"a\\": 1}"', '"{""a"": 1}"'),
    ("[1, null]", "INTEGER[]", "[1,null]", '"[1,null]"'),
    ("[[1], null, []]", "INTEGER[][]", "[[1],null,[]]", '"[[1],null,[]]"'),
    ("array_value(1, 2)", "INTEGER[2]", "[1,2]", '"[1,2]"'),
    (
        "{'a': 1, 'b': ['x']}",
        "STRUCT(a INTEGER, b VARCHAR[])",
        '{"a":1,"b":["x"]}',
        '"{""a"":1,""b"":[""x""]}"',
    ),
    ("map {'k': 1.50}", "MAP(VARCHAR, DECIMAL(3,2))", '{"k":1.50}', '"{""k"":1.50}"'),
    ("map {1: null}", 'MAP(INTEGER, "NULL")', '{"1":null}', '"{""1"":null}"'),
]


@pytest.mark.parametrize(("sql", "kind", "as_json", "as_csv"), VALUES, ids=[value[0] for value in VALUES])
def test_every_type_is_exact_in_json_and_csv(ask, sql, kind, as_json, as_csv):
    answer = ask(f"select {sql} as v")
    assert answer.status_code == 200, answer.text
    assert answer.json()["result"]["columns"] == [{"name": "v", "type": kind}]
    assert f'"data": [\n[{as_json}]\n]' in answer.text
    answer = ask(f"select {sql} as v", accept="text/csv")
    assert answer.content.decode() == f"v\r\n{as_csv}\r\n"


def test_arrow_keeps_types(ask):
    table = arrow(
        ask(
            "select 9007199254740993 as i, 1.50::decimal(18,2) as d, '2024-01-01 10:00+02'::timestamptz as z,"
            " [{'a': 1}] as n, '0101'::bit as b, 340282366920938463463374607431768211455::uhugeint as u,"
            " 'ok'::enum('ok') as e, (2::hugeint ** 100)::hugeint as h",
            accept=ARROW,
        )
    )
    assert table.schema.field("d").type == pa.decimal128(18, 2)
    assert table.schema.field("z").type == pa.timestamp("us", "UTC")
    assert table.drop_columns("z").to_pylist() == [
        {
            "i": 9007199254740993,
            "d": Decimal("1.50"),
            "n": [{"a": 1}],
            "b": "0101",
            "u": str(2**128 - 1),
            "e": "ok",
            "h": Decimal(2**100),
        }
    ]


def test_a_hugeint_of_39_digits_gets_a_decimal_that_holds_it(ask):
    sql = "select unnest([170141183460469231731687303715884105727, null, -1]) as v, 1::hugeint as w"
    table = arrow(ask(sql, accept=ARROW))
    assert table.schema.types == [pa.decimal256(39, 0), pa.decimal128(38, 0)]
    assert table["v"].to_pylist() == [Decimal(2**127 - 1), None, Decimal(-1)]


@pytest.mark.parametrize("value", ["[{}]", "{{'a': {}}}"])
def test_a_nested_hugeint_of_39_digits_is_an_error_and_not_a_wrong_number(ask, value):
    answer = ask(f"select {value.format(2**127 - 1)} as v", accept=ARROW)
    assert answer.status_code == 422
    assert "cast it to VARCHAR" in answer.json()["detail"]


def test_order_survives_columns_that_travel_as_text(rows):
    sql = "select i, i::bigint::varchar::bignum as b from range(100_000) t(i) order by i desc"
    assert [row[0] for row in rows(sql)] == list(range(99_999, -1, -1))


def test_duplicate_and_odd_column_names_are_kept(ask):
    sql = 'select 1 as a, 2 as a, 3 as "A", 4 as "x, ""y""", 5 as "é🙂"'
    names = ["a", "a", "A", 'x, "y"', "é🙂"]
    assert [column["name"] for column in ask(sql).json()["result"]["columns"]] == names
    assert next(csv.reader(io.StringIO(ask(sql, accept="text/csv").text))) == names
    assert arrow(ask(sql, accept=ARROW)).column_names == names


@pytest.mark.parametrize("schema", ["samples"])
def test_every_sample_table_comes_in_every_form(ask, rows, schema):
    tables = [
        row[0] for row in rows(f"select table_name from duckdb_tables() where schema_name = '{schema}'")
    ]
    assert tables
    for table in tables:
        sql = f'select * from {schema}."{table}"'
        data = ask(sql).json()["result"]
        lines = list(csv.reader(io.StringIO(ask(sql, accept="text/csv").content.decode(), newline="")))
        in_arrow = arrow(ask(sql, accept=ARROW))
        assert lines[0] == in_arrow.column_names == [column["name"] for column in data["columns"]]
        assert len(lines) - 1 == in_arrow.num_rows == len(data["data"])


def test_nested_values_keep_their_place_over_many_batches(rows):
    values = "[map {'k' || i: i}] as m, [i, i + 1] as l, {'a': i} as s, array_value(i, i) as f"
    sql = f"select {values} from range(9000) t(i)"
    for i, row in enumerate(rows(sql)):
        assert row == [[{f"k{i}": i}], [i, i + 1], {"a": i}, [i, i]]


def test_json_is_valid_for_no_rows_and_for_no_result_set(ask):
    assert ask("select 1 as a where false").json()["result"] == {
        "columns": [{"name": "a", "type": "INTEGER"}],
        "data": [],
    }
    assert ask("set variable x = 1").json()["result"]["data"] == []


def test_json_tells_when_it_ran(ask):
    answer = ask("select sleep_ms(50)")
    stats = answer.json()["stats"]
    assert 50 <= stats["duration_ms"] < 5000
    assert answer.headers["x-coginiti-execution-started-at"] == stats["started_at"] < stats["finished_at"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", stats["started_at"])


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("image/png", "application/json"),
        ("text/*", "text/csv"),
        ("application/*", "application/json"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        (f"{ARROW}, application/json", ARROW),
        (f"application/json, {ARROW}", "application/json"),
        (f"application/json;q=0.5, {ARROW};q=0.9, text/csv;q=0.1", ARROW),
        (f"application/json; q=1, {ARROW};q=0", "application/json"),
        (f"{ARROW};q=bad, text/csv", "text/csv"),
        ("text/csv;q=0", "application/json"),
    ],
)
def test_accept_is_honoured(accept, media):
    assert choose(accept) == media


def test_the_form_follows_the_accept_header(ask):
    for accept in ("application/json", "text/csv", ARROW):
        assert ask("select 1", accept=accept).headers["content-type"] == accept
    assert ask("select 1", accept="image/png").headers["content-type"] == "application/json"


def test_a_stamp_has_nanoseconds():
    assert stamp(1_705_744_801_250_000_007) == "2024-01-20T10:00:01.250000007Z"


def test_errors_are_json_whatever_was_accepted(ask):
    for accept in ("text/csv", ARROW):
        answer = ask("selec", accept=accept)
        assert answer.headers["content-type"] == "application/json"
        assert json.loads(answer.text)["message"] == "Unprocessable Entity"
