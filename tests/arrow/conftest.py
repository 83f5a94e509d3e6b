"""What the tests of this room share: a body that arrives in pieces, and streams to put in it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest


class Body:
    """A body in memory, given out in pieces; it remembers the size of every buffer it was asked to fill."""

    def __init__(self, content, piece=1 << 20):
        self.rest = memoryview(content)
        self.piece = piece
        self.asked = []

    def readinto(self, buffer):
        self.asked.append(len(buffer))
        count = min(len(buffer), len(self.rest), self.piece)
        buffer[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


def write_stream(table, *, batch_rows=None, **options):
    """Give a table as the bytes of an Arrow stream; options are those of IpcWriteOptions."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, batch_rows)
    return sink.getvalue()


@pytest.fixture(scope="session")
def body():
    return Body


@pytest.fixture(scope="session")
def stream_of():
    return write_stream


def run_child(script, *arguments):
    """Run a script beside this file in a process of its own and give the JSON it prints."""
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-W", "error", here / script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(here.parents[1])},
        capture_output=True,
        check=False,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def child():
    return run_child


@pytest.fixture(scope="session")
def mixed():
    """A small table with the layouts that differ on the wire."""
    words = pa.array(["red", "green", None, "blue"] * 25)
    return pa.table(
        {
            "number": pa.array(range(100)),
            "text": words,
            "coded": words.dictionary_encode(),
            "nothing": pa.nulls(100),
            "list": pa.array([[1, None], None, [], [2]] * 25),
            "struct": pa.array([{"a": 1, "b": "x"}, None] * 50),
            "views": pa.array(["short", "a text longer than twelve bytes", None, ""] * 25, pa.string_view()),
        }
    )
