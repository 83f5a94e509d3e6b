from __future__ import annotations

import io
import struct
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.arrow.cells import cell_texts
from dataexplore.arrow.stream import BatchStream, read_table
from dataexplore.errors import AnswerError, Malformed, TooLarge, Truncated, Unreachable
from dataexplore.settings import Limits

LIMITS = Limits()
LENIENT = Limits(end_marker_required=False)
END = b"\xff\xff\xff\xff\x00\x00\x00\x00"
MIB = 2**20


def batches_of(content):
    """Where each message of a stream ends."""
    reader = pa.BufferReader(content)
    ends = []
    while True:
        try:
            pa.ipc.read_message(reader)
        except EOFError:
            return ends
        ends.append(reader.tell())


# Whole streams


@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("piece", [1, 7, MIB])
def test_a_whole_stream_reads_as_the_table_sent(body, stream_of, mixed, compression, legacy, piece):  # noqa: PLR0917 - fixtures
    content = stream_of(mixed, batch_rows=30, compression=compression, use_legacy_format=legacy)
    read = read_table(body(content, piece), LIMITS)
    assert read.table == mixed
    assert (read.bytes_received, read.complete, read.cut) == (len(content), True, False)


def test_nothing_is_read_before_the_schema_or_a_batch_is_asked_for(body, stream_of, mixed):
    source = body(stream_of(mixed))
    stream = BatchStream(source, LIMITS)
    assert source.asked == []
    assert stream.schema == mixed.schema
    assert stream.rows == 0
    assert not stream.complete


def test_rows_and_bytes_are_counted_batch_by_batch(body, stream_of, mixed):
    content = stream_of(mixed, batch_rows=40)
    seen = []
    read_table(body(content), LIMITS, on_batch=lambda rows, received: seen.append((rows, received)))
    assert [rows for rows, _ in seen] == [40, 80, 100]
    assert seen[-1][1] == len(content) - len(END)


def test_a_stream_without_batches_is_an_empty_table(body, mixed):
    sink = io.BytesIO()
    pa.ipc.new_stream(sink, mixed.schema).close()
    read = read_table(body(sink.getvalue()), LIMITS)
    assert read.table.schema == mixed.schema
    assert read.table.num_rows == 0
    assert read.complete


def test_a_table_without_columns_keeps_its_rows(body, stream_of):
    assert read_table(body(stream_of(pa.table({"a": [1, 2, 3]}).select([]))), LIMITS).table.num_rows == 3


@pytest.mark.parametrize(
    ("max_rows", "cut"),
    [(0, True), (1, True), (30, True), (31, True), (99, True), (100, False), (101, False)],
)
def test_reading_stops_at_max_rows_and_tells_whether_there_are_more(body, stream_of, mixed, max_rows, cut):
    read = read_table(body(stream_of(mixed, batch_rows=30)), LIMITS, max_rows=max_rows)
    assert read.table == mixed.slice(0, max_rows)
    assert read.cut is cut
    assert read.complete is not cut


def test_dictionaries_that_grow_or_change_between_batches_read_right(body):
    sink = io.BytesIO()
    schema = pa.schema([("word", pa.dictionary(pa.int32(), pa.string()))])
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        for words in (["a"], ["a", "b"], ["a", "b", "c"], ["z"]):
            values = pa.DictionaryArray.from_arrays(pa.array(range(len(words)), pa.int32()), pa.array(words))
            writer.write_batch(pa.record_batch([values], schema=schema))
    table = read_table(body(sink.getvalue()), LIMITS).table
    assert table.column("word").to_pylist() == ["a", "a", "b", "a", "b", "c", "z"]


def test_values_that_break_tools_arrive_exact(body, stream_of):
    table = pa.table(
        {
            "int": pa.array([2**53 + 1, None, -(2**63)]),
            "uint": pa.array([2**64 - 1, None, 0], pa.uint64()),
            "decimal": pa.array([Decimal("1" * 28 + ".0123456789"), None, Decimal(0)], pa.decimal128(38, 10)),
            "late": pa.array([253402300799, None, 0], pa.timestamp("s", "America/New_York")),
            "nested": pa.array([[{"a": [2**63 - 1, None]}], None, []]),
        }
    )
    assert read_table(body(stream_of(table)), LIMITS).table == table


def test_duplicate_empty_and_ten_thousand_column_names_are_kept(body, stream_of):
    names = ["a", "a", ""] + [f"c{index}" for index in range(10_000)]
    table = pa.Table.from_arrays([pa.array([index]) for index in range(len(names))], names=names)
    read = read_table(body(stream_of(table)), LIMITS).table
    assert read.column_names == names
    assert read.column(1).to_pylist() == [1]


