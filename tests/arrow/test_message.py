from __future__ import annotations

import struct

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.arrow.message import DICTIONARY, RECORD_BATCH, SCHEMA, read_message, unpacked_size
from dataexplore.errors import Malformed


def messages_of(content):
    """Metadata and body of each message of a stream."""
    reader = pa.BufferReader(content)
    while True:
        try:
            message = pa.ipc.read_message(reader)
        except EOFError:
            return
        yield memoryview(message.metadata), memoryview(message.body or b"")


def test_the_head_tells_kind_body_length_and_cells(stream_of):
    coded = pa.array(["a", "b", "a"]).dictionary_encode()
    content = stream_of(pa.table({"coded": coded, "list": [[1], [2, 3], []]}))
    heads = [(read_message(metadata), len(body)) for metadata, body in messages_of(content)]
    assert [head.kind for head, _ in heads] == [SCHEMA, DICTIONARY, RECORD_BATCH]
    assert [head.body_length for head, _ in heads] == [size for _, size in heads]
    assert [head.cells for head, _ in heads] == [0, 2, 3 + 3 + 3]
    assert not heads[1][0].delta


def test_rows_without_columns_count_as_cells(stream_of):
    *_, (metadata, _) = messages_of(stream_of(pa.table({"a": [1, 2, 3]}).select([])))
    assert read_message(metadata).cells == 3


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
def test_a_compressed_body_declares_what_it_unpacks_to(stream_of, codec):
    *_, (metadata, body) = messages_of(stream_of(pa.table({"a": [7] * 1000}), compression=codec))
    assert unpacked_size(read_message(metadata), body) == 8000


def test_a_compressed_buffer_outside_its_body_is_malformed(stream_of):
    *_, (metadata, body) = messages_of(stream_of(pa.table({"a": [7] * 1000}), compression="zstd"))
    with pytest.raises(Malformed):
        unpacked_size(read_message(metadata), body[:16])
    damaged = bytearray(body)
    damaged[:8] = struct.pack("<q", -2)
    with pytest.raises(Malformed):
        unpacked_size(read_message(metadata), memoryview(damaged))


def flat_schema(endianness):
    """The smallest flatbuffer of a schema message, built by hand: pyarrow writes no big-endian stream."""
    vtable = struct.pack("<HHHHHH", 12, 12, 0, 10, 4, 0)  # message: no version, kind at 10, header at 4
    inner_vtable = struct.pack("<HHH", 6, 6, 4)
    root = 4 + len(vtable)
    table = struct.pack("<iIBBBB", len(vtable), 8 + len(inner_vtable), 0, 0, SCHEMA, 0)
    inner = struct.pack("<ih", len(inner_vtable), endianness)
    return memoryview(struct.pack("<I", root) + vtable + table + inner_vtable + inner)


def test_a_big_endian_schema_is_malformed():
    assert read_message(flat_schema(0)).kind == SCHEMA
    with pytest.raises(Malformed, match="big-endian"):
        read_message(flat_schema(1))


def test_metadata_cut_anywhere_is_malformed_or_read_but_nothing_else(stream_of, mixed):
    for metadata, _ in messages_of(stream_of(mixed, compression="zstd")):
        for cut in range(len(metadata)):
            try:
                read_message(metadata[:cut])
            except Malformed:
                continue


@given(metadata=st.binary(max_size=200))
def test_any_bytes_are_malformed_or_read_but_nothing_else(metadata):
    try:
        read_message(memoryview(metadata))
    except Malformed:
        return
