"""A verified Arrow stream: every byte of it arrived, every value is valid, and no limit is passed."""

from __future__ import annotations

import struct
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from dataexplore.arrow.message import DICTIONARY, RECORD_BATCH, SCHEMA, read_message, unpacked_size
from dataexplore.arrow.views import has_views, is_text_view, viewed_size
from dataexplore.errors import Malformed, TooLarge, Truncated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dataexplore.arrow.message import Message
    from dataexplore.settings import Limits

__all__ = ["BatchStream", "Source", "TableRead", "read_table"]

CONTINUATION = b"\xff\xff\xff\xff"
# Read as a length, four printable characters are at least this: no metadata is, but an HTML page is.
TEXT_LENGTH = 0x2000_0000
MAX_SCALE = 128  # Oracle's 127 is the widest of any database
AGAIN = "Run it again; nothing of this answer was used."
REPORT = "Run it again; if it stays, ask whoever runs the service."


class Source(Protocol):
    """A body being received: an HTTP response, a socket, a file."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer, or a part of it, and give the bytes written; 0 at the end of the body."""
        ...


@dataclass(frozen=True, slots=True)
class TableRead:
    """A table read from a stream.

    Attributes:
        table: the rows.
        bytes_received: bytes taken from the source.
        complete: whether the stream was read to its end.
        cut: whether reading stopped at ``max_rows`` while more rows existed.
    """

    table: pa.Table
    bytes_received: int
    complete: bool
    cut: bool


def read_table(
    source: Source,
    limits: Limits,
    *,
    max_rows: int | None = None,
    on_batch: Callable[[int, int], None] | None = None,
) -> TableRead:
    """Read a whole stream, or its first ``max_rows`` rows, into one table without a second copy.

    Args:
        source: the body; reading stops early when ``max_rows`` is reached, so close it afterwards.
        limits: what the answer may cost.
        max_rows: rows wanted; the batch behind them is looked at to know whether there are more.
        on_batch: called after each batch with the rows and bytes so far.

    Raises:
        Truncated: the body ends before the stream does.
        TooLarge: a limit would be passed; the message was not read.
        Malformed: the body is not a valid Arrow stream.
    """
    stream = BatchStream(source, limits)
    batches = []
    for batch in stream:
        batches.append(batch)
        if on_batch is not None:
            on_batch(stream.rows, stream.bytes_received)
        if max_rows is not None and stream.rows > max_rows:
            batches[-1] = batch.slice(0, batch.num_rows - (stream.rows - max_rows))
            break
    table = pa.Table.from_batches(batches, stream.schema)
    return TableRead(table, stream.bytes_received, stream.complete, cut=not stream.complete)