def test_a_batch_is_the_buffer_it_was_received_in(body, stream_of):
    """1.0 x memory: the arrays point into the one buffer a message was received into."""
    table = pa.table({"a": pa.array(range(MIB))})
    content = stream_of(table)
    before = pa.total_allocated_bytes()
    read = read_table(body(content), LIMITS)
    assert pa.total_allocated_bytes() - before < len(content) + 64 * 1024
    assert read.table.nbytes == table.nbytes


def test_an_extension_type_that_pickles_code_stays_plain_data(body, stream_of, tmp_path):
    marker = tmp_path / "ran"
    metadata = {
        "ARROW:extension:name": "arrow.py_extension_type",
        "ARROW:extension:metadata": f"cpathlib\nPath\n(S'{marker}'\ntR.".encode(),
    }
    schema = pa.schema([pa.field("a", pa.string(), metadata=metadata)])
    read = read_table(body(stream_of(pa.table({"a": ["x"]}, schema=schema))), LIMITS)
    assert read.table.column("a").type == pa.string()
    assert not marker.exists()


# Cut streams


@pytest.fixture(scope="module")
def short_stream():
    sink = io.BytesIO()
    table = pa.table({"a": [1, None, 3], "b": pa.array(["x", "y", "x"]).dictionary_encode()})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, 2)
    return sink.getvalue()


def test_every_cut_of_a_stream_is_an_error(body, short_stream):
    for cut in range(len(short_stream)):
        with pytest.raises(Truncated):
            read_table(body(short_stream[:cut]), LIMITS)


@given(data=st.data(), piece=st.integers(1, 4096))
def test_no_cut_of_a_stream_in_pieces_of_any_size_reads_as_a_table(body, stream_of, mixed, data, piece):
    compression = data.draw(st.sampled_from([None, "lz4", "zstd"]))
    content = stream_of(mixed, batch_rows=30, compression=compression)
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(Truncated):
        read_table(body(content[:cut], piece), LIMITS)


def test_a_missing_end_marker_is_an_error_that_names_its_setting(body, stream_of, mixed):
    content = stream_of(mixed).removesuffix(END)
    with pytest.raises(Truncated, match=r"after 100 rows .*limits\.end_marker_required = false"):
        read_table(body(content), LIMITS)


def test_a_missing_end_marker_may_be_allowed(body, stream_of, mixed):
    read = read_table(body(stream_of(mixed).removesuffix(END)), LENIENT)
    assert read.table == mixed
    assert read.complete


def test_a_cut_inside_a_message_is_an_error_even_where_the_marker_may_be_missing(body, short_stream):
    bounds = {*batches_of(short_stream), len(short_stream)}
    for cut in set(range(len(short_stream))) - bounds:
        with pytest.raises(Truncated):
            read_table(body(short_stream[:cut]), LENIENT)


@pytest.mark.parametrize("error", [Unreachable("gone"), KeyboardInterrupt(), OSError(5, "reset"), EOFError()])
@pytest.mark.parametrize("after", [0, 6, 300, 3000])
def test_what_the_source_raises_passes_through_unchanged(body, stream_of, mixed, error, after):
    class Breaking(body):
        def readinto(self, buffer):
            if not self.rest:
                raise error
            return super().readinto(buffer)

    with pytest.raises(type(error)) as caught:
        read_table(Breaking(stream_of(mixed)[:after]), LIMITS)
    assert caught.value is error


def test_a_source_that_stops_the_iteration_does_not_look_like_a_whole_stream():
    class Stopping:
        def readinto(self, buffer):
            raise StopIteration

    with pytest.raises(RuntimeError, match="StopIteration"):
        read_table(Stopping(), LIMITS)


# Bodies that are something else


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><body>Please log in</body></html>", "'<htm'"),
        (b'{"result": {}}', "not an Arrow stream"),
        (b"ARROW1\0\0" + b"\0" * 64, "'ARRO'"),
        (b"\x00" * 64, "without a schema"),
        (b"\xff\xff\xff\xff\xf0\xff\xff\xff" + b"\0" * 64, "not an Arrow stream"),
        (b"\x10\x00\x00\x00" + b"\xff" * 64, "not Arrow"),
    ],
)
def test_another_body_is_malformed_and_the_message_shows_its_start(body, content, said):
    with pytest.raises(Malformed, match=said):
        read_table(body(content), LIMITS)


def test_an_empty_body_is_truncated(body):
    with pytest.raises(Truncated, match="empty body"):
        read_table(body(b""), LENIENT)


def test_bytes_after_the_end_marker_are_malformed(body, stream_of, mixed):
    content = stream_of(mixed)
    for more in (b"\0", content):
        with pytest.raises(Malformed, match="goes on after the end marker"):
            read_table(body(content + more), LIMITS)


