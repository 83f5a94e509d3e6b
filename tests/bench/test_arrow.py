"""CPU and memory of reading a 200 MB Arrow stream, as ratios to the least that any way can take."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
PEER = [sys.executable, str(HERE / "arrow_peer.py")]
WAYS = [
    ("limit", "length"),
    ("limit, validated", "length"),
    ("socket", "length"),
    ("client", "length"),
    ("client", "chunks"),
]
ROUNDS = 5
MIB = 2**20


@pytest.fixture(scope="module")
def port():
    with subprocess.Popen([*PEER, "serve"], env=ENVIRONMENT, stdout=subprocess.PIPE) as server:
        yield server.stdout.readline().decode().strip()
        server.kill()


def test_an_arrow_stream_is_read_near_the_limit_and_in_the_memory_of_its_data(port, capsys):
    """Each reading in a fresh process, the ways in turn, so that a busy machine slows all alike."""
    measured = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way in WAYS:
            done = subprocess.run(
                [*PEER, way[0], port, way[1]], env=ENVIRONMENT, capture_output=True, check=True
            )
            measured[way].append(json.loads(done.stdout))
    least = statistics.median(run["cpu_s"] for run in measured["limit", "length"])
    with capsys.disabled():
        for (name, framing), runs in measured.items():
            spent = statistics.median(run["cpu_s"] for run in runs)
            over = max(run["peak_over_data"] for run in runs) / MIB
            print(
                f"\n200 MB of Arrow: {name:16} {framing:6}"
                f" {spent * 1000:5.0f} ms CPU {spent / least:5.1f} x limit"
                f"   peak data {over:+.0f} MiB",
                end="",
            )
    for runs in measured.values():
        assert {run["rows"] for run in runs} == {1_600_000}
        assert max(run["peak_over_data"] for run in runs) < 35 * MIB
