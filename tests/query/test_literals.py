from __future__ import annotations

import enum
import math
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot.dialects.dialect import Dialects
from sqlglot.tokens import TokenType

from dataexplore.errors import ConfigError, InputError
from dataexplore.query.dialects import grammar
from dataexplore.query.literals import literal

DIALECTS = sorted(each.value for each in Dialects if each.value)
BACKSLASH_DIALECTS = ["bigquery", "clickhouse", "databricks", "mysql", "redshift", "snowflake"]
AWKWARD = [
    "",
    "O'Hara",
    "'",
    "''",
    "\\",
    "\\'",
    "'; drop table orders; --",
    '{"a":1}',
    "10:30",
    "'{{}}'",
    "{{ x }}",
    "50%",
    "$$ body $$",
    "$name",
    "a\nb\r\nc\td",
    "/* */ -- #",
    '"double"',
    "`tick`",
    "日本語 😀 e\u0301",
    "\u202eright to left",
    "\x01\x1b[31m\x7f",
    "\\n\\u0041\\x41%\\0",
]
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(st.one_of(letters, st.sampled_from("'\"\\`$\n\r\tbnr0xuU%_{}-/*#; ")), max_size=30)


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


def asked(database, value):
    return database.execute(f"select {literal(value, 'duckdb')}").fetchone()[0]


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_comes_back_from_a_database_as_it_was(database, text):
    assert asked(database, text) == text


@settings(deadline=None, max_examples=300)
@given(text=texts)
def test_any_text_comes_back_from_a_database_as_it_was(database, text):
    assert asked(database, text) == text


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_is_one_string_in_every_dialect(dialect, text):
    assert read_back(literal(text, dialect), dialect) == text


@settings(deadline=None, max_examples=300)
@given(text=texts, dialect=st.sampled_from(DIALECTS))
def test_any_text_is_one_string_in_every_dialect(text, dialect):
    assert read_back(literal(text, dialect), dialect) == text


def read_back(sql, dialect):
    (token,) = grammar(dialect).tokenize(sql)
    assert token.token_type in {TokenType.STRING, TokenType.NATIONAL_STRING}
    return token.text


@pytest.mark.parametrize("dialect", BACKSLASH_DIALECTS)
def test_a_backslash_cannot_open_the_quotes_where_it_escapes(dialect):
    assert literal("\\' or 1=1 --", dialect).startswith("'\\\\")


@pytest.mark.parametrize("dialect", [None, "duckdb", "mysql"])
@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x\udfff"])
def test_text_that_no_database_takes_is_refused(dialect, text):
    with pytest.raises(InputError):
        literal(text, dialect)


def test_without_a_dialect_a_backslash_is_refused_naming_the_setting():
    assert literal("O'Hara", None) == "'O''Hara'"
    with pytest.raises(InputError, match=r"dialect = .* under \[coginiti\]"):
        literal("C:\\temp", None)


def test_an_unknown_dialect_is_a_setting_to_correct():
    with pytest.raises(ConfigError, match='Did you mean "snowflake"') as caught:
        literal("x", "snowflak")
    assert "postgres" in caught.value.fix