def test_messages_out_of_place_are_malformed(body, stream_of, mixed):
    content = stream_of(mixed)
    schema_end = batches_of(content)[0]
    with pytest.raises(Malformed, match="does not start with its schema"):
        read_table(body(content[schema_end:]), LIMITS)
    with pytest.raises(Malformed, match="second Arrow schema"):
        read_table(body(content[:schema_end] + content), LIMITS)
    sink = pa.BufferOutputStream()
    pa.ipc.write_tensor(pa.Tensor.from_numpy(pa.array([1, 2]).to_numpy()), sink)
    with pytest.raises(Malformed, match="not Arrow"):
        read_table(body(sink.getvalue().to_pybytes()), LIMITS)


@pytest.mark.parametrize("name", ["name", "inner", "Zone"])
def test_a_name_that_is_not_utf8_is_malformed(body, stream_of, name):
    table = pa.table(
        {
            "name": pa.array([1], pa.timestamp("us", "Zone/City")),
            "coded": pa.DictionaryArray.from_arrays(pa.array([0]), pa.array([{"inner": 1}])),
        }
    )
    content = stream_of(table).replace(name.encode(), name.encode()[:-1] + b"\xff")
    with pytest.raises(Malformed, match="not a valid Arrow stream"):
        BatchStream(body(content), LIMITS).schema  # noqa: B018 - the schema is read when it is asked for


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_text_that_is_not_utf8_is_malformed(body, stream_of, kind):
    text = pa.array(["a marked and long text", "b"]).cast(kind)
    content = stream_of(pa.table({"a": text}))
    assert content.count(b"marked") == 1
    with pytest.raises(Malformed):
        read_table(body(content.replace(b"marked", b"mark\xff\xff")), LIMITS)


@pytest.mark.parametrize("bad", [(5, 4, 9), (0, 9, 3), (-1, 1, 2), (0, 1, 2**31 - 1)])
def test_offsets_that_lead_elsewhere_are_malformed(body, stream_of, bad):
    content = stream_of(pa.table({"a": ["abc", "defghi"]}))
    good = struct.pack("<iii", 0, 3, 9)
    assert content.count(good) == 1
    with pytest.raises(Malformed):
        read_table(body(content.replace(good, struct.pack("<iii", *bad))), LIMITS)


# Limits


def test_a_limit_is_what_may_still_come(body, stream_of, mixed):
    """The last byte and the last cell that a limit allows are allowed."""
    mixed = mixed.drop_columns("views")  # views count a second time: pandas gets them written out
    content = stream_of(mixed)
    exact = len(content) - len(END) - 8 * len(batches_of(content))  # every message has a prefix of 8 bytes
    assert read_table(body(content), replace(LIMITS, max_bytes=exact)).table == mixed
    with pytest.raises(TooLarge, match=r"limits\.max_bytes"):
        read_table(body(content), replace(LIMITS, max_bytes=exact - 1))
    table = pa.table({"a": [1, 2], "b": [[1], [2, 3]]})  # 2 + 2 + 3 cells
    assert read_table(body(stream_of(table)), replace(LIMITS, max_cells=7)).table == table
    with pytest.raises(TooLarge, match=r"limits\.max_cells.*LIMIT"):
        read_table(body(stream_of(table)), replace(LIMITS, max_cells=6))


def test_an_endless_stream_stops_at_max_bytes(stream_of, mixed):
    content = stream_of(mixed, batch_rows=10)
    start, *_, last, end = [0, *batches_of(content)]
    head, again = content[:last], content[last:end]

    class Endless:
        given = 0

        def readinto(self, buffer):
            text = (
                head[self.given :]
                if self.given < len(head)
                else again[(self.given - len(head)) % len(again) :]
            )
            count = min(len(buffer), len(text))
            buffer[:count] = text[:count]
            self.given += count
            return count

    source = Endless()
    with pytest.raises(TooLarge, match=r"limits\.max_bytes.*Add LIMIT"):
        read_table(source, replace(LIMITS, max_bytes=MIB))
    assert start == 0
    assert source.given < MIB + len(again) + 64 * 1024


@pytest.mark.parametrize("length", [2**31 - 1, 2**30 + 1])
def test_a_forged_metadata_length_is_refused_before_it_is_read(body, stream_of, mixed, length):
    content = stream_of(mixed)
    source = body(content[:4] + struct.pack("<i", length) + content[8:])
    with pytest.raises(TooLarge, match=r"limits\.max_message_bytes"):
        read_table(source, LIMITS)
    assert max(source.asked) <= 8


@pytest.mark.parametrize("length", [2**31, 2**62])
def test_a_forged_body_length_is_refused_before_it_is_read(body, stream_of, length):
    table = pa.table({"a": pa.array(range(1000))})
    content = stream_of(table)
    real = struct.pack("<q", 8000)
    assert content.count(real) >= 1
    source = body(content.replace(real, struct.pack("<q", length)))
    with pytest.raises(TooLarge, match=r"limits\.max_message_bytes"):
        read_table(source, LIMITS)
    assert max(source.asked) < 1000


