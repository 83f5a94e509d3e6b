"""The engine: runs wait for their environment, and their nodes really run, several at a time."""

from __future__ import annotations

import logging
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from dataexplore.sandbox import moments
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT
from dataexplore.sandbox.coalesce.plan import Plan, names_needed
from dataexplore.sandbox.coalesce.run_book import ENDED
from dataexplore.sandbox.jobs import Cancelled, Job

if TYPE_CHECKING:
    from dataexplore.sandbox.coalesce.node_work import NodeWork, Todo
    from dataexplore.sandbox.coalesce.run_book import RunBook
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Engine"]

log = logging.getLogger("dataexplore.sandbox")

# More at once would only wait for each other: the database has as many threads as the machine has cores.
MOST_WORKERS = 32
CANCEL_S = 30.0


class Engine:
    """Runs what is submitted: one run at a time in each environment, the others wait in their order.

    Two runs of one environment would write the same tables.
    """

    def __init__(self, platform: Platform, book: RunBook, work: NodeWork) -> None:
        self._platform = platform
        self._book = book
        self._work = work
        self._lock = threading.Lock()
        self._waiting: dict[int, deque[int]] = {}
        self._jobs: dict[int, Job] = {}  # of every run that waits or runs
        self._threads: dict[int, threading.Thread] = {}
        self._closed = False

    def submit(self, number: int, environment: int) -> None:
        """Begin a run that the book has, as soon as its environment is free."""
        self._work.reserve(number, environment, self._book.nodes(number))
        with self._lock:
            self._jobs[number] = Job(self._platform.warehouse)
            if environment in self._waiting:
                self._waiting[environment].append(number)
                self._book.change(number, phase="waitingToRun")
                return
            self._waiting[environment] = deque([number])
            thread = threading.Thread(
                target=self._serve, args=(environment,), name=f"environment {environment}"
            )
            self._threads[environment] = thread
            thread.start()

    def is_busy(self, environment: int) -> bool:
        """Tell whether an environment runs something, or will in a moment."""
        with self._lock:
            return environment in self._waiting

    def cancel(self, number: int) -> bool:
        """Stop a run and wait until it has; False when it ended on its own before, or never was active."""
        with self._lock:
            job = self._jobs.get(number)
            if job is None:
                return False
            waiting = next((queue for queue in self._waiting.values() if number in queue), None)
            if waiting is not None:
                waiting.remove(number)
                del self._jobs[number]
                self._work.release(number)
                self._cancel_left(number)
                self._end(number, "canceled")
                return True
        job.cancel()
        job.done.wait(CANCEL_S)
        run = self._book.run(number)
        return run is not None and run["phase"] == "canceled"

    def close(self) -> None:
        """Stop everything; what had not ended is told as broken off by the server."""
        with self._lock:
            self._closed = True
            jobs, threads = list(self._jobs.values()), list(self._threads.values())
        for job in jobs:
            job.cancel()
        for thread in threads:
            thread.join()
        self._book.end_unfinished()

    def _serve(self, environment: int) -> None:
        """Run what waits for an environment, one after the other, until nothing does."""
        while True:
            with self._lock:
                queue = self._waiting[environment]
                if not queue or self._closed:
                    del self._waiting[environment]
                    return
                number = queue.popleft()
                job = self._jobs[number]
            try:
                self._run(number, job)
            except Exception:
                log.exception("Run %d broke", number)
                self._end(number, "failed", "The run broke inside the server.")
            finally:
                with self._lock:
                    del self._jobs[number]
                job.done.set()

    def _run(self, number: int, job: Job) -> None:
        run = self._book.run(number)
        assert run is not None
        if job.cancelled and self._closed:
            return  # told when all has stopped
        self._book.change(number, phase="rendering", started_at=moments.now())
        self._set_environment(run, "Refreshing")
        try:
            self._walk(run, job)
            self._conclude(number)
        finally:
            ended = self._book.run(number)
            assert ended is not None
            self._set_environment(run, "Failed Refresh" if ended["phase"] == "failed" else "Waiting")

    def _conclude(self, number: int) -> None:
        nodes = self._book.nodes(number)
        statuses = {node["status"] for node in nodes}
        failed = [node["name"] for node in nodes if node["status"] == "failed"]
        if statuses & {"queued", "running"}:
            return  # the server stops, and tells it when all has
        if "cancelled" in statuses:
            self._end(number, "canceled")
        elif failed:  # also when a cancel came too late
            self._end(number, "failed", f"{len(failed)} of {len(nodes)} nodes failed: {_some(failed)}")
        else:
            self._end(number, "completed")

    def _walk(self, run: Record, job: Job) -> None:
        """Run the nodes: each when what it needs is done, at most so many at once as the run allows."""
        number, nodes = run["id"], self._book.nodes(run["id"])
        todo = self._work.of(run, nodes)
        plan = Plan([(node["location"], node["name"]) for node in nodes], names_needed(todo.all_nodes))
        self._book.change(number, phase="running")
        at_once = max(1, min(run["parallelism"], len(nodes), MOST_WORKERS))
        underway: dict[Future[bool], int] = {}
        with ThreadPoolExecutor(at_once, thread_name_prefix=f"run {number}") as workers:
            while not plan.over and not (job.cancelled and not underway):
                while len(underway) < at_once and not job.cancelled and (place := plan.take()) is not None:
                    underway[workers.submit(self._node, todo, number, place, job)] = place
                ended, _ = wait(underway, return_when=FIRST_COMPLETED)
                for future in ended:
                    place = underway.pop(future)
                    skipped = plan.done(place, well=future.result())
                    if skipped and not job.cancelled:
                        self._book.change_nodes(number, skipped, status="skipped")
        if job.cancelled and not self._closed:
            self._cancel_left(number)

    def _cancel_left(self, number: int) -> None:
        left = [place for place, node in enumerate(self._book.nodes(number)) if node["status"] == "queued"]
        self._book.change_nodes(number, left, status="cancelled")

    def _node(self, todo: Todo, number: int, place: int, job: Job) -> bool:
        """Run one node and write down what became of it; tell whether what needs it can go on."""
        begun = moments.now()
        self._book.change_nodes(number, [place], status="running", started_at=begun)
        try:
            outcome = todo.do(place, job)
        except Cancelled:
            if not self._closed:
                self._book.change_nodes(number, [place], status="cancelled", ended_at=moments.now())
            return False
        self._book.change_nodes(number, [place], ended_at=moments.now(), **outcome)
        return bool(outcome["status"] == "success")

    def _end(self, number: int, phase: str, failure: str | None = None) -> None:
        run = self._book.run(number)
        if run and run["phase"] not in ENDED:
            self._book.change(number, phase=phase, completed_at=moments.now(), failure=failure)

    def _set_environment(self, run: Record, status: str) -> None:
        self._platform.records.change(
            ENVIRONMENT, run["environment"], lambda record: {**record, "status": status}
        )


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")  # noqa: PLR2004 - enough to see
