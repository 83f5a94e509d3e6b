from __future__ import annotations

import copy
import datetime as dt
import pickle
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dataexplore.arrow.cells import cell_texts
from dataexplore.arrow.frame import to_frame

TEXTS = pa.array(["a", None, "a text of over twelve bytes"])
RUN_ENDS = pa.array([1, 2, 3], pa.int32())
TYPES = pa.array([0, 1, 0], pa.int8())
PLACES = pa.array([0, 0, 1], pa.int32())

KEPT = {
    "null": pa.nulls(3),
    "bool": pa.array([True, None, False]),
    "int64": pa.array([2**53 + 1, None, -1]),
    "uint64": pa.array([2**64 - 1, None, 1], pa.uint64()),
    "double": pa.array([1.5, None, -0.0]),
    "decimal128": pa.array([Decimal("1.10"), None, Decimal(0)], pa.decimal128(38, 10)),
    "decimal256": pa.array([Decimal("1.10"), None, Decimal(0)], pa.decimal256(76, 10)),
    "string": TEXTS,
    "large_string": TEXTS.cast(pa.large_string()),
    "binary": pa.array([b"a", None, b"\xff"]),
    "fixed_size_binary": pa.array([b"ab", None, b"\xff1"], pa.binary(2)),
    "date32": pa.array([dt.date(9999, 12, 31), None, dt.date(1, 1, 1)]),
    "date64": pa.array([dt.date(9999, 12, 31), None, dt.date(1, 1, 1)], pa.date64()),
    "timestamp_us": pa.array([dt.datetime(9999, 12, 31), None, dt.datetime(1, 1, 1)], pa.timestamp("us")),  # noqa: DTZ001 - a wall clock
    "timestamp_ns_zone": pa.array([1, None, 2], pa.timestamp("ns", "America/New_York")),
    "timestamp_offset": pa.array([1, None, 2], pa.timestamp("us", "+05:30")),
    "time64": pa.array([1, None, 2], pa.int64()).cast(pa.time64("ns")),
    "duration": pa.array([1, None, 2], pa.duration("us")),
    "list": pa.array([[1, None], None, []]),
    "large_list": pa.array([[1, None], None, []], pa.large_list(pa.int64())),
    "fixed_size_list": pa.array([[1, None], None, [1, 2]], pa.list_(pa.int64(), 2)),
    "struct": pa.array([{"a": 1}, None, {"a": None}]),
    "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "dictionary": TEXTS.dictionary_encode(),
    "uuid": pa.array([b"0" * 16, None, b"1" * 16], pa.uuid()),
    "json": pa.array(['{"a":1}', None, "[]"], pa.json_()),
}
CHANGED = {
    "string_view": (TEXTS.cast(pa.string_view()), pa.large_string()),
    "binary_view": (pa.array([b"a", None, b"\xff"], pa.binary_view()), pa.large_binary()),
    "decimal32": (pa.array([1, None, 2], pa.decimal32(5, 2)), pa.decimal128(5, 2)),
    "decimal64": (pa.array([1, None, 2], pa.decimal64(15, 2)), pa.decimal128(15, 2)),
    "float16": (pa.array([1.5, None, 2.0], pa.float16()), pa.float32()),
    "zone": (pa.array([1, None, 2], pa.timestamp("us", "Mars/Phobos")), pa.timestamp("us", "UTC")),
    "list_view": (pa.array([[1, None], None, []], pa.list_view(pa.int64())), pa.large_list(pa.int64())),
    "large_list_view": (
        pa.array([[1, None], None, []], pa.large_list_view(pa.int64())),
        pa.large_list(pa.int64()),
    ),
    "runs_of_numbers": (
        pa.RunEndEncodedArray.from_arrays(RUN_ENDS, pa.array([1, None, 2])),
        pa.int64(),
    ),
    "runs_of_text": (
        pa.RunEndEncodedArray.from_arrays(RUN_ENDS, TEXTS),
        pa.dictionary(pa.int32(), pa.string()),
    ),
    "list_of_views": (
        pa.ListArray.from_arrays([0, 1, 2, 3], TEXTS.cast(pa.string_view())),
        pa.list_(pa.large_string()),
    ),
    "struct_of_decimals": (
        pa.StructArray.from_arrays([pa.array([1, None, 2], pa.decimal32(5, 2))], ["a"]),
        pa.struct([("a", pa.decimal128(5, 2))]),
    ),
    "map_of_halves": (
        pa.MapArray.from_arrays([0, 1, 2, 3], TEXTS.fill_null("k"), pa.array([1, None, 2], pa.float16())),
        pa.map_(pa.string(), pa.float32()),
    ),
    "fixed_lists_of_halves": (
        pa.FixedSizeListArray.from_arrays(pa.array([1, None, 2], pa.float16()), 1),
        pa.list_(pa.float32(), 1),
    ),
    "coded_views": (
        pa.DictionaryArray.from_arrays(pa.array([0, None, 1]), pa.array(["x", "y"], pa.string_view())),
        pa.dictionary(pa.int64(), pa.large_string()),
    ),
    "dense_union": (
        pa.UnionArray.from_dense(TYPES, PLACES, [pa.array([1, 2]), pa.array(["x"])]),
        pa.large_string(),
    ),
    "list_of_runs": (
        pa.ListArray.from_arrays([0, 1, 2, 3], pa.RunEndEncodedArray.from_arrays(RUN_ENDS, TEXTS)),
        pa.large_string(),
    ),
    "coded_unions": (
        pa.DictionaryArray.from_arrays(
            pa.array([0, None, 2]),
            pa.UnionArray.from_dense(TYPES, PLACES, [pa.array([1, 2]), pa.array(["x"])]),
        ),
        pa.large_string(),
    ),
}


