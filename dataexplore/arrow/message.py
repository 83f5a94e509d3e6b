"""What an Arrow IPC message says about itself, read before its body is.

pyarrow tells a message's body length, row count, node lengths and decompressed sizes only after it has read
or unpacked them, which is too late to refuse a bomb. The facts needed for that are few, so this module walks
the flatbuffer by hand (Arrow's Message.fbs and Schema.fbs) instead of adding a flatbuffers dependency;
pyarrow still verifies and decodes every message by itself afterwards.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from dataexplore.errors import Malformed

__all__ = ["DICTIONARY", "RECORD_BATCH", "SCHEMA", "Message", "read_message", "unpacked_size"]

SCHEMA, DICTIONARY, RECORD_BATCH = 1, 2, 3
SIZE_LENGTH = 8  # a compressed buffer starts with its decompressed size
NOT_COMPRESSED = -1
FIX = "Run it again; if it stays, ask whoever runs the service."


@dataclass(frozen=True, slots=True)
class Message:
    """The head of one message.

    Attributes:
        kind: SCHEMA, DICTIONARY or RECORD_BATCH.
        body_length: bytes that follow the metadata.
        cells: values in it, over all columns and their nested children; rows where there are no columns.
        buffers: (offset, length) of each buffer in the body; empty unless the body is compressed.
        dictionary_id: which dictionary a DICTIONARY message fills.
        delta: whether it is added to that dictionary instead of replacing it.
    """

    kind: int
    body_length: int
    cells: int = 0
    buffers: tuple[tuple[int, int], ...] = ()
    dictionary_id: int = 0
    delta: bool = False


def read_message(metadata: memoryview) -> Message:
    """Read a message's head from its metadata.

    Raises:
        Malformed: it is no Arrow message, of a kind that has no place in a result, or big-endian.
    """
    try:
        return _read_message(metadata)
    except (struct.error, IndexError, ValueError):
        raise Malformed("The answer holds a message that is not Arrow.", FIX) from None


def unpacked_size(message: Message, body: memoryview) -> int:
    """Bytes the body takes once decompressed, as each compressed buffer declares them in front."""
    total = 0
    for offset, length in message.buffers:
        if length == 0:
            continue
        if offset < 0 or length < SIZE_LENGTH or offset + length > len(body):
            raise Malformed("The answer holds a compressed buffer outside its message.", FIX)
        (size,) = struct.unpack_from("<q", body, offset)
        if size < NOT_COMPRESSED:
            raise Malformed("The answer holds a compressed buffer of negative size.", FIX)
        total += length if size == NOT_COMPRESSED else size
    return total


def _read_message(metadata: memoryview) -> Message:
    root = _Table(metadata, _u32(metadata, 0))
    kind = root.number(1, "B")
    body_length = root.number(3, "q")
    header = root.child(2)
    if body_length < 0 or header is None:
        raise ValueError
    if kind == SCHEMA:
        if header.number(0, "h") != 0:
            raise Malformed("The answer is big-endian Arrow, which is not read here.", FIX)
        return Message(kind, body_length)
    if kind == RECORD_BATCH:
        return Message(kind, body_length, *_contents(header))
    if kind == DICTIONARY and (values := header.child(1)) is not None:
        return Message(
            kind, body_length, *_contents(values), header.number(0, "q"), bool(header.number(2, "B"))
        )
    raise ValueError


def _contents(batch: _Table) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Give the cells of a record batch, and its buffers if they are compressed."""
    rows = batch.number(0, "q")
    nodes = [length for length, _nulls in batch.pairs(1)]
    if rows < 0 or min(nodes, default=0) < 0:
        raise ValueError
    compressed = batch.child(3) is not None
    return (sum(nodes) if nodes else rows), (tuple(batch.pairs(2)) if compressed else ())


class _Table:
    """A flatbuffer table: a vtable of field offsets, and the fields."""

    def __init__(self, data: memoryview, position: int) -> None:
        self.data = data
        self.position = position
        (to_vtable,) = struct.unpack_from("<i", data, position)
        self.vtable = position - to_vtable
        self.fields = (_u16(data, self.vtable) - 4) // 2

    def field(self, index: int) -> int:
        """Position of a field's value; 0 when it is absent, which means its default."""
        if index >= self.fields:
            return 0
        offset = _u16(self.data, self.vtable + 4 + 2 * index)
        return self.position + offset if offset else 0

    def number(self, index: int, form: str) -> int:
        position = self.field(index)
        return int(struct.unpack_from("<" + form, self.data, position)[0]) if position else 0

    def child(self, index: int) -> _Table | None:
        position = self.field(index)
        return _Table(self.data, position + _u32(self.data, position)) if position else None

    def pairs(self, index: int) -> list[tuple[int, int]]:
        """A vector of structs of two int64: field nodes and buffers both are."""
        position = self.field(index)
        if not position:
            return []
        start = position + _u32(self.data, position)
        end = start + 4 + 16 * _u32(self.data, start)
        if end > len(self.data):
            raise ValueError
        return list(struct.iter_unpack("<qq", self.data[start + 4 : end]))


def _u16(data: memoryview, position: int) -> int:
    return _unsigned(data, position, "<H")


def _u32(data: memoryview, position: int) -> int:
    return _unsigned(data, position, "<I")


def _unsigned(data: memoryview, position: int, form: str) -> int:
    # A negative position would silently count from the end.
    if position < 0:
        raise ValueError
    return int(struct.unpack_from(form, data, position)[0])
