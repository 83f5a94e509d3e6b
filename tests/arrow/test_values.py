from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.arrow.declared import parse_declared
from dataexplore.arrow.values import MisfitError, ValueReader
from dataexplore.errors import TooLarge

D = Decimal


def read(kind, *values):
    """Give the array, its values and what was noted."""
    reader = ValueReader(10_000)
    array = reader.read(values, parse_declared(kind))
    array.validate(full=True)
    return array.type, array.to_pylist(), reader.notes


@pytest.mark.parametrize(
    ("kind", "values", "expected", "read_as"),
    [
        ("INTEGER", [1, None, D("2.0"), "3"], pa.int32(), [1, None, 2, 3]),
        ("BIGINT", [2**53 + 1, -(2**63)], pa.int64(), None),
        ("UBIGINT", [2**64 - 1], pa.uint64(), None),
        ("HUGEINT", [5, -(10**37)], pa.decimal128(38, 0), [D(5), D(-(10**37))]),
        ("HUGEINT", [2**127 - 1], pa.decimal256(76, 0), [D(2**127 - 1)]),
        ("DECIMAL(18,2)", [D("1.5"), "2.25", 3], pa.decimal128(18, 2), [D("1.50"), D("2.25"), D(3)]),
        ("NUMBER(38,0)", [10**37], pa.decimal128(38, 0), [D(10**37)]),
        ("NUMERIC(76,10)", [D("0.1")], pa.decimal256(76, 10), None),
        ("NUMBER(5,-2)", [12300], pa.decimal128(5, -2), [D(12300)]),
        ("DOUBLE", [D("0.1"), 1, "-inf", None], pa.float64(), [0.1, 1.0, float("-inf"), None]),
        ("REAL", [D("0.1")], pa.float64(), [0.1]),
        ("BOOLEAN", [True, "false", 1, "T", None], pa.bool_(), [True, False, True, True, None]),
        ("TEXT", ["a", "", None, "NULL"], pa.string(), None),
        ("UUID", ["x"], pa.string(), None),
        ("DATE", ["9999-12-31", None], pa.date32(), [dt.date(9999, 12, 31), None]),
        (
            "DATE",
            ["2024-01-15T00:00:00", "0001-01-01"],
            pa.date32(),
            [dt.date(2024, 1, 15), dt.date(1, 1, 1)],
        ),
        ("TIME", ["10:00:00.5", None], pa.time64("us"), [dt.time(10, 0, 0, 500000), None]),
        ("BLOB", ["\\x6162", "0xFF", "0x", None], pa.binary(), [b"ab", b"\xff", b"", None]),
        ("JSON", ['{"a":1}', None], pa.string(), None),
        ("INTEGER[]", [[1, None], None, []], pa.list_(pa.int32()), None),
        ("LIST(DOUBLE)", [[D("0.1")]], pa.list_(pa.float64()), [[0.1]]),
        ("DECIMAL(5,2)[][]", [[[1], None]], pa.list_(pa.list_(pa.decimal128(5, 2))), None),
        ("ARRAY", [[1, D("1.25")]], pa.list_(pa.decimal128(38, 2)), None),
        ("STRUCT(a INTEGER)", [{"a": 1}, None], pa.struct([("a", pa.int64())]), None),
        (
            "MAP(TEXT, INT)",
            [{"a": 1, "": None}, None, {}],
            pa.map_(pa.string(), pa.int64()),
            [[("a", 1), ("", None)], None, []],
        ),
    ],
)
def test_values_become_the_declared_type(kind, values, expected, read_as):
    found, texts, notes = read(kind, *values)
    assert found == expected
    assert texts == (values if read_as is None else read_as)
    assert notes == []


