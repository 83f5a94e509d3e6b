"""The three forms of a result: Arrow, JSON and CSV, each written batch by batch."""

from __future__ import annotations

import itertools
import json
import re
import time
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from dataexplore.sandbox.cells import json_texts, plain_texts
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dataexplore.sandbox.execution import Column, Result

__all__ = ["FORMATS", "choose", "stamp"]

JSON = "application/json"
CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.stream"

# DuckDB's form for its HUGEINT, which goes up to 39 digits.
HUGEINT = pa.decimal128(38, 0)
LONG_HUGEINT = pa.decimal256(39, 0)

CHUNK_BYTES = 2**20
# Text costs Python objects, so it is written fewer rows at a time than Arrow brings.
TEXT_ROWS = 4096
SPECIAL = re.compile(r'[,"\r\n]').search


class Format(Protocol):
    """Turns a result into the chunks of a body; ``started_ns`` is when the execution began."""

    def __call__(self, result: Result, started_ns: int) -> Iterator[bytes]: ...


def choose(accept: str) -> str:
    """Give the media type that an Accept header likes best; JSON when it knows none of ours."""
    best, best_quality = JSON, 0.0
    for item in accept.split(","):
        media, *options = (part.strip().lower() for part in item.split(";"))
        media = JSON if media in ("*/*", "application/*") else CSV if media == "text/*" else media
        quality = _quality(options)
        if media in FORMATS and quality > best_quality:
            best, best_quality = media, quality
    return best


def _quality(options: Iterable[str]) -> float:
    for option in options:
        name, _, value = option.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def stamp(moment_ns: int) -> str:
    """Write a moment in UTC with nanosecond digits."""
    seconds, fraction = divmod(moment_ns, 10**9)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{fraction:09d}Z"


def arrow_chunks(result: Result, started_ns: int) -> Iterator[bytes]:
    """Write an Arrow stream; the end-of-stream marker comes only when every row did."""
    del started_ns  # an Arrow body has no place for it; the header tells
    pieces: list[pa.Buffer] = []
    sink = pa.PythonFile(_Collector(pieces), mode="w")
    head = list(itertools.islice(result.batches, 1))
    schema = _with_room(result.schema, head)
    checked = str(HUGEINT) in str(schema)
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in itertools.chain(head, result.batches):
            if checked:
                _check_digits(batch, schema)
            writer.write_batch(batch if schema is result.schema else batch.cast(schema))
            yield from _joined(pieces)
    yield from _joined(pieces)


def json_chunks(result: Result, started_ns: int) -> Iterator[bytes]:
    """Write the JSON of the contract, rows as they come."""
    columns = [{"name": column.name, "type": column.type} for column in result.columns]
    yield f'{{"result": {{"columns": {json.dumps(columns, ensure_ascii=False)}, "data": ['.encode()
    separator = "\n"
    for batch in _slices(result.batches):
        rows = zip(*map(_json_texts, result.columns, batch.columns), strict=True)
        text = ",\n".join("[" + ", ".join(row) + "]" for row in rows)
        yield (separator + text).encode()
        separator = ",\n"
    finished_ns = time.time_ns()
    stats = {
        "started_at": stamp(started_ns),
        "finished_at": stamp(finished_ns),
        "duration_ms": (finished_ns - started_ns) // 10**6,
    }
    yield f'\n]}}, "stats": {json.dumps(stats)}}}'.encode()


def csv_chunks(result: Result, started_ns: int) -> Iterator[bytes]:
    r"""Write CSV as RFC 4180 does, lines ended by CRLF; null is an empty field, an empty text is ``""``."""
    del started_ns  # the header tells
    yield (",".join(_csv_field(column.name) for column in result.columns) + "\r\n").encode()
    for batch in _slices(result.batches):
        columns = [[_csv_field(text) for text in plain_texts(column)] for column in batch.columns]
        text = "".join(",".join(row) + "\r\n" for row in zip(*columns, strict=True))
        yield text.encode()


def _json_texts(column: Column, array: pa.Array) -> list[str]:
    if column.type in ("UHUGEINT", "BIGNUM"):  # these come as text, for Arrow has no integers that long
        return [text or "null" for text in plain_texts(array)]
    return json_texts(array)


def _slices(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, TEXT_ROWS):
            yield batch.slice(start, TEXT_ROWS)


def _csv_field(text: str | None) -> str:
    if text is None:
        return ""
    if not text or SPECIAL(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _with_room(schema: pa.Schema, head: list[pa.RecordBatch]) -> pa.Schema:
    """Give a longer decimal to each HUGEINT column whose first batch needs it; most need it not."""
    for batch in head:
        for index, field in enumerate(batch.schema):
            if field.type == HUGEINT and not _fits(batch.column(index)):
                schema = schema.set(index, field.with_type(LONG_HUGEINT))
    return schema


def _check_digits(batch: pa.RecordBatch, schema: pa.Schema) -> None:
    """Refuse a HUGEINT with more digits than its type holds: no two readers agree on it."""
    for array, field in zip(batch.columns, schema, strict=True):
        if str(HUGEINT) in str(field.type) and not _fits(array):
            raise Refusal.failed(
                f'Out of Range Error: "{field.name}" has a HUGEINT too big for Arrow, cast it to VARCHAR'
            )


def _fits(array: pa.Array) -> bool:
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


class _Collector:
    """Takes what the Arrow writer writes without copying it."""

    closed = False

    def __init__(self, pieces: list[pa.Buffer]) -> None:
        self._pieces = pieces

    def write(self, piece: pa.Buffer | bytes) -> int:
        self._pieces.append(piece)
        return len(piece)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def _joined(pieces: list[pa.Buffer]) -> Iterator[bytes]:
    """Join what was written into chunks of about ``CHUNK_BYTES``."""
    group: list[pa.Buffer] = []
    size = 0
    for piece in pieces:
        group.append(piece)
        size += len(piece)
        if size >= CHUNK_BYTES:
            yield b"".join(group)
            group, size = [], 0
    if group:
        yield b"".join(group)
    pieces.clear()


FORMATS: dict[str, Format] = {JSON: json_chunks, CSV: csv_chunks, ARROW: arrow_chunks}