class BatchStream:
    """Iterates over the record batches of an Arrow IPC stream; nothing is read before the first is asked for.

    The framing is ours, above pyarrow's: each message is measured before its body is received, into one fresh
    buffer that becomes the batch. pyarrow only ever sees messages that arrived whole, so what a source raises
    never passes through it.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        self.rows = 0
        self.bytes_received = 0
        self.complete = False
        self._source = source
        self._limits = limits
        self._feed = _Feed()
        self._reader: Any = None
        self._text_views: list[int] = []
        self._other_views: list[int] = []
        self._held_bytes = 0
        self._cells = 0
        self._dictionary_bytes: dict[int, int] = {}

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns; receives them when asked for first."""
        if self._reader is None:
            self._open()
        return self._reader.schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self

    def __next__(self) -> pa.RecordBatch:
        if self._reader is None:
            self._open()
        while not self.complete:
            kind = self._receive_message()
            if kind == SCHEMA:
                raise Malformed("The answer holds a second Arrow schema.", REPORT)
            if kind == RECORD_BATCH:
                return self._decode()
        raise StopIteration

    def _open(self) -> None:
        kind = self._receive_message()
        if kind is None:
            raise Truncated("The answer is an empty body where an Arrow stream should be.", AGAIN)
        if kind != SCHEMA:
            raise Malformed("The answer is an Arrow stream that does not start with its schema.", REPORT)
        with _pyarrow_errors():
            reader = pa.ipc.open_stream(pa.PythonFile(self._feed, mode="r"))
            for field in reader.schema:
                _check_field(field)
        for index, kind in enumerate(reader.schema.types):
            if has_views(kind):
                (self._text_views if is_text_view(kind) else self._other_views).append(index)
        self._reader = reader

    def _decode(self) -> pa.RecordBatch:
        with _pyarrow_errors():
            batch = self._reader.read_next_batch()
            batch.validate()
        # Text is validated once a view, which could take hours: counted before. Lists are followed after.
        self._count_views(batch, self._text_views)
        with _pyarrow_errors():
            batch.validate(full=True)
        self._count_views(batch, self._other_views)
        self.rows += batch.num_rows
        return batch

    def _count_views(self, batch: pa.RecordBatch, places: list[int]) -> None:
        with _pyarrow_errors():
            viewed = [viewed_size(batch.column(place)) for place in places]
        self._count_cells(sum(cells for cells, _ in viewed))
        self._count_bytes(sum(size for _, size in viewed))

    def _receive_message(self) -> int | None:
        """Receive one message for pyarrow and give its kind; None at the end of the stream."""
        metadata_length = self._receive_length()
        if not metadata_length:
            return None
        self._check_size(metadata_length)
        metadata = self._receive(metadata_length)
        message = read_message(memoryview(metadata))
        self._check_size(metadata_length + message.body_length)
        self._count_cells(message.cells)
        body = self._receive(message.body_length)
        self._hold(message, metadata_length, memoryview(body))
        self._feed.add(CONTINUATION, struct.pack("<i", metadata_length), metadata, body)
        return message.kind

    def _receive_length(self) -> int:
        """Receive the length of the next message's metadata; 0 at the end of the stream."""
        prefix = bytearray(4)
        received = self._fill(memoryview(prefix))
        if received == 0 and self._reader is not None and not self._limits.end_marker_required:
            self.complete = True
            return 0
        if received == 0 and self._reader is not None:
            raise Truncated(
                f"The answer ends after {self.rows:,} rows without the end marker of an Arrow stream, "
                "so rows may be missing.",
                "Run it again; if this service never sends the marker, "
                "set limits.end_marker_required = false in the profile.",
            )
        if received == 0:
            return 0
        if received < len(prefix):
            raise self._truncated()
        continued = bytes(prefix) == CONTINUATION  # streams before Arrow 0.15 have the length alone
        length = int(struct.unpack("<i", self._receive(4) if continued else prefix)[0])
        if length < 0 or (not continued and length >= TEXT_LENGTH):
            start = ascii(bytes(prefix))[1:]
            raise Malformed(f"The answer is not an Arrow stream: it has {start} before a message.", REPORT)
        if length == 0:
            self._finish()
        return length

    def _finish(self) -> None:
        if self._reader is None:
            raise Malformed("The answer is an Arrow stream without a schema.", REPORT)
        if self._fill(memoryview(bytearray(4096))):
            raise Malformed("The answer goes on after the end marker of its Arrow stream.", REPORT)
        self.complete = True

    def _check_size(self, length: int) -> None:
        """Refuse a message before its bytes are received."""
        if length > self._limits.max_message_bytes:
            raise self._too_large(f"a message of {length:,} bytes", "max_message_bytes")
        self._check_bytes(length)

    def _hold(self, message: Message, metadata_length: int, body: memoryview) -> None:
        """Count what decoding the message will keep in memory, before it is decoded."""
        size = metadata_length + max(len(body), unpacked_size(message, body))
        if message.kind == DICTIONARY:
            # pyarrow joins a delta to all that came before it, in new memory each time.
            if message.delta:
                size += self._dictionary_bytes.get(message.dictionary_id, 0)
            self._dictionary_bytes[message.dictionary_id] = size
        self._count_bytes(size)

    def _count_bytes(self, size: int) -> None:
        self._check_bytes(size)
        self._held_bytes += size

    def _check_bytes(self, size: int) -> None:
        if self._held_bytes + size > self._limits.max_bytes:
            raise self._too_large(f"more than {self._limits.max_bytes:,} bytes", "max_bytes")

    def _count_cells(self, cells: int) -> None:
        self._cells += cells
        if self._cells > self._limits.max_cells:
            raise self._too_large(f"more than {self._limits.max_cells:,} values", "max_cells")

    def _receive(self, length: int) -> pa.Buffer:
        """Receive exactly so many bytes into one new buffer."""
        # pyarrow's own allocator: half the CPU of numpy's for the usual batch sizes, and 64-byte aligned.
        with _pyarrow_errors():
            buffer = pa.allocate_buffer(length)
        if self._fill(memoryview(buffer).cast("B")) < length:
            raise self._truncated()
        return buffer

    def _fill(self, buffer: memoryview) -> int:
        """Read until the buffer is full or the body ends."""
        filled = 0
        while filled < len(buffer):
            try:
                count = self._source.readinto(buffer[filled:])
            except StopIteration as error:  # let through, it would end our own iteration like a whole stream
                raise RuntimeError("A source ended its body with StopIteration instead of 0.") from error
            if count == 0:
                break
            filled += count
            self.bytes_received += count
        return filled

    def _truncated(self) -> Truncated:
        return Truncated(f"The answer stops in the middle, after {self.rows:,} whole rows.", AGAIN)

    def _too_large(self, what: str, setting: str) -> TooLarge:
        return TooLarge(
            f"The answer holds {what}, over limits.{setting}; it was refused after {self.rows:,} rows.",
            f"Add LIMIT or select fewer columns, or raise limits.{setting} in the profile.",
        )


class _Feed:
    """The file pyarrow reads from: whole messages, each piece handed over without a copy."""

    closed = False

    def __init__(self) -> None:
        self._pieces: deque[Any] = deque()

    def add(self, *pieces: bytes | pa.Buffer) -> None:
        self._pieces.extend(pieces)

    def read(self, _length: int) -> bytes:
        return bytes(self._next())

    def read_buffer(self, _length: int) -> pa.Buffer:
        return pa.py_buffer(self._next())

    def _next(self) -> bytes | pa.Buffer:
        # pyarrow asks for the pieces one by one, at their lengths; it does not ask for an empty one.
        while self._pieces:
            piece = self._pieces.popleft()
            if len(piece):
                return piece
        return b""

    def close(self) -> None:
        self._pieces.clear()


@contextmanager
def _pyarrow_errors() -> Iterator[None]:
    """Turn whatever pyarrow raises into our own errors; no code of anyone else runs inside."""
    try:
        yield
    except MemoryError as error:
        raise TooLarge(
            "There is not enough memory for the answer.", "Add LIMIT or select fewer columns."
        ) from error
    except Exception as error:
        raise Malformed("The answer is not a valid Arrow stream.", REPORT) from error


def _check_field(field: pa.Field) -> None:
    """Look at what pyarrow leaves for later: names not in UTF-8, types without an array, endless decimals."""
    kind = field.type
    pa.nulls(0, kind)
    if isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    _ = field.name, getattr(kind, "tz", None)
    if pa.types.is_decimal(kind) and abs(kind.scale) > MAX_SCALE:
        raise ValueError
    for index in range(kind.num_fields):
        _check_field(kind.field(index))
