"""A walk over HTTP to a service that takes 50 ms an answer, beside what latency alone would take."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from dataexplore.clients.datafold import Explore
from dataexplore.lineage import Lineage
from dataexplore.lineage.source import Source
from dataexplore.lineage.walk import AT_ONCE
from dataexplore.secret import Secret
from dataexplore.settings import ServiceSettings
from dataexplore.transport import Session

NODES, FAN_OUT, LATENCY_S = 1_000, 3, 0.05
# Node n has the nodes 3n+1 to 3n+3 downstream: 7 hops deep, and every node is one request.
SERVICE = f"""
import asyncio, json, re

def answer(path):
    number = int(re.search(rb"db\\.s\\.t(\\d+)", path)[1])
    near = range({FAN_OUT} * number + 1, min({FAN_OUT} * number + {FAN_OUT} + 1, {NODES}))
    if b"upstreams" in path:
        near = [(number - 1) // {FAN_OUT}] if number else []
    return json.dumps([
        {{"type": "Table", "name": f"t{{n}}", "path": ["db", "s", f"t{{n}}"],
          "columns": [{{"name": f"column_{{c}}"}} for c in range(10)]}} for n in near
    ]).encode()

async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            body = answer(head.split(b" ", 2)[1])
            await asyncio.sleep({LATENCY_S})
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n"
                         b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def port():
    with subprocess.Popen([sys.executable, "-c", SERVICE], stdout=subprocess.PIPE, text=True) as service:
        yield int(service.stdout.readline())
        service.kill()


def test_a_walk_of_1000_nodes_is_near_what_latency_alone_takes(port, capsys):
    @contextmanager
    def source():
        session = Session(
            ServiceSettings("datafold", "bench", url=f"http://127.0.0.1:{port}"), Secret("bench")
        )
        yield Source(Explore(session), 1)
        session.close()

    wall, cpu = time.perf_counter(), time.process_time()
    lineage = Lineage.of(source, "db.s.t0", up=0, budget=2 * NODES)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    limit = math.ceil(lineage.requests / AT_ONCE) * LATENCY_S
    with capsys.disabled():
        print(
            f"\nwalk, {lineage.requests:,} requests of {LATENCY_S * 1000:.0f} ms, {AT_ONCE} at once:"
            f" {wall:.2f} s wall (goal: 5 s), {wall / limit:.2f} x latency alone ({limit:.2f} s),"
            f" {cpu:.2f} s CPU",
            end="",
        )
    assert len(lineage.graph) == NODES
    assert lineage.complete
