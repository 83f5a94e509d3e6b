"""What a person waits for before the first row: `%load_ext`, the connect, and the magic's own share."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

LOADING = """
import json, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
started, cpu = time.perf_counter(), time.process_time()
shell.run_line_magic("load_ext", "dataexplore")
print(json.dumps([time.perf_counter() - started, time.process_time() - cpu]))
"""

OVERHEAD = """
import json, statistics, time
from IPython.core.interactiveshell import InteractiveShell
import dataexplore
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "dataexplore")
shell.run_line_magic("dataexplore", "connect sandbox")
client = dataexplore.connect("sandbox").coginiti.client
bare, magic = [], []
for _ in range(60):
    started = time.perf_counter()
    client.exec_sql("select 1 as one", connection="warehouse")
    bare.append(time.perf_counter() - started)
    started = time.perf_counter()
    shell.run_cell_magic("coginiti", "one --quiet", "select 1 as one")
    magic.append(time.perf_counter() - started)
print(json.dumps([statistics.median(bare[10:]), statistics.median(magic[10:])]))
"""


def run(script: str) -> list[float]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_loading_the_extension_costs_milliseconds():
    walls, cpus = zip(*(run(LOADING) for _ in range(7)), strict=True)
    print(
        f"\n%load_ext dataexplore: {statistics.median(walls) * 1000:.1f} ms wall, "
        f"{statistics.median(cpus) * 1000:.1f} ms CPU over a bare IPython (goal: 20 ms)"
    )


def test_the_magic_adds_little_to_the_bare_client():
    bare, magic = run(OVERHEAD)
    print(
        f"\none row, bare client {bare * 1000:.1f} ms, %%coginiti {magic * 1000:.1f} ms: "
        f"{(magic - bare) * 1000:+.1f} ms (goal: +10 ms)"
    )
