"""A thousand readers of one sandbox while its runs go on."""

from __future__ import annotations

import asyncio
import json
import resource
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.coalesce.running import Runner

READERS = 1000
PATHS = (
    "/runs?limit=50&orderBy=id&orderByDirection=desc",
    "/runs/{run}",
    "/runs/{run}/results",
    "/scheduler/runStatus?runCounter={run}",
    "/environments/3/nodes?limit=20",
)


@pytest.fixture
def many_sockets():
    """As many open files as a thousand connections want; the sandbox inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def read_at_once(server, runs):
    """Ask on a thousand sockets, all open at once; httpx looks through its whole pool at each request."""

    async def read(place):
        path = PATHS[place % len(PATHS)].format(run=runs[place % len(runs)])
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = f"GET /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.token}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        status, _, body = answer.partition(b"\r\n\r\n")
        return status.split()[1], json.loads(body)

    return await asyncio.gather(*map(read, range(READERS)))


def test_a_thousand_readers_at_once_find_no_fault_while_runs_go_on(many_sockets, coalesce_of):
    """Case 43."""
    client = coalesce_of("--pace", 0, "--node-wait", 0.05)
    runner, server = Runner(client), coalesce_of.servers[-1]
    runner.wait(runner.start(3, "dim_stores"))
    before = server.rss_mib()
    started = [runner.start(place % 2 + 2) for place in range(6)]
    with ThreadPoolExecutor(1) as beside:  # the browser's tests leave an event loop in this thread
        answers = beside.submit(lambda: asyncio.run(read_at_once(server, started))).result()
    assert {status for status, _ in answers} == {b"200"}
    assert all(body for _, body in answers)
    for run in started:
        assert runner.wait(run)["status"] == "success"
        assert len(runner.nodes(run)) == 34
    newest = client.get("/runs", params={"limit": 6, "orderByDirection": "desc"}).json()["data"]
    assert sorted(run["runCounter"] for run in newest) == started
    assert server.rss_mib() < before + 256
