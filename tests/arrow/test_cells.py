from __future__ import annotations

import datetime as dt
import json
import struct
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.arrow.cells import cell_texts


def of_counts(counts, kind):
    return pa.array(counts, pa.int64()).cast(kind)


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.nulls(1), [None]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([2**53 + 1, -(2**63), None]), ["9007199254740993", "-9223372036854775808", None]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (
            pa.array([0.1 + 0.2, 1e22, -0.0, float("nan"), float("-inf")]),
            ["0.30000000000000004", "1e+22", "-0.0", "nan", "-inf"],
        ),
        (pa.array([0.1, 16777216.0], pa.float32()), ["0.1", "16777216.0"]),
        (pa.array([0.1], pa.float16()), ["0.1"]),
        (pa.array([Decimal("1E-10"), Decimal(0)], pa.decimal128(38, 10)), ["0.0000000001", "0.0000000000"]),
        (pa.array([Decimal("9" * 76)], pa.decimal256(76, 0)), ["9" * 76]),
        (pa.array([Decimal(12300)], pa.decimal128(5, -2)), ["12300"]),
        (pa.array(["", "<b>\n", None]), ["", "<b>\n", None]),
        (pa.array([b"\x00\xff", b""]), ["00ff", ""]),
        (pa.array([b"0" * 16], pa.uuid()), ["30303030-3030-3030-3030-303030303030"]),
        (pa.array(['{"a": 1.10}'], pa.json_()), ['{"a": 1.10}']),
    ],
)
def test_plain_values_keep_every_digit(column, texts):
    assert cell_texts(column) == texts
    assert cell_texts(pa.chunked_array([column, column])) == texts * 2


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array([dt.date(9999, 12, 31)]), "9999-12-31"),
        (pa.array([dt.date(1, 1, 1)], pa.date64()), "0001-01-01"),
        (pa.array([2**30], pa.int32()).cast(pa.date32()), "1073741824 days since 1970-01-01"),
        (of_counts([0], pa.timestamp("s")), "1970-01-01 00:00:00"),
        (of_counts([253402300799999999], pa.timestamp("us")), "9999-12-31 23:59:59.999999"),
        (of_counts([-1], pa.timestamp("ns")), "1969-12-31 23:59:59.999999999"),
        (of_counts([500], pa.timestamp("ms")), "1970-01-01 00:00:00.500"),
        (of_counts([2**62], pa.timestamp("us")), "4611686018427387904 us since 1970-01-01"),
        (
            of_counts([1793511000123456], pa.timestamp("us", "America/New_York")),
            "2026-11-01 01:30:00.123456-04:00",
        ),
        (
            of_counts([1793514600123456], pa.timestamp("us", "America/New_York")),
            "2026-11-01 01:30:00.123456-05:00",
        ),
        (of_counts([0], pa.timestamp("us", "+05:30")), "1970-01-01 05:30:00+05:30"),
        (of_counts([0], pa.timestamp("us", "Mars/Phobos")), "1970-01-01 00:00:00+00:00"),
        (of_counts([253402300799], pa.timestamp("s", "Asia/Tokyo")), "9999-12-31 23:59:59+00:00"),
        (of_counts([1], pa.time64("ns")), "00:00:00.000000001"),
        (pa.array([dt.time(23, 59, 59)], pa.time32("s")), "23:59:59"),
        (of_counts([90061500], pa.duration("ms")), "1 days 01:01:01.500"),
        (of_counts([-1], pa.duration("ns")), "-00:00:00.000000001"),
        (pa.array([(14, -3, -1)], pa.month_day_nano_interval()), "14 months -3 days -00:00:00.000000001"),
    ],
)
def test_times_show_the_fraction_they_have_and_their_offset(column, text):
    assert cell_texts(column) == [text]


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array([[2**53 + 1, None], None, []]), ["[9007199254740993, null]", None, "[]"]),
        (pa.array([["a", '"', "é\n"]]), ['["a", "\\"", "é\\n"]']),
        (pa.array([[Decimal("1.10")]], pa.list_(pa.decimal128(5, 2))), ["[1.10]"]),
        (pa.array([[1, 2]], pa.list_(pa.int8(), 2)), ["[1, 2]"]),
        (pa.array([[1, None], None], pa.list_view(pa.int8())), ["[1, null]", None]),
        (pa.array([{"a": None, "b": [dt.date(2024, 1, 2)]}]), ['{"a": null, "b": ["2024-01-02"]}']),
        (
            pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]),
            ['{"a": 1, "a": 2}'],
        ),
        (pa.array([[("k", 1), ("k", None)]], pa.map_(pa.string(), pa.int8())), ['{"k": 1, "k": null}']),
        (pa.array([[(1, "x")]], pa.map_(pa.int8(), pa.string())), ['{1: "x"}']),
        (pa.array([[b"\xff"]]), ['["ff"]']),
        (
            pa.ListArray.from_arrays([0, 1], pa.array([b"0" * 16], pa.uuid())),
            ['["30303030-3030-3030-3030-303030303030"]'],
        ),
        (pa.ListArray.from_arrays([0, 1], pa.array(['{"a":1}'], pa.json_())), ['[{"a":1}]']),
        (pa.array([[float("nan"), True]], pa.list_(pa.float64())), ["[nan, 1.0]"]),
    ],
)
def test_nested_values_look_like_json_with_exact_numbers(column, texts):
    assert cell_texts(column) == texts