def zeros(codec):
    """200 MiB of zeros, packed."""
    values = pa.Array.from_buffers(pa.int64(), 25 * MIB, [None, pa.py_buffer(bytes(200 * MIB))])
    return pa.table({"a": values}), {"compression": codec}


def one_run(rows):
    return pa.table({"a": pa.RunEndEncodedArray.from_arrays(pa.array([rows], pa.int32()), [7])}), {}


def huge_dictionary():
    return pa.table({"a": pa.DictionaryArray.from_arrays(pa.array([0], pa.int64()), pa.nulls(2**31 - 1))}), {}


def one_text_viewed_often():
    text = pa.array(["x" * 100_000])
    views = struct.pack("<i4sii", 100_000, b"xxxx", 0, 0) * 1_000
    buffers = [None, pa.py_buffer(views), text.buffers()[2]]
    return pa.table({"a": pa.Array.from_buffers(pa.string_view(), 1_000, buffers)}), {}


def one_list_viewed_often():
    starts, sizes = pa.array([0] * 10_000, pa.int32()), pa.array([100_000] * 10_000, pa.int32())
    return pa.table({"a": pa.ListViewArray.from_arrays(starts, sizes, pa.array([1] * 100_000))}), {}


BOMBS = {
    "zstd": (lambda: zeros("zstd"), "max_bytes"),
    "lz4": (lambda: zeros("lz4"), "max_bytes"),
    "nulls": (lambda: (pa.table({"a": pa.nulls(2**31 - 1)}), {}), "max_cells"),
    "run": (lambda: one_run(2**31 - 1), "max_cells"),
    "shorter run": (lambda: one_run(2**30), "max_bytes"),
    "dictionary": (huge_dictionary, "max_cells"),
    "text views": (one_text_viewed_often, "max_bytes"),
    "list views": (one_list_viewed_often, "max_bytes"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_stream_that_stands_for_a_huge_table_is_refused_in_bounded_memory(
    stream_of, child, tmp_path, name
):
    """Each in a process of its own, for its peak of memory: at most the 64 MiB of the limit and 64 more."""
    make, setting = BOMBS[name]
    table, options = make()
    content = stream_of(table, **options)
    assert len(content) < 2 * MIB
    (tmp_path / "bomb").write_bytes(content)
    answer = child("bomb.py", tmp_path / "bomb", 64 * MIB)
    assert answer["error"] == "TooLarge"
    assert f"limits.{setting}" in answer["text"]
    assert answer["peak_growth"] < 128 * MIB


def test_deltas_count_as_the_dictionaries_they_grow_into(body):
    """A hundred deltas of 10 kB are 1 MB on the wire and fifty times that when each batch has its own sum."""
    sink = io.BytesIO()
    schema = pa.schema([("word", pa.dictionary(pa.int32(), pa.string()))])
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        words = []
        for index in range(100):
            words.append(f"{index:10000}")
            values = pa.DictionaryArray.from_arrays(pa.array([index], pa.int32()), pa.array(words))
            writer.write_batch(pa.record_batch([values], schema=schema))
    content = sink.getvalue()
    assert len(content) < 2 * MIB
    with pytest.raises(TooLarge, match=r"limits\.max_bytes"):
        read_table(body(content), replace(LIMITS, max_bytes=10 * MIB))
    assert read_table(body(content), replace(LIMITS, max_bytes=64 * MIB)).table.num_rows == 100


# Damaged streams


def test_no_flipped_bit_of_a_schema_makes_a_column_of_no_use(body, stream_of):
    """One of them makes an interval of months: an Arrow type that pyarrow has no array for."""
    content = stream_of(pa.table({"a": pa.array([(1, 2, 3)], pa.month_day_nano_interval())}))
    refused = 0
    for place in range(8, batches_of(content)[0]):
        for bit in range(8):
            damaged = bytearray(content)
            damaged[place] ^= 1 << bit
            try:
                table = read_table(body(damaged), LIMITS).table
            except AnswerError:
                refused += 1
            else:
                assert all(len(cell_texts(column)) == 1 for column in table.columns)
    assert refused > 100


def test_a_flipped_bit_never_ends_the_process(child):
    answer = child("bitflips.py", 1, 1_000)
    assert answer["read"] + answer["refused"] == 1_000
    assert answer["refused"] > 300


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 10))
def test_many_flipped_bits_never_end_the_process(child, seed):
    answer = child("bitflips.py", seed, 10_000)
    assert answer["read"] + answer["refused"] == 10_000
