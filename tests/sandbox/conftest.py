"""A real sandbox process, spoken to without the package's own client."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ARROW = "application/vnd.apache.arrow.stream"
COMMAND = (sys.executable, "-m", "dataexplore.sandbox")


@dataclass
class Server:
    """A sandbox process that printed its line."""

    process: subprocess.Popen[str]
    url: str
    token: str

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def rss_mib(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self) -> int:
        if self.process.stdin:
            self.process.stdin.close()
        code = self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def launch(*arguments: object, **options: Any) -> Server:
    """Start a sandbox and wait for its line."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=options.pop("stdin", subprocess.PIPE),
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )
    assert process.stdout
    ready = json.loads(process.stdout.readline())
    assert ready["pid"] == process.pid
    return Server(process, ready["url"], ready["token"])


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Start sandboxes that end with the test."""
    servers: list[Server] = []

    def starting(*arguments: object, **options: Any) -> Server:
        servers.append(launch(*arguments, **options))
        return servers[-1]

    yield starting
    for server in servers:
        server.process.terminate()
        server.stop()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = launch("--scale", 0.01, "--pace", 0, "--node-wait", 0)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def api(server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers=server.headers, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def ask(api) -> Callable[..., httpx.Response]:
    """Post SQL; give the answer."""

    def asking(sql: str, accept: str = "application/json", connection: str = "warehouse", **more: Any) -> Any:
        body = {"sql": sql, "connection": {"name": connection, **more.pop("reference", {})}, **more}
        return api.post("/api/v1/exec/sql", json=body, headers={"Accept": accept})

    return asking


@pytest.fixture(scope="session")
def rows(ask) -> Callable[..., list[list[Any]]]:
    """Post SQL that must succeed; give its rows."""

    def asking(sql: str, **more: Any) -> Any:
        answer = ask(sql, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]["data"]

    return asking


@pytest.fixture
def begin(server) -> Iterator[Callable[..., socket.socket]]:
    """Send an execution on a socket of its own and give the socket, nothing read."""
    sockets: list[socket.socket] = []

    def beginning(sql: str, accept: str = ARROW) -> socket.socket:
        body = json.dumps({"sql": sql, "connection": {"name": "warehouse"}}).encode()
        head = (
            f"POST /api/v1/exec/sql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.token}\r\n"
            f"Accept: {accept}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        sockets.append(socket.create_connection(("127.0.0.1", server.port)))
        sockets[-1].sendall(head.encode() + body)
        return sockets[-1]

    yield beginning
    for opened in sockets:
        opened.close()


@pytest.fixture
def running(api) -> Callable[[], list[dict[str, Any]]]:
    """List what the sandbox runs now."""
    return lambda: api.get("/_sandbox/queries").json()["data"]


@pytest.fixture
def until() -> Callable[[Callable[[], Any], float], float]:
    """Wait until something holds and give the seconds it took; fail after ``seconds``."""

    def waiting(holds: Callable[[], Any], seconds: float) -> float:
        start = time.monotonic()
        while not holds():
            assert time.monotonic() - start < seconds, "it did not happen in time"
            select.select([], [], [], 0.02)
        return time.monotonic() - start

    return waiting
