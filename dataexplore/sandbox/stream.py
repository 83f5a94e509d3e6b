"""Executions while a client waits: in threads, bounded in number, interrupted when the client leaves."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.formats import FORMATS, stamp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.types import Receive, Scope, Send

    from dataexplore.sandbox.execution import Execution

__all__ = ["Executions", "ResultStream"]

log = logging.getLogger("dataexplore.sandbox")

# Executions at one time; each may hold a worker thread, two batches and DuckDB's streaming buffer.
SLOTS = 16
# The event loop copies what the socket does not take at once, so it gets modest pieces.
SEND_BYTES = 2**18
INTERRUPT_EVERY_S = 0.05

T = TypeVar("T")


class Executions:
    """What runs now, and the threads it runs in."""

    def __init__(self) -> None:
        self.running: dict[int, Execution] = {}
        self._slots = asyncio.Semaphore(SLOTS)
        self._threads = ThreadPoolExecutor(SLOTS, thread_name_prefix="execution")

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run blocking work beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def attend(self, execution: Execution, receive: Receive, serve: Callable[[], Awaitable[T]]) -> T:
        """Await ``serve`` in a slot of its own; interrupt the execution as soon as the client has left."""
        service = asyncio.ensure_future(self._occupy(execution, serve))
        departure = asyncio.ensure_future(_departure(receive))
        try:
            await asyncio.wait({service, departure}, return_when=asyncio.FIRST_COMPLETED)
            while not service.done():
                execution.interrupt()
                await asyncio.wait({service}, timeout=INTERRUPT_EVERY_S)
        finally:
            departure.cancel()
        return service.result()

    def interrupt_all(self) -> None:
        """Stop everything that runs, because the server stops."""
        for execution in list(self.running.values()):
            execution.interrupt()

    async def _occupy(self, execution: Execution, serve: Callable[[], Awaitable[T]]) -> T:
        self.running[execution.number] = execution
        try:
            async with self._slots:
                try:
                    return await serve()
                finally:
                    await self.in_thread(execution.close)
        finally:
            del self.running[execution.number]


class ResultStream:
    """Runs one execution and answers with its result in the form ``media``, batch by batch."""

    def __init__(self, executions: Executions, execution: Execution, media: str) -> None:
        self._executions = executions
        self._execution = execution
        self._media = media

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        await self._executions.attend(self._execution, receive, lambda: self._serve(send))

    async def _serve(self, send: Send) -> None:
        execution, in_thread = self._execution, self._executions.in_thread
        result = await in_thread(execution.start)
        chunks = FORMATS[self._media](result, execution.started_ns)
        chunk = await in_thread(lambda: next(chunks, None))
        # Nothing was sent so far: whatever failed could still be told in an error answer.
        started_at = stamp(execution.started_ns).encode()
        headers = [(b"content-type", self._media.encode()), (b"x-coginiti-execution-started-at", started_at)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while chunk is not None:
            # The next chunk is made while this one travels.
            upcoming = asyncio.ensure_future(in_thread(lambda: next(chunks, None)))
            try:
                for piece in _pieces(chunk):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            finally:
                await asyncio.wait({upcoming})
            try:
                chunk = upcoming.result()
            except Refusal as refusal:
                # Too late for an error answer: the body stays without its end, and so the client knows.
                log.warning("Execution %d was cut: %s", execution.number, refusal.detail.partition("\n")[0])
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _pieces(chunk: bytes) -> Iterator[memoryview]:
    view = memoryview(chunk)
    for start in range(0, len(view), SEND_BYTES):
        yield view[start : start + SEND_BYTES]


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