def test_codes_runs_and_unions_show_the_values_they_stand_for():
    words = pa.array(["x", None, "y"])
    assert cell_texts(words.dictionary_encode()) == ["x", None, "y"]
    assert cell_texts(pa.DictionaryArray.from_arrays(pa.array([1, 0, None]), words)) == [None, "x", None]
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([1, 3, 4], pa.int32()), words)
    assert cell_texts(runs.slice(1)) == [None, None, "y"]
    types, places = pa.array([0, 1, 1], pa.int8()), pa.array([0, 0, 1], pa.int32())
    union = pa.UnionArray.from_dense(types, places, [pa.array([7]), words])
    assert cell_texts(union) == ["7", "x", None]
    assert cell_texts(pa.ListArray.from_arrays([0, 3], union)) == ['[7, "x", null]']


def test_long_binary_and_nested_values_end_in_their_length():
    binary = pa.array([b"\xab" * 1234])
    assert cell_texts(binary) == ["ab" * 32 + "… (1,234 bytes)"]
    assert cell_texts(binary, whole=True) == ["ab" * 1234]
    numbers = pa.array([[1] * 100_000])
    (text,) = cell_texts(numbers)
    assert text.endswith("1, … (100,000 values)]")
    assert len(text) < 4000
    assert cell_texts(numbers, whole=True)[0].count("1") == 100_000


@given(st.floats(width=64))
def test_a_double_reads_back_the_same(value):
    (text,) = cell_texts(pa.array([value]))
    assert struct.pack("<d", float(text)) == struct.pack("<d", value) or value != value  # noqa: PLR0124 - nan


@given(st.floats(width=32))
def test_a_float_reads_back_the_same(value):
    (text,) = cell_texts(pa.array([value], pa.float32()))
    assert np.float32(text) == np.float32(value) or value != value  # noqa: PLR0124 - nan


@given(st.integers(-62135596800 * 10**6, 253402300799 * 10**6))
def test_a_timestamp_reads_back_the_same(count):
    (text,) = cell_texts(of_counts([count], pa.timestamp("us")))
    epoch = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock
    assert (dt.datetime.fromisoformat(text) - epoch) // dt.timedelta(microseconds=1) == count


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=8))
def test_nested_text_is_json(value):
    try:
        column = pa.array([[value]])
    except pa.ArrowException:
        return  # no common type
    (text,) = cell_texts(column)
    assert json.loads(text) == [value]
