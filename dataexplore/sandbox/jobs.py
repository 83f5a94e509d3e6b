"""Work in the background of the server: in a few threads, each piece cancellable, none left at the end."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from dataexplore.sandbox.warehouse import Warehouse

__all__ = ["Cancelled", "Job", "Jobs"]

log = logging.getLogger("dataexplore.sandbox")

THREADS = 4
INTERRUPT_EVERY_S = 0.05
THREAD_S = 10.0


class Cancelled(Exception):  # noqa: N818 - reads as what happened
    """The job was told to stop."""


class Job:
    """One piece of work; who does it asks :meth:`check` between steps and queries through :meth:`cursor`."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.done = threading.Event()
        self._warehouse = warehouse
        self._cancelled = threading.Event()
        self._cursors: list[Any] = []

    @property
    def cancelled(self) -> bool:
        """Whether the job was told to stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Go on, or stop here.

        Raises:
            Cancelled: The job was told to stop.
        """
        if self.cancelled:
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            Cancelled: The job was told to stop, before or meanwhile.
        """
        if self._cancelled.wait(seconds):
            raise Cancelled

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Open a session of its own, which a cancel interrupts.

        Raises:
            Cancelled: The job was told to stop, before or while a query ran.
        """
        self.check()
        cursor = self._warehouse.cursor()
        self._cursors.append(cursor)
        try:
            yield cursor
        except duckdb.Error:
            self.check()  # an interrupt, or its consequence
            raise
        finally:
            self._cursors.remove(cursor)
            cursor.close()

    def cancel(self) -> None:
        """Tell the job to stop; it does so soon after."""
        if not self._cancelled.is_set():
            self._cancelled.set()
            threading.Thread(target=self._interrupt, daemon=True).start()

    def _interrupt(self) -> None:
        # Repeated, for one that comes before a query has begun is lost.
        while True:
            for cursor in list(self._cursors):
                with suppress(duckdb.ConnectionException):  # closed just now
                    cursor.interrupt()
            if self.done.wait(INTERRUPT_EVERY_S):
                return


class Jobs:
    """What waits and runs in the background.

    ``closing`` is set when the server stops: wait on it instead of sleeping.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self.closing = threading.Event()
        self._warehouse = warehouse
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="job")
        self._lock = threading.Lock()
        self._jobs: dict[Hashable, Job] = {}
        self._at_close: list[Callable[[], object]] = []

    def at_close(self, work: Callable[[], object]) -> None:
        """Have this done first when the server stops: it ends what has threads of its own."""
        self._at_close.append(work)

    def keep(self, thread: threading.Thread) -> None:
        """Start a thread that ends when ``closing`` is set, and wait for its end when the server stops.

        One that was left in the middle of a query would take the whole process down with it.
        """
        thread.start()
        self.at_close(lambda: thread.join(THREAD_S))

    def start(self, key: Hashable, work: Callable[[Job], object]) -> Job:
        """Do this as soon as a thread is free; when a job of that key waits or runs, that one is given.

        ``work`` runs even for a job that was cancelled while it waited, so that it can tell so: its first
        ``check`` raises. It must end on its own; an error of it is logged and otherwise lost.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                job = self._jobs[key] = Job(self._warehouse)
                if self.closing.is_set():
                    job.cancel()
                self._threads.submit(self._do, key, job, work)
        return job

    def find(self, key: Hashable) -> Job | None:
        """Give the job of this key while it waits or runs."""
        return self._jobs.get(key)

    def close(self) -> None:
        """Cancel everything and wait until the last job is over."""
        self.closing.set()
        for work in self._at_close:
            work()
        with self._lock:
            jobs = list(self._jobs.values())
        # The last first: what waits must not begin because what ran before it has ended.
        for job in reversed(jobs):
            job.cancel()
        self._threads.shutdown()

    def _do(self, key: Hashable, job: Job, work: Callable[[Job], object]) -> None:
        try:
            work(job)
        except Cancelled:
            pass
        except Exception:
            log.exception("The job %s failed", key)
        finally:
            with self._lock:
                del self._jobs[key]
            job.done.set()
