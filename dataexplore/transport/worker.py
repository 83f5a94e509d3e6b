"""The one thread beside the kernel's main one: completion, clicks, watching, background queries run here."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

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

    def when_done(self, call: Callable[[], None]) -> None:
        """Have ``call`` called when it ended, in whatever way; at once when it has."""
        self._future.add_done_callback(lambda _: call())

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
        try:
            return self._future.result(timeout_s)
        except CancelledError:
            raise Cancelled("The job was cancelled before it began.", "Start it again.") from None


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
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._jobs: set[Job[Any]] = set()
        self._closed = False
        # A daemon, unlike an executor's thread: Python must be able to end while a service is silent.
        threading.Thread(target=self._work, name="dataexplore", daemon=True).start()

    def submit(self, task: Callable[[Client], Result]) -> Job[Result]:
        """Queue ``task``; it gets the client as its only argument. After a close it is cancelled at once."""
        future: Future[Result] = Future()
        cancel = threading.Event()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(self._result(task, cancel))
            except BaseException as error:  # noqa: BLE001 - whatever it is belongs to who asks for the result
                future.set_exception(error)

        job = Job(future, cancel)
        self._jobs.add(job)
        future.add_done_callback(lambda _: self._jobs.discard(job))
        self._waiting.put(run)
        if self._closed:
            job.cancel()
        return job

    def close(self) -> None:
        """End the thread and cancel the jobs there are."""
        self._closed = True
        self._waiting.put(None)
        for job in tuple(self._jobs):
            job.cancel()

    def _work(self) -> None:
        while (run := self._waiting.get()) is not None:
            run()
            del run  # it holds the result, and the next job may be hours away

    def _result(self, task: Callable[[Client], Result], cancel: threading.Event) -> Result:
        client = self._open(cancel)
        try:
            return task(client)
        finally:
            self._close(client)
