"""The one thread beside the kernel's main one: completion, clicks, watching, background queries run here."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

from dataexplore.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Job", "Worker"]

Client = TypeVar("Client")
Result = TypeVar("Result")


class Job(Generic[Result]):
    """Something the worker does or will do."""

    def __init__(self, future: Future[Result], cancel: threading.Event) -> None:
        self._future = future
        self._cancel = cancel

    @property
    def done(self) -> bool:
        """Whether it ended, in whatever way."""
        return self._future.done()

    def cancel(self) -> None:
        """End it: a waiting job never starts, a running one's calls stop within a tick."""
        self._cancel.set()
        self._future.cancel()

    def result(self, timeout_s: float | None = None) -> Result:
        """Wait for what it gives, or for the error it ended with.

        Raises:
            Cancelled: it was cancelled.
            TimeoutError: it is not done within ``timeout_s``.
        """
        if self._future.cancelled():
            raise Cancelled("The job was cancelled before it began.", "Start it again.")
        return self._future.result(timeout_s)


class Worker(Generic[Client]):
    """Runs jobs one after another on one thread of its own, each with a client of its own.

    What a cell waits for does not belong here: it runs in the main thread, where Ctrl-C reaches it.

    Args:
        open_client: makes the client of a job; its calls must end when the event given is set.
        close_client: closes it again.
    """

    def __init__(
        self, open_client: Callable[[threading.Event], Client], close_client: Callable[[Client], None]
    ) -> None:
        self._open = open_client
        self._close = close_client
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dataexplore")

    def submit(self, task: Callable[[Client], Result]) -> Job[Result]:
        """Queue ``task``; it gets the client as its only argument."""
        cancel = threading.Event()

        def run() -> Result:
            client = self._open(cancel)
            try:
                return task(client)
            finally:
                self._close(client)

        return Job(self._thread.submit(run), cancel)

    def close(self) -> None:
        """Take no more jobs; those that wait never start."""
        self._thread.shutdown(wait=False, cancel_futures=True)