VALUES = [
    True,
    False,
    0,
    -5,
    2**53 + 1,
    2**63 - 1,
    -(2**63),
    2**64,
    10**38 - 1,
    1.5,
    -0.1,
    1e300,
    5e-324,
    math.inf,
    -math.inf,
    Decimal("1.50"),
    Decimal("-0.05"),
    Decimal("1E+5"),
    Decimal("12345678901234567890123456.789012345678"),
    date(2024, 1, 31),
    date(1, 1, 1),
    date(9999, 12, 31),
    datetime(2024, 1, 31, 10, 30, 5, 123456),  # noqa: DTZ001 - a naive one is the case
    time(10, 30),
    time(23, 59, 59, 999999),
    timedelta(days=400, microseconds=1),
    timedelta(seconds=-1.5),
    None,
    b"",
    b"\x00\xff'\\",
    uuid.UUID(int=2**127 + 5),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_from_a_database_exactly(database, value):
    answer = asked(database, value)
    assert answer == value
    assert isinstance(value, Decimal) or type(answer) is type(value)


def test_nan_comes_back_as_nan(database):
    assert math.isnan(asked(database, math.nan))


@settings(deadline=None, max_examples=150)
@given(
    value=st.one_of(
        st.integers(-(10**38) + 1, 10**38 - 1),
        st.floats(allow_nan=False),
        st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**27), max_value=10**27),
        st.dates(),
        st.datetimes(),
        st.times(),
        st.binary(max_size=20),
        st.timedeltas(timedelta(-(10**5)), timedelta(10**5)),
    )
)
def test_any_value_comes_back_from_a_database_exactly(database, value):
    assert asked(database, value) == value


def test_a_moment_with_a_zone_stays_the_same_moment(database):
    moment = datetime(2024, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    micros = database.execute(f"select epoch_us({literal(moment, 'duckdb')})").fetchone()[0]
    assert datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros) == moment


class Region(enum.Enum):
    EAST = "east"


