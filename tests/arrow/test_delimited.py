from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest

from dataexplore.arrow.delimited import table_from_csv
from dataexplore.errors import InputError, Malformed, TooLarge
from dataexplore.settings import Limits

LIMITS = Limits()


def test_columns_stay_text_and_an_empty_field_is_null():
    table = table_from_csv(b'zip,name\n007,\n,"a, b"\n', LIMITS)
    assert table.schema.types == [pa.string(), pa.string()]
    assert table.to_pydict() == {"zip": ["007", None], "name": [None, "a, b"]}


def test_a_quoted_empty_field_is_empty_text():
    assert table_from_csv(b'a,b\n"",\n', LIMITS).to_pylist() == [{"a": "", "b": None}]


def test_quotes_and_newlines_in_values_and_names_are_kept():
    table = table_from_csv(b'"a\nb",c\r\n"x\r\ny","q""q"\r\n', LIMITS)
    assert table.column_names == ["a\nb", "c"]
    assert table.to_pylist() == [{"a\nb": "x\r\ny", "c": 'q"q'}]


def test_duplicate_and_empty_names_are_kept():
    table = table_from_csv(b"a,a,\n1,2,3\n", LIMITS)
    assert table.column_names == ["a", "a", ""]
    assert [column.to_pylist() for column in table.columns] == [["1"], ["2"], ["3"]]


def test_a_lone_column_keeps_its_nulls():
    assert table_from_csv(b"a\n1\n\n2\n", LIMITS).column("a").to_pylist() == ["1", None, "2"]


@pytest.mark.parametrize("body", [b"a,b\n", b"a,b", b"\xef\xbb\xbfa,b\r\n"])
def test_a_header_alone_is_a_table_without_rows(body):
    table = table_from_csv(body, LIMITS)
    assert table.column_names == ["a", "b"]
    assert table.num_rows == 0


def test_columns_with_a_type_are_read_exactly():
    types = {
        "n": pa.int64(),
        "d": pa.decimal128(38, 2),
        "t": pa.timestamp("ns", "UTC"),
        "day": pa.date32(),
        "b": pa.bool_(),
    }
    body = (
        b"n,d,t,day,b,x\n9007199254740993,1.50,2024-01-15T10:00:00.123456789+02:00,9999-12-31,true,1\n,,,,,\n"
    )
    table = table_from_csv(body, LIMITS, types)
    assert table.schema.types == [*types.values(), pa.string()]
    assert table.column("n").to_pylist() == [2**53 + 1, None]
    assert table.column("d").to_pylist() == [Decimal("1.50"), None]
    assert table.column("t").cast(pa.int64())[0].as_py() == 1_705_305_600_123_456_789
    assert table.column("day")[0].as_py() == dt.date(9999, 12, 31)


@pytest.mark.parametrize(
    ("body", "types"),
    [
        (b"", {}),
        (b"a,b\n1\n", {}),
        (b"a\n1,2\n", {}),
        (b'a\n"cut', {}),
        (b'"cut', {}),
        (b"\xff\n1\n", {}),
        (b"a\n\xff\n", {}),
        (b"a\n1.555\n", {"a": pa.decimal128(10, 2)}),
        (b"a\n1.0\n", {"a": pa.int64()}),
        (b"a\n300\n", {"a": pa.int8()}),
    ],
)
def test_what_is_not_csv_or_not_of_its_type_is_malformed(body, types):
    with pytest.raises(Malformed):
        table_from_csv(body, LIMITS, types)


def test_a_type_csv_cannot_hold_is_the_callers_mistake():
    with pytest.raises(InputError, match="list"):
        table_from_csv(b"a\n1\n", LIMITS, {"a": pa.list_(pa.int8())})


def test_more_cells_than_the_limit_are_too_large():
    body = b"a,b\n" + b"1,2\n" * 100
    assert table_from_csv(body, replace(LIMITS, max_cells=200)).num_rows == 100
    with pytest.raises(TooLarge, match=r"limits\.max_cells"):
        table_from_csv(body, replace(LIMITS, max_cells=199))


def test_a_value_of_megabytes_is_read():
    long = "x" * 5_000_000
    assert table_from_csv(f"a\n{long}\ny\n".encode(), LIMITS).column("a").to_pylist() == [long, "y"]
