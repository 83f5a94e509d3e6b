"""A table as CSV, JSON, Arrow or Parquet bytes, every value exact."""

from __future__ import annotations

import itertools
import json
import math
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from dataexplore.arrow.cells import cell_texts
from dataexplore.errors import InputError

__all__ = ["write"]

ROWS_AT_ONCE = 10_000
# What Arrow's CSV writer puts down as it is; it refuses the others, or drops their zone or their unit.
EXACT_IN_CSV = (
    types.is_boolean,
    types.is_integer,
    types.is_float32,
    types.is_float64,
    types.is_decimal,
    types.is_date,
    types.is_string,
    types.is_large_string,
)


def write(table: pa.Table, form: str, file: IO[bytes]) -> None:
    """Write ``table`` as ``csv``, ``json``, ``arrow`` or ``parquet``.

    Arrow goes into a file in the file format, and into a pipe in the stream format, which never seeks.

    Raises:
        InputError: the format cannot hold this table.
    """
    if form in {"json", "parquet"}:
        _refuse_twins(table.column_names, form)
    writers = {"csv": _write_csv, "json": _write_json, "arrow": _write_arrow, "parquet": _write_parquet}
    writers[form](table, file)


def _refuse_twins(names: list[str], form: str) -> None:
    twin = next((name for name in names if names.count(name) > 1), None)
    if twin is not None:
        raise InputError(
            f"Two columns are called {twin!r}, and {form} has room for one of that name.",
            "Give each a name of its own with AS, or use --format csv or arrow.",
        )


def _write_arrow(table: pa.Table, file: IO[bytes]) -> None:
    opened = pa.ipc.new_file if file.seekable() else pa.ipc.new_stream
    with opened(file, table.schema) as writer:
        writer.write_table(table)


def _write_parquet(table: pa.Table, file: IO[bytes]) -> None:
    from pyarrow import parquet  # noqa: PLC0415 - the other formats do without it

    body = pa.BufferOutputStream()  # a pipe cannot tell its position, which Parquet asks for
    try:
        parquet.write_table(table, body)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"Parquet cannot hold this result: {error}.", "Use --format arrow.") from error
    file.write(body.getvalue())


def _write_csv(table: pa.Table, file: IO[bytes]) -> None:
    """Header, text in quotes, null as nothing and the empty text as ``""``; nested values as JSON text."""
    from pyarrow import csv  # noqa: PLC0415 - the other formats do without it

    columns = [_csv_column(column) for column in table.columns]
    csv.write_csv(pa.Table.from_arrays(columns, table.column_names), file)


def _csv_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if any(is_kind(column.type) for is_kind in EXACT_IN_CSV):
        return column
    return pa.chunked_array([pa.array(cell_texts(column, whole=True), pa.string())])


def _write_json(table: pa.Table, file: IO[bytes]) -> None:
    """An array with one object a row, each on a line of its own."""
    separator = "[\n"
    for batch in table.to_batches(ROWS_AT_ONCE):
        for row in _objects(batch.schema.names, [_json_texts(column) for column in batch.columns]):
            file.write(f"{separator}{row}".encode())
            separator = ",\n"
    file.write(b"\n]\n" if separator == ",\n" else b"[]\n")


def _json_texts(array: pa.Array) -> list[str]:
    """Give each value of ``array`` as JSON text.

    Numbers keep every digit; NaN and the infinities, which JSON does not know, are texts; times are ISO 8601,
    bytes hexadecimal. A map is an object when its keys are texts, else a list of [key, value] pairs.
    """
    array = _plain(array)
    kind = array.type
    if types.is_struct(kind):
        names = [field.name for field in kind]
        texts = _objects(names, [_json_texts(part) for part in array.flatten()])
        return [text if row.is_valid else "null" for text, row in zip(texts, array, strict=True)]
    if types.is_map(kind):
        return _map_texts(array)
    if types.is_union(kind):
        return [_json_texts(pa.array([row.as_py()], row.value.type))[0] for row in array]
    if types.is_nested(kind):
        return _grouped(array, _json_texts(array.flatten()), "[]")
    return _scalar_texts(array)


def _plain(array: pa.Array) -> pa.Array:
    """The same values without dictionaries, runs, views and extension types."""
    kind = array.type
    if isinstance(kind, pa.UuidType):
        return pa.array([value and str(value) for value in array.to_pylist()], pa.string())
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(array.storage)
    if types.is_dictionary(kind):
        return _plain(array.dictionary_decode())
    if types.is_run_end_encoded(kind):
        return _plain(pc.run_end_decode(array))
    if types.is_list_view(kind) or types.is_large_list_view(kind):
        return array.cast(pa.large_list(kind.value_type))
    return array


def _objects(names: list[str], columns: list[list[str]]) -> list[str]:
    keys = [json.dumps(name, ensure_ascii=False) for name in names]
    members = ([f"{key}: {text}" for text in column] for key, column in zip(keys, columns, strict=True))
    return [f"{{{', '.join(row)}}}" for row in zip(*members, strict=True)]


def _map_texts(array: pa.MapArray) -> list[str]:
    kind = array.type
    entry = pa.struct([pa.field("key", kind.key_type, nullable=False), pa.field("value", kind.item_type)])
    lists = array.cast(pa.list_(entry))
    keys, values = map(_json_texts, lists.flatten().flatten())
    if types.is_string(kind.key_type) or types.is_large_string(kind.key_type):
        return _grouped(lists, [f"{key}: {value}" for key, value in zip(keys, values, strict=True)], "{}")
    return _grouped(lists, [f"[{key}, {value}]" for key, value in zip(keys, values, strict=True)], "[]")


def _grouped(array: pa.Array, texts: list[str], brackets: str) -> list[str]:
    """The texts of all elements, put together by the list each belongs to."""
    rest = iter(texts)
    start, end = brackets[0], brackets[1]
    return [
        "null" if length is None else f"{start}{', '.join(itertools.islice(rest, length))}{end}"
        for length in pc.list_value_length(array).to_pylist()
    ]


def _scalar_texts(array: pa.Array) -> list[str]:
    kind = array.type
    if types.is_floating(kind):
        # Arrow's own text of a 32-bit number is the shortest that reads back as the same number.
        return [_float_text(text) for text in array.cast(pa.string()).to_pylist()]
    values: list[Any]
    if types.is_decimal(kind):
        return ["null" if value is None else format(value, "f") for value in array.to_pylist()]
    if types.is_timestamp(kind):
        values = [text and text.replace(" ", "T", 1) for text in cell_texts(array)]
    elif types.is_temporal(kind):
        values = cell_texts(array)
    else:
        values = array.to_pylist()
    return [json.dumps(value, ensure_ascii=False, default=bytes.hex) for value in values]


def _float_text(text: str | None) -> str:
    if text is None:
        return "null"
    number = float(text)
    return json.dumps(number) if math.isfinite(number) else f'"{json.dumps(number)}"'