def arrow_of(frame, place=0):
    return pa.chunked_array(frame.iloc[:, place].array.__arrow_array__())


@pytest.mark.parametrize("name", KEPT)
def test_a_type_pandas_can_hold_is_the_same_buffers(name):
    array = KEPT[name]
    held = arrow_of(to_frame(pa.table({"a": array})))
    assert held.type == array.type
    addresses = [buffer and buffer.address for buffer in array.buffers()]
    assert [buffer and buffer.address for buffer in held.chunk(0).buffers()] == addresses


@pytest.mark.parametrize("name", CHANGED)
def test_a_type_pandas_cannot_work_with_becomes_one_it_can(name):
    array, kind = CHANGED[name]
    held = arrow_of(to_frame(pa.table({"a": array})))
    held.validate(full=True)
    assert held.type == kind
    if name not in {"zone", "float16"}:
        assert cell_texts(held) == cell_texts(array)


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.parametrize("part", [slice(0, 0), slice(1, 3), slice(2, 3)])
def test_a_part_of_a_column_changes_as_the_whole_does(name, part):
    array, kind = CHANGED[name]
    held = arrow_of(to_frame(pa.table({"a": array}).slice(part.start, part.stop - part.start)))
    assert held.type == kind
    assert cell_texts(held) == cell_texts(arrow_of(to_frame(pa.table({"a": array}))))[part]


def test_an_interval_becomes_a_struct_of_its_three_parts():
    array = pa.array([(14, -3, 5), None], pa.month_day_nano_interval())
    assert arrow_of(to_frame(pa.table({"a": array}))).to_pylist() == [
        {"months": 14, "days": -3, "nanoseconds": 5},
        None,
    ]


@pytest.mark.parametrize("name", [*KEPT, *CHANGED])
def test_a_frame_of_any_type_can_be_worked_with(name):
    array = KEPT.get(name)
    frame = to_frame(pa.table({"a": CHANGED[name][0] if array is None else array}))
    assert len(repr(frame)) > 0
    assert len(frame.to_html()) > 0
    assert frame.a.tolist()[::-1] == frame.iloc[::-1].a.tolist() or name == "null"
    assert frame.isna().a.tolist()[0] is (name == "null")
    assert pd.concat([frame, frame]).shape == (6, 1)
    assert copy.deepcopy(frame).dtypes.equals(frame.dtypes)
    assert pickle.loads(pickle.dumps(frame)).dtypes.equals(frame.dtypes)
    assert frame.memory_usage(deep=True).sum() > 0


def test_columns_of_one_name_keep_each_its_own_type():
    numbers, letters, pairs = pa.array([1, 2]), pa.array(["1", "b"]), pa.array([{"x": 1}, None])
    frame = to_frame(pa.Table.from_arrays([numbers, letters, pairs, numbers], names=["a", "a", "a", "b"]))
    assert list(frame.columns) == ["a", "a", "a", "b"]
    assert [kind.pyarrow_dtype for kind in frame.dtypes] == [
        numbers.type,
        letters.type,
        pairs.type,
        numbers.type,
    ]
    assert frame.iloc[:, 0].tolist() == [1, 2]


def test_duplicate_and_empty_names_stay_columns():
    frame = to_frame(
        pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "a", ""])
    )
    assert list(frame.columns) == ["a", "a", ""]
    assert frame.iloc[0].tolist() == [1, 2, 3]


def test_what_pandas_wrote_into_a_schema_is_not_obeyed():
    """Metadata of a frame with an index: the index stays a column like any other."""
    table = pa.Table.from_pandas(pd.DataFrame({"x": [1], "y": [2]}).set_index("x"))
    assert list(to_frame(table).columns) == ["y", "x"]
    assert to_frame(table).attrs == {}


def test_a_table_without_columns_keeps_its_rows():
    assert to_frame(pa.table({"a": [1, 2]}).select([])).shape == (2, 0)


def test_chunks_with_dictionaries_of_their_own_read_as_one_column():
    chunks = [pa.array(["a", "b"]).dictionary_encode(), pa.array(["b", None]).dictionary_encode()]
    frame = to_frame(pa.table({"a": pa.chunked_array(chunks)}))
    assert (frame.a == "b").sum() == 2
    assert frame.a.value_counts().to_dict() == {"b": 2, "a": 1}


def test_a_large_table_is_not_copied():
    table = pa.table({"a": pa.array(np.arange(4_000_000))})
    before = pa.total_allocated_bytes()
    frame = to_frame(table)
    assert pa.total_allocated_bytes() - before < 100_000
    assert frame.a.sum() == 3_999_999 * 2_000_000
