"""Coalesce of a real sandbox; and the platform in this process, for what no request shows."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dataexplore.sandbox.jobs import Jobs
from dataexplore.sandbox.lineage import Ledger
from dataexplore.sandbox.platform import Platform
from dataexplore.sandbox.records import Records
from dataexplore.sandbox.stream import Executions
from dataexplore.sandbox.warehouse import Warehouse
from tests.sandbox.conftest import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def coalesce(server) -> Iterator[httpx.Client]:
    """Speak to Coalesce: paths are those of its contract."""
    with httpx.Client(
        base_url=f"{server.url}/api/v1", headers=server.headers, trust_env=False, timeout=30
    ) as client:
        yield client


class Sandboxes:
    """Starts sandboxes of one's own and speaks to their Coalesce."""

    def __init__(self, start: Callable[..., Any]) -> None:
        self._start = start
        self.servers: list[Any] = []
        self.clients: list[httpx.Client] = []

    def __call__(self, *arguments: object) -> httpx.Client:
        server = self._start("--scale", 0.01, *arguments)
        address = {"base_url": f"{server.url}/api/v1", "headers": server.headers}
        self.servers.append(server)
        self.clients.append(httpx.Client(**address, trust_env=False, timeout=30))
        return self.clients[-1]

    def stop(self) -> None:
        """End the one that was started last, well."""
        self.servers[-1].stop()


@pytest.fixture
def coalesce_of(start) -> Iterator[Sandboxes]:
    sandboxes = Sandboxes(start)
    yield sandboxes
    for client in sandboxes.clients:
        client.close()


@pytest.fixture
def name() -> str:
    """A name that nothing has in a sandbox which other tests use, too."""
    return f"test {uuid.uuid4().hex[:12]}"


def put_together(method: str, client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    """Send a body that must be taken; give the answer."""
    answer = client.request(method, path, json=body)
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


@pytest.fixture(scope="session")
def post(coalesce) -> Callable[..., dict[str, Any]]:
    return partial(put_together, "POST", coalesce)


@pytest.fixture(scope="session")
def put(coalesce) -> Callable[..., dict[str, Any]]:
    return partial(put_together, "PUT", coalesce)


@pytest.fixture(scope="session")
def refused() -> Callable[..., str]:
    """Check an answer that refuses in the flat shape; give its sentence."""

    def checking(answer: httpx.Response, status: int = 400, code: str = "BAD_REQUEST") -> str:
        assert answer.status_code == status, answer.text
        body = answer.json()
        assert sorted(body) == ["code", "error"]
        assert body["code"] == code
        sentence: str = body["error"]
        return sentence

    return checking


@pytest.fixture(scope="session")
def warehouse() -> Iterator[Warehouse]:
    built = Warehouse(None, scale=0.01, seed=1, memory="512MB")
    yield built
    built.close()


@pytest.fixture
def platform(warehouse) -> Iterator[Platform]:
    """Records and jobs of its own over the company's warehouse."""
    records = Records(None)
    made = Platform(warehouse, Executions(), records, Jobs(warehouse), Ledger(warehouse, records))
    yield made
    made.jobs.close()
    made.records.close()


@pytest.fixture(scope="module")
def coalesce_for_dev() -> Iterator[httpx.Client]:
    """A sandbox of a module's own, whose workspace it may fill."""
    running = launch("--scale", 0.01, "--pace", 0, "--node-wait", 0)
    with httpx.Client(
        base_url=f"{running.url}/api/v1", headers=running.headers, trust_env=False, timeout=30
    ) as client:
        yield client
    running.stop()
