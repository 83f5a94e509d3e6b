"""A thousand readers of one sandbox while its runs and plans go on."""

from __future__ import annotations

import asyncio
import json
import resource
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.sandbox.coalesce.running import Runner
from tests.sandbox.talend.running import RETAIL
from tests.sandbox.talend.running import Runner as Plans

READERS = 1000
PATHS = (
    "/api/v1/runs?limit=50&orderBy=id&orderByDirection=desc",
    "/api/v1/runs/{run}",
    "/api/v1/runs/{run}/results",
    "/scheduler/runStatus?runCounter={run}",
    "/api/v1/environments/3/nodes?limit=20",
    "/processing/executables/plans/executions?limit=50",
    "/processing/executables/tasks/executions?limit=50",
    "/orchestration/executables/plans?limit=20",
)


@pytest.fixture
def many_sockets():
    """As many open files as a thousand connections want; the sandbox inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def beside():
    """Open clients of a server that are closed after the test."""
    opened = []

    def opening(server):
        opened.append(httpx.Client(base_url=server.url, headers=server.headers, trust_env=False, timeout=60))
        return opened[-1]

    yield opening
    for client in opened:
        client.close()


async def read_at_once(server, runs):
    """Ask on a thousand sockets, all open at once; httpx looks through its whole pool at each request."""

    async def read(place):
        path = PATHS[place % len(PATHS)].format(run=runs[place % len(runs)])
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.token}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        status, _, body = answer.partition(b"\r\n\r\n")
        return status.split()[1], json.loads(body)

    return await asyncio.gather(*map(read, range(READERS)))


def test_a_thousand_readers_at_once_find_no_fault_while_runs_and_plans_go_on(
    many_sockets, coalesce_of, beside
):
    """Case 43."""
    client = coalesce_of("--pace", 0, "--node-wait", 0.05)
    runner, server = Runner(client), coalesce_of.servers[-1]
    runner.wait(runner.start(3, "dim_stores"))
    before = server.rss_mib()
    plans = Plans(beside(server))
    nightly = plans.start(plans.plan(RETAIL))
    started = [runner.start(place % 2 + 2) for place in range(6)]
    with ThreadPoolExecutor(1) as thread:  # the browser's tests leave an event loop in this thread
        answers = thread.submit(lambda: asyncio.run(read_at_once(server, started))).result()
    assert {status for status, _ in answers} == {b"200"}
    assert all(body for _, body in answers)
    for run in started:
        assert runner.wait(run)["status"] == "success"
        assert len(runner.nodes(run)) == 34
    assert plans.wait(nightly)["status"] == "execution_successful"
    assert len(plans.steps(nightly)) == 3
    newest = client.get("/runs", params={"limit": 6, "orderByDirection": "desc"}).json()["data"]
    assert sorted(run["runCounter"] for run in newest) == started
    assert server.rss_mib() < before + 256