@pytest.mark.parametrize(
    ("kind", "values", "expected", "note"),
    [
        ("INTEGER", [2**40], pa.int64(), "over INTEGER; read as int64"),
        ("TINYINT", [300], pa.int64(), "over TINYINT"),
        ("BIGINT", [2**64 - 1], pa.uint64(), "over BIGINT; read as uint64"),
        ("DECIMAL", [D("15230.5"), None, D("0.001"), 7], pa.decimal128(38, 3), "3 digits behind the point"),
        ("NUMERIC", [D("1." + "1" * 60)], pa.decimal256(76, 60), "60 digits"),
        ("NUMERIC", [D("1" * 70 + "." + "1" * 60)], pa.string(), "more than 76 digits"),
        ("DATE", ["2024-01-15 10:00:00"], pa.timestamp("us"), "time of day"),
        ("TIMESTAMPTZ", ["2024-01-15 10:00:00"], pa.timestamp("us"), "without a zone"),
        ("TIMESTAMP", ["9999-12-31 23:59:59.999999999"], pa.string(), "1677 to 2262"),
        ("BLOB", ["YWI="], pa.string(), "own notation"),
        ("INTERVAL", ["1 day"], pa.string(), "not known here; read as string"),
        ("", [1], pa.int64(), "not known here; read as int64"),
        ("VARIANT", [{"a": D("1.10")}, [1], "s"], pa.string(), "JSON text"),
        ("JSON", [{"a": 1}, {"a": 1, "b": None}], pa.string(), "JSON text"),
        ("STRUCT", [{}], pa.string(), "JSON text"),
    ],
)
def test_what_had_to_be_decided_is_noted(kind, values, expected, note):
    found, _, notes = read(kind, *values)
    assert found == expected
    assert note in " ".join(notes)


def test_text_of_mixed_values_is_json_with_every_digit():
    _, texts, _ = read("VARIANT", {"a": [D("1.10"), True, None]}, 2**70, "é")
    assert texts == ['{"a": [1.10, true, null]}', str(2**70), '"é"']


def test_columns_without_a_value_have_their_declared_type():
    numbers = ["INTEGER", "DECIMAL(18,2)", "DOUBLE", "BOOLEAN"]
    others = ["DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIME", "TEXT", "BLOB"]
    assert [read(kind, None)[0] for kind in numbers + others] == [
        pa.int32(),
        pa.decimal128(18, 2),
        pa.float64(),
        pa.bool_(),
        pa.date32(),
        pa.timestamp("us"),
        pa.timestamp("us", "UTC"),
        pa.time64("us"),
        pa.string(),
        pa.binary(),
    ]
    assert read("INTEGER[]")[0] == pa.list_(pa.int32())