class Level(enum.IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "sql"),
    [
        (np.int64(5), "5"),
        (np.float64(0.1), "0.1e0"),
        (np.bool_(True), "TRUE"),
        (np.str_("x'"), "'x'''"),
        (np.datetime64("2024-01-31"), "DATE '2024-01-31'"),
        (np.datetime64("2024-01-31T10:30:00", "ns"), "TIMESTAMP '2024-01-31 10:30:00'"),
        (np.datetime64("NaT", "ns"), "NULL"),
        (np.timedelta64(90, "s"), "INTERVAL '90.000000 seconds'"),
        (pd.Timestamp("2024-01-31 10:30:00.5"), "TIMESTAMP '2024-01-31 10:30:00.500000'"),
        (pd.Timestamp("2024-01-31", tz="Europe/Paris"), "TIMESTAMPTZ '2024-01-30 23:00:00+00:00'"),
        (pd.Timedelta("1s"), "INTERVAL '1.000000 seconds'"),
        (pd.NaT, "NULL"),
        (pd.NA, "NULL"),
        (pa.scalar(7), "7"),
        (pa.scalar(Decimal("1.50")), "1.50"),
        (pa.scalar(None), "NULL"),
        (Region.EAST, "'east'"),
        (Level.HIGH, "3"),
    ],
    ids=repr,
)
def test_scalars_of_other_libraries_are_their_python_values(value, sql):
    assert literal(value, "duckdb") == sql


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2024-01-31 10:30:00.000000001"),
        pd.Timedelta("1ns"),
        np.datetime64("2024-01-31T10:30:00.000000001"),
        np.datetime64("20000-01-01"),
        np.timedelta64(5, "M"),
        pa.scalar(1, pa.timestamp("ns")),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))),
        time(10, 30, tzinfo=UTC),
        10**38,
        -(10**5000),
        Decimal("1E+400"),
        Decimal("1E-38"),
        Decimal("NaN"),
        Decimal("-Infinity"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_would_arrive_changed_is_refused(value):
    with pytest.raises(InputError):
        literal(value, "duckdb")


@pytest.mark.parametrize(
    "value", [{}, object(), 1j, range(3), pd.DataFrame(), pa.scalar({"a": 1}), np.longdouble(1)], ids=repr
)
def test_what_is_no_value_is_refused_by_its_type(value):
    with pytest.raises(InputError, match=r"of type \w+ cannot .* Accepted are text, numbers"):
        literal(value, "duckdb")


@pytest.mark.parametrize(
    "value", [pd.Series([1]), np.array([1]), pa.array([1])], ids=lambda value: type(value).__name__
)
def test_a_column_is_refused_with_the_way_to_make_it_a_list(value):
    with pytest.raises(InputError, match="tolist"):
        literal(value, "duckdb")


def test_a_list_is_what_in_wants(database):
    assert literal(["a", "O'Hara", date(2024, 1, 31)], "duckdb") == "('a', 'O''Hara', DATE '2024-01-31')"
    assert literal({"b", "a", "c"}, "duckdb") == "('a', 'b', 'c')"
    assert database.execute(f"select -2 in {literal((1, -2), 'duckdb')}").fetchone() == (True,)


@pytest.mark.parametrize("value", [[], (), set(), [1, None], [1, pd.NA], [[1]], ["a", {}]], ids=repr)
def test_a_list_that_would_not_select_what_it_says_is_refused(value):
    with pytest.raises(InputError):
        literal(value, "duckdb")


def test_a_negative_number_can_stand_behind_a_minus_and_before_a_cast(database):
    five = literal(-5, "duckdb")
    assert database.execute(f"select 1-{five}, {five}::varchar").fetchone() == (6, "-5")


MOMENT = datetime(2024, 1, 31, 10, 30, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "dialect", "sql"),
    [
        (MOMENT, "trino", "TIMESTAMP '2024-01-31 10:30:00.000005 UTC'"),
        (MOMENT, "bigquery", "TIMESTAMP '2024-01-31 10:30:00.000005+00:00'"),
        (MOMENT, "snowflake", "CAST('2024-01-31 10:30:00.000005+00:00' AS TIMESTAMP_TZ)"),
        (MOMENT.replace(tzinfo=None), "bigquery", "DATETIME '2024-01-31 10:30:00.000005'"),
        (MOMENT.replace(tzinfo=None), "snowflake", "CAST('2024-01-31 10:30:00.000005' AS TIMESTAMP_NTZ)"),
        (MOMENT.replace(tzinfo=None), "tsql", "CAST('2024-01-31 10:30:00.000005' AS DATETIME2(6))"),
        (MOMENT.date(), "oracle", "DATE '2024-01-31'"),
        (MOMENT.date(), "tsql", "CAST('2024-01-31' AS DATE)"),
        (MOMENT.date(), "sqlite", "'2024-01-31'"),
        (MOMENT.date(), None, "DATE '2024-01-31'"),
        (True, "tsql", "1"),
        (b"\xff", "postgres", "decode('FF', 'hex')"),
        (b"\xff", "redshift", "from_hex('FF')"),
        (b"\xff", "tsql", "0xFF"),
        (b"\xff", "databricks", "X'FF'"),
        (Decimal("1.50"), "bigquery", "NUMERIC '1.50'"),
        (Decimal("1.0000000001"), "bigquery", "BIGNUMERIC '1.0000000001'"),
        (Decimal("-1.50"), "clickhouse", "CAST('-1.50' AS DECIMAL(3, 2))"),
        (2**64, "bigquery", "NUMERIC '18446744073709551616'"),
        (10**50, "postgres", str(10**50)),
        (math.inf, "snowflake", "CAST('inf' AS FLOAT)"),
        (-math.inf, "postgres", "CAST('-Infinity' AS DOUBLE PRECISION)"),
        (timedelta(seconds=90), "bigquery", "INTERVAL 90000000 MICROSECOND"),
        ("é", "tsql", "N'é'"),
        ("e", "tsql", "'e'"),
    ],
)
def test_each_database_gets_its_own_form(value, dialect, sql):
    assert literal(value, dialect) == sql


@pytest.mark.parametrize(
    ("value", "dialect"),
    [
        (MOMENT, None),
        (timedelta(1), None),
        (math.nan, None),
        (timedelta(1), "tsql"),
        (time(1), "spark"),
        (math.nan, "mysql"),
    ],
)
def test_what_a_database_cannot_write_is_refused(value, dialect):
    with pytest.raises(InputError, match=dialect or r"under \[coginiti\]"):
        literal(value, dialect)


def test_the_refusal_never_shows_the_value():
    with pytest.raises(InputError) as caught:
        literal({"password": "canary"}, "duckdb")
    assert "canary" not in str(caught.value)
