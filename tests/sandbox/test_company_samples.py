"""The samples hold the values that break tools."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from dataexplore.sandbox.company import build


@pytest.fixture(scope="module")
def samples():
    with duckdb.connect() as connection:
        build(connection, scale=0.01, seed=1)
        connection.execute("use samples")
        yield connection


def list_columns(connection, table):
    return dict(connection.execute(f"select column_name, column_type from (describe {table})").fetchall())


def list_values(connection, column, table="all_types"):
    rows = connection.execute(f'select "{column}" from {table} order by all').fetchall()
    return [value for (value,) in rows]


def test_all_types_has_a_few_dozen_rows_and_every_type(samples):
    assert 24 <= len(list_values(samples, "row_id")) <= 48
    types = set(list_columns(samples, "all_types").values())
    assert types >= {
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE",
        "DECIMAL(38,10)", "DECIMAL(38,0)", "DECIMAL(18,2)", "VARCHAR", "DATE", "TIME", "INTERVAL", "UUID",
        "BLOB",
        "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "BIGINT[]",
        "VARCHAR[][]", "INTEGER[3]", "STRUCT(a BIGINT, b VARCHAR)", "MAP(VARCHAR, INTEGER)", "JSON",
    }  # fmt: skip
    assert any(kind.startswith("ENUM") for kind in types)
    assert any(kind.startswith("STRUCT") and kind.endswith("[]") for kind in types)


def test_every_column_of_all_types_has_nulls_and_all_but_one_have_values(samples):
    columns = list(list_columns(samples, "all_types"))
    counts = samples.execute(
        f"select {', '.join(f'count({name})' for name in columns)} from all_types"
    ).fetchone()
    for name, values in zip(columns, counts, strict=True):
        if name == "row_id":
            assert values == 32
        elif name == "always_null":
            assert values == 0
        else:
            assert 2 <= values < 32, name


def test_numbers_reach_past_what_a_double_or_64_bits_hold(samples):
    assert {2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)} <= set(list_values(samples, "int64_value"))
    assert 2**64 - 1 in list_values(samples, "uint64_value")
    assert {2**127 - 1, 2**64} <= set(list_values(samples, "int128_value"))
    assert Decimal("9999999999999999999999999999.9999999999") in list_values(samples, "decimal_38_10")
    assert Decimal(10**38 - 1) in list_values(samples, "decimal_38_0")


@pytest.mark.parametrize("column", ["float_value", "double_value"])
def test_floats_are_infinite_not_a_number_and_negative_zero(samples, column):
    values = [value for value in list_values(samples, column) if value is not None]
    assert any(math.isnan(value) for value in values)
    assert {math.inf, -math.inf} <= set(values)
    assert any(value == 0 and math.copysign(1, value) < 0 for value in values)


def test_days_and_moments_reach_the_ends_of_the_calendar(samples):
    assert {date(1, 1, 1), date(9999, 12, 31)} <= set(list_values(samples, "date_value"))
    for unit, last in [("s", "59"), ("ms", "59.999"), ("us", "59.999999")]:
        texts = list_values(samples, f"timestamp_{unit}_value")
        assert any(str(value).startswith("0001-01-01") for value in texts)
        newest = samples.execute(f"select max(timestamp_{unit}_value)::varchar from all_types").fetchone()
        assert newest == (f"9999-12-31 23:59:{last}",)
    newest = samples.execute("select max(timestamp_ns_value)::varchar from all_types").fetchone()
    assert newest == ("2262-04-11 23:47:16.854775806",)
    # The hour that the clocks repeat in Berlin: two moments, an hour apart.
    twice = "'2026-10-25 02:30:00+02'::timestamptz, '2026-10-25 02:30:00+01'::timestamptz"
    found = samples.execute(
        f"select count(*) from all_types where timestamp_tz_value in ({twice})"
    ).fetchone()
    assert found == (2,)


def test_texts_are_empty_blank_null_long_and_of_many_scripts(samples):
    texts = list_values(samples, "text_value")
    assert {"", " ", None, "null", "NaN", "007"} <= set(texts)
    joined = "".join(text for text in texts if text)
    for piece in (
        "👩‍👩‍👧‍👦",
        "\u0308",
        "שלום",
        "مرحبا",
        "日本語",
        "\u200b",
        "\ufeff",
        "\0",
        "\r\n",
        "\t",
        '"',
        "'",
        "\\",
    ):
        assert piece in joined, ascii(piece)
    assert max(len(text) for text in texts if text) == 10_000


def test_nested_values_hold_nulls_and_emptiness(samples):
    assert [None] in list_values(samples, "list_value")
    assert [] in list_values(samples, "list_value")
    assert [["a", ""], [None], []] in list_values(samples, "nested_list_value")
    assert {"a": None, "b": ""} in list_values(samples, "struct_value")
    assert {} in list_values(samples, "map_value")
    assert [None, {"day": None, "amounts": []}] in list_values(samples, "struct_list_value")


def test_hostile_html_would_be_noticed_if_it_ran(samples):
    rows = samples.execute("select id, kind, payload from hostile_html order by id").fetchall()
    assert len(rows) >= 40
    kinds = {kind for _, kind, _ in rows}
    assert kinds >= {
        "html",
        "breakout",
        "script",
        "entities",
        "markdown",
        "latex",
        "template",
        "ansi",
        "bidi",
    }
    for number, _, payload in rows:
        if "__xss" in payload:
            assert f"__xss={number}" in payload, "a payload leaves its own number"
    assert sum("__xss" in payload for *_, payload in rows) >= 40


def test_wide_has_300_columns_of_many_types_by_1000_rows_and_nulls(samples):
    columns = list_columns(samples, "wide")
    assert len(columns) == 300
    assert len(set(columns.values())) == 10
    assert samples.execute("select count(*) from wide").fetchone() == (1000,)
    for name in list(columns)[::37]:
        assert 840 < samples.execute(f"select count({name}) from wide").fetchone()[0] < 870


def test_odd_names_are_kept_to_the_letter(samples):
    names = list(list_columns(samples, "odd_names"))
    assert {
        "with space", " leading", "trailing ", "select", 'say "hi"', "it's", "a.b", "Größe", "数量", "😀",
        "$start_date", "<b>bold</b>", "line\nbreak", "tab\tstop", "zero\u200bwidth", "__proto__", "index",
    } <= set(names)  # fmt: skip
    assert max(map(len, names)) >= 1_000
    assert samples.execute("select count(*) from odd_names").fetchone()[0] > 0


def test_empty_has_columns_and_no_row(samples):
    assert len(list_columns(samples, "empty")) >= 5
    assert samples.execute("select count(*) from empty").fetchone() == (0,)