@pytest.mark.parametrize(
    ("kind", "text", "expected", "as_text"),
    [
        ("TIMESTAMP", "2024-01-15 10:00:00", pa.timestamp("us"), "2024-01-15 10:00:00.000000"),
        ("TIMESTAMP", "2024-01-15T10:00", pa.timestamp("us"), "2024-01-15 10:00:00.000000"),
        ("TIMESTAMP", "2024-01-15", pa.timestamp("us"), "2024-01-15 00:00:00.000000"),
        ("TIMESTAMP", "2024-01-15 10:00:00.123456789", pa.timestamp("ns"), "2024-01-15 10:00:00.123456789"),
        ("TIMESTAMP", "2024-01-15 10:00:00.123456000000", pa.timestamp("us"), "2024-01-15 10:00:00.123456"),
        ("TIMESTAMP_NS", "2024-01-15 10:00:00", pa.timestamp("ns"), "2024-01-15 10:00:00.000000000"),
        ("TIMESTAMP_NS", "9999-12-31 00:00:00", pa.timestamp("us"), "9999-12-31 00:00:00.000000"),
        ("TIMESTAMP_S", "2024-01-15 10:00:00", pa.timestamp("s"), "2024-01-15 10:00:00"),
        ("TIMESTAMP_S", "2024-01-15 10:00:00.5", pa.timestamp("us"), "2024-01-15 10:00:00.500000"),
        ("TIMESTAMP", "2024-01-15T10:00:00Z", pa.timestamp("us", "UTC"), "2024-01-15 10:00:00.000000Z"),
        ("TIMESTAMPTZ", "2024-01-15 10:00:00+02", pa.timestamp("us", "UTC"), "2024-01-15 08:00:00.000000Z"),
        (
            "TIMESTAMPTZ",
            "2024-01-15 10:00:00 -0530",
            pa.timestamp("us", "UTC"),
            "2024-01-15 15:30:00.000000Z",
        ),
        (
            "TIMESTAMPTZ",
            "2024-01-15 10:00:00.5 UTC",
            pa.timestamp("us", "UTC"),
            "2024-01-15 10:00:00.500000Z",
        ),
        (
            "TIMESTAMPTZ",
            "1880-01-01 00:53:28+00:53:28",
            pa.timestamp("us", "UTC"),
            "1880-01-01 00:00:00.000000Z",
        ),
        (
            "TIMESTAMPTZ",
            "1969-12-31 23:59:59.999999999Z",
            pa.timestamp("ns", "UTC"),
            "1969-12-31 23:59:59.999999999Z",
        ),
    ],
)
def test_timestamps_are_exact_to_their_last_digit(kind, text, expected, as_text):
    array = ValueReader(10).read([text], parse_declared(kind))
    assert array.type == expected
    assert array.cast(pa.string()).to_pylist() == [as_text]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("INTEGER", True),
        ("INTEGER", "x"),
        ("INTEGER", D("1.5")),
        ("INTEGER", D("1E+999999")),
        ("DECIMAL", "NaN"),
        ("DECIMAL", D("1E+999999")),
        ("DECIMAL(18,2)", D("1.555")),
        ("DECIMAL(4,2)", D("123.5")),
        ("DOUBLE", D("1e400")),
        ("DOUBLE", "abc"),
        ("BOOLEAN", "maybe"),
        ("BOOLEAN", 2),
        ("BOOLEAN", []),
        ("TEXT", 1),
        ("TEXT", "\ud800"),
        ("DATE", "2024-02-30"),
        ("DATE", "infinity"),
        ("DATE", 5),
        ("TIMESTAMP", 5),
        ("TIMESTAMP", "2024-01-15 25:00:00"),
        ("TIME", "24:00:00"),
        ("BLOB", 1),
    ],
)
def test_a_value_of_another_type_is_named_by_its_place(kind, value):
    with pytest.raises(MisfitError) as misfit:
        read(kind, None, value)
    assert (misfit.value.index, misfit.value.value) == (1, value)


def test_timestamps_with_and_without_offset_do_not_mix():
    with pytest.raises(MisfitError) as misfit:
        read("TIMESTAMP", "2024-01-15T10:00:00Z", "2024-01-15T10:00:00")
    assert misfit.value.index == 1


def test_a_misfit_inside_a_list_is_named_by_its_row():
    with pytest.raises(MisfitError) as misfit:
        read("INTEGER[]", [], [1, 2], None, [3, "x"])
    assert (misfit.value.index, misfit.value.value) == (3, "x")


def test_a_misfit_inside_a_map_is_named_by_its_row():
    with pytest.raises(MisfitError) as misfit:
        read("MAP(TEXT, TEXT)", {"a": "b", "c": "d"}, {"e": "\ud800"})
    assert misfit.value.index == 1


def test_nested_values_count_as_cells():
    reader = ValueReader(10)
    with pytest.raises(TooLarge, match=r"limits\.max_cells"):
        reader.read([[1] * 10], parse_declared("INTEGER[]"))


@given(st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=5), min_size=1))
def test_decimals_are_never_rounded(numbers):
    _, texts, _ = read("DECIMAL", *numbers)
    assert [text if text is None else D(text) for text in texts] == numbers


@given(st.lists(st.none() | st.integers(-(10**76) + 1, 10**76 - 1)))
def test_integers_are_never_rounded(numbers):
    assert read("BIGINT", *numbers)[1] == numbers
