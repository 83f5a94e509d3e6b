"""Read a stream again and again, each time with a few bits flipped; print how often it was refused or read.

Whatever is read must be usable to its last value: all of it goes into a frame and into cell texts.
"""

from __future__ import annotations

import io
import json
import random
import sys
from dataclasses import replace

import pyarrow as pa

from dataexplore.arrow.cells import cell_texts
from dataexplore.arrow.frame import to_frame
from dataexplore.arrow.stream import read_table
from dataexplore.errors import AnswerError
from dataexplore.settings import Limits

LIMITS = replace(Limits(), max_bytes=2**22, max_cells=2**16, max_message_bytes=2**20)

words = pa.array(["red", "green", None, "a colour with a long name"])
table = pa.table(
    {
        "number": pa.array([1, None, 3, 4]),
        "decimal": pa.array([1, None, 3, 4], pa.decimal128(38, 2)),
        "flag": pa.array([True, None, False, True]),
        "when": pa.array([1, None, 3, 4], pa.timestamp("us", "Europe/Berlin")),
        "text": words,
        "views": words.cast(pa.string_view()),
        "coded": words.dictionary_encode(),
        "runs": pa.RunEndEncodedArray.from_arrays(pa.array([1, 4], pa.int32()), pa.array(["x", None])),
        "nothing": pa.nulls(4),
        "list": pa.array([[1, None], None, [], [2]]),
        "list_view": pa.array([[1, None], None, [], [2]], pa.list_view(pa.int64())),
        "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}, None]),
        "map": pa.array([[("a", 1)], None, [], []], pa.map_(pa.string(), pa.int64())),
        "union": pa.UnionArray.from_dense(
            pa.array([0, 1, 0, 1], pa.int8()),
            pa.array([0, 0, 1, 1], pa.int32()),
            [pa.array([1, 2]), words[:2]],
        ),
        "uuid": pa.array([b"0" * 16, None, b"1" * 16, None], pa.uuid()),
        "interval": pa.array([(1, 2, 3), None, (4, 5, 6), None], pa.month_day_nano_interval()),
    }
)


def streams():
    for compression in (None, "lz4", "zstd"):
        sink = io.BytesIO()
        options = pa.ipc.IpcWriteOptions(compression=compression)
        with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table, 3)
        yield sink.getvalue()


class Body:
    def __init__(self, content):
        self.read = io.BytesIO(content)

    def readinto(self, buffer):
        return self.read.readinto(buffer)


def main(seed, count):
    chance = random.Random(seed)
    contents = list(streams())
    refused = 0
    for _ in range(count):
        damaged = bytearray(chance.choice(contents))
        for _ in range(chance.choice((1, 1, 2, 8))):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        try:
            read = read_table(Body(damaged), LIMITS)
        except AnswerError:
            refused += 1
            continue
        read.table.validate(full=True)
        for column in read.table.columns:
            cell_texts(column)
        to_frame(read.table)
    json.dump({"refused": refused, "read": count - refused}, sys.stdout)


main(int(sys.argv[1]), int(sys.argv[2]))
