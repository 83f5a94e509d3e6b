"""A pandas DataFrame over an Arrow table: the same buffers, every value exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dataexplore.arrow.cells import cell_texts

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["to_frame"]

MONTH_DAY_NANO = np.dtype([("months", "<i4"), ("days", "<i4"), ("nanoseconds", "<i8")])


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Give a table as a DataFrame with Arrow dtypes, without copying the values.

    Duplicate and empty column names stay, and no column becomes the index. A type that pandas can store but
    not show, sort or take rows of is first made one it can, without losing a value:

    ========================================  =============================================================
    ``string_view``, ``binary_view``          ``large_string``, ``large_binary``
    ``list_view``, ``large_list_view``        ``large_list``
    ``decimal32``, ``decimal64``              ``decimal128`` of the same precision and scale
    ``float16``                               ``float32``
    a timestamp in a zone unknown here        the same instants in UTC
    ``run_end_encoded``                       its values; texts, binary and nested ones as a ``dictionary``
    ``month_day_nano_interval``               ``struct<months, days, nanoseconds>``
    a union; runs or views inside others      exact text, as on the screen
    ========================================  =============================================================
    """
    columns = [_held(column) for column in table.columns]
    # By place: pyarrow looks dtypes up by name, so two columns of one name would get the type of the second.
    places = [str(place) for place in range(len(columns))]
    held = pa.Table.from_arrays(columns, names=places) if columns else table
    frame: pd.DataFrame = held.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    frame.columns = pd.Index(table.column_names, dtype=frame.columns.dtype)
    return frame


def _held(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give a column in a type that pandas can work with; the column itself if it has one."""
    kind = column.type
    if pa.types.is_run_end_encoded(kind) and not (
        _has_unheld(kind.value_type) or pa.types.is_dictionary(kind.value_type)
    ):
        return _held(_by_chunk(column, _unrolled))
    if pa.types.is_interval(kind):
        return _by_chunk(column, _interval_fields)
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        return _held(_by_chunk(column, _listed))
    if _has_unheld(kind):
        return pa.chunked_array([pa.array(cell_texts(column, whole=True), pa.large_string())])
    plain = _plain(kind)
    return column if plain == kind else column.cast(plain)


def _by_chunk(column: pa.ChunkedArray, change: Callable[[Any], pa.Array]) -> pa.ChunkedArray:
    # An empty column needs one empty chunk to know its new type.
    chunks = column.chunks or [pa.nulls(0, column.type)]
    return pa.chunked_array([change(chunk) for chunk in chunks])


def _plain(kind: pa.DataType) -> pa.DataType:  # noqa: C901, PLR0911 - one line a type
    """Give the nearest type pandas can work with, to which a cast is exact."""
    types = pa.types
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_binary_view(kind):
        return pa.large_binary()
    if types.is_decimal32(kind) or types.is_decimal64(kind):
        return pa.decimal128(kind.precision, kind.scale)
    if types.is_float16(kind):
        return pa.float32()
    if types.is_timestamp(kind) and kind.tz is not None and not _known_zone(kind.tz):
        return pa.timestamp(kind.unit, "UTC")
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _plain(kind.value_type), ordered=kind.ordered)
    if types.is_struct(kind):
        return pa.struct([field.with_type(_plain(field.type)) for field in kind])
    if types.is_map(kind):
        return pa.map_(_plain(kind.key_type), _plain(kind.item_type), keys_sorted=kind.keys_sorted)
    if types.is_fixed_size_list(kind):
        return pa.list_(kind.value_field.with_type(_plain(kind.value_type)), kind.list_size)
    if types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_plain(kind.value_type)))
    if types.is_large_list(kind):
        return pa.large_list(kind.value_field.with_type(_plain(kind.value_type)))
    return kind


def _known_zone(name: str) -> bool:
    try:
        pa.lib.string_to_tzinfo(name)
    except Exception:  # noqa: BLE001 - the name comes from the service, and zoneinfo raises many kinds
        return False
    return True


def _has_unheld(kind: pa.DataType) -> bool:
    """Tell whether a type holds, at any depth, one that neither pandas nor a cast can treat."""
    types = pa.types
    if types.is_run_end_encoded(kind) or types.is_union(kind):
        return True
    if types.is_list_view(kind) or types.is_large_list_view(kind):
        return True
    if types.is_dictionary(kind):
        return _has_unheld(kind.value_type)
    return any(_has_unheld(kind.field(index).type) for index in range(kind.num_fields))


def _unrolled(runs: pa.RunEndEncodedArray) -> pa.Array:
    values = runs.values  # noqa: PD011 - Arrow's, not pandas'
    if pa.types.is_primitive(values.type):
        return pc.run_end_decode(runs)
    # One long text in one long run would be written out once a row, so rows point at the value instead.
    present = values.is_valid().to_numpy(zero_copy_only=False)
    places = pa.array(np.cumsum(present, dtype=np.int32) - 1, mask=~present)
    rows = pa.RunEndEncodedArray.from_arrays(runs.run_ends, places).slice(runs.offset, len(runs))
    return pa.DictionaryArray.from_arrays(
        pc.run_end_decode(rows), values.cast(_plain(values.type)).drop_null()
    )


def _listed(views: Any) -> pa.LargeListArray:
    # Not by a cast: pyarrow 26 leaves the last offset of its result unset.
    lengths = pc.list_value_length(views).fill_null(0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    return pa.LargeListArray.from_arrays(pa.array(offsets), views.flatten(), mask=views.is_null())


def _interval_fields(intervals: pa.MonthDayNanoIntervalArray) -> pa.StructArray:
    raw = np.frombuffer(intervals.buffers()[1] or b"", MONTH_DAY_NANO)
    raw = raw[intervals.offset : intervals.offset + len(intervals)]
    names = list(MONTH_DAY_NANO.names or ())
    return pa.StructArray.from_arrays(
        [pa.array(raw[name]) for name in names], names, mask=intervals.is_null()
    )
