"""The process: one socket on loopback, one line when it is ready, an end when it is told or left alone."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from dataexplore.sandbox import app
from dataexplore.sandbox.jobs import Jobs
from dataexplore.sandbox.lineage import Ledger
from dataexplore.sandbox.platform import Platform
from dataexplore.sandbox.records import Records
from dataexplore.sandbox.stream import Executions

if TYPE_CHECKING:
    import socket
    from collections.abc import Generator
    from pathlib import Path
    from types import FrameType

    from starlette.applications import Starlette

    from dataexplore.sandbox.platform import Tempo
    from dataexplore.sandbox.warehouse import Warehouse

__all__ = ["serve"]

GRACE_S = 2
# Longer than clients keep an idle connection: we must not close it just as a query comes.
IDLE_S = 120


async def serve(
    listener: socket.socket,
    warehouse: Warehouse,
    *,
    directory: Path | None,
    token: str,
    keep: bool,
    paste_params: bool,
    lineage_tables: int,
    bare: bool,
    tempo: Tempo,
) -> None:
    """Serve on a bound socket until told to stop; records are kept in ``directory``, or in memory."""
    records = Records(directory)
    ledger = Ledger(warehouse, records)
    platform = Platform(
        warehouse, Executions(), records, Jobs(warehouse), ledger, lineage_tables, bare, tempo
    )
    try:
        application = app.create(platform, token=token, paste_params=paste_params)
        await Server(application, platform, token=token, keep=keep).serve([listener])
    finally:
        platform.jobs.close()
        platform.records.close()


class Server(uvicorn.Server):
    """Serves until stdin ends or a signal comes, whichever is first."""

    def __init__(self, application: Starlette, platform: Platform, *, token: str, keep: bool) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http="h11",
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=IDLE_S,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._executions = platform.executions
        self._token = token
        self._keep = keep

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets
        host, port = sockets[0].getsockname()
        ready = {"url": f"http://{host}:{port}", "token": self._token, "pid": os.getpid()}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        if not self._keep:
            threading.Thread(target=self._watch_stdin, daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._executions.interrupt_all()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take a signal as a wish to end well, however often it comes, and not as a failure."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        yield

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.should_exit = True

    def _watch_stdin(self) -> None:
        # The pipe closes with the process that holds it, even when that one is killed.
        try:
            while os.read(0, 2**16):
                pass
        except OSError:
            pass  # no stdin at all: nobody holds it
        self.should_exit = True
