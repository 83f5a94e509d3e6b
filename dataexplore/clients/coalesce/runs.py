"""Runs: what ran, how it went, each node's result; and waiting for one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from dataexplore.clients import waiting
from dataexplore.clients.answers import fetch_record
from dataexplore.clients.coalesce.listings import Listing, pages
from dataexplore.clients.coalesce.run_results import RunResult, result_rows
from dataexplore.clients.coalesce.words import (
    counter,
    elapsed,
    is_over,
    plain_status,
    status,
    vendor_status,
)
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, anything, instant, integer, record, text
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dataexplore.transport import Session

__all__ = ["Run", "Runs"]

_ALL = "/api/v1/runs"
LIST = Operation("listRuns", "GET", _ALL, repeatable=True)
GET = Operation("getRun", "GET", f"{_ALL}/{{runID}}", repeatable=True)
RESULTS = Operation("listRunResults", "GET", f"{_ALL}/{{runID}}/results", repeatable=True)

_OLDER_IN_A_ROW = 20
_STARTED = ("startedAt", "runStartTime")
_COMPLETED = ("completedAt", "runEndTime")


@record
class Run(Record):
    """A run: nodes of an environment refreshed, or a deploy.

    Attributes:
        id: its counter.
        status: ``queued``, ``running``, ``success``, ``failed``, ``cancelled``, or another word.
        run_type: ``refresh`` or ``deploy``.
        started_at: None while it is queued.
        duration_s: seconds from start to end; None before its end.
        job_id: the job it runs; None for the whole environment or for nodes that were selected.
        rerun_of: the run whose failed nodes it runs again.
        failure_reason: why it failed, in the service's words.
        nodes_in_run: how many nodes it has.
        parameters: with which parameters.
        run_status: the status in the service's own word.
    """

    id: int | None = counter("runCounter", "id")
    status: str | None = status("status", "runStatus")
    run_type: str | None = text("runType")
    environment_id: str | None = text("environmentID", "runDetails.environmentID")
    job_id: str | None = text("runDetails.jobID", "jobID")
    started_at: dt.datetime | None = instant(*_STARTED)
    completed_at: dt.datetime | None = instant(*_COMPLETED)
    duration_s: float | None = elapsed(_STARTED, _COMPLETED)
    failure_reason: str | None = text("runFailureReason")
    rerun_of: int | None = counter("reRunID")
    nodes_in_run: int | None = integer("runDetails.nodesInRun")
    parallelism: int | None = counter("runDetails.parallelism")
    include_nodes_selector: str | None = text("runDetails.includeNodesSelector")
    exclude_nodes_selector: str | None = text("runDetails.excludeNodesSelector")
    parameters: Any = anything(None, "runTimeParameters")
    user_id: str | None = text("userID")
    run_status: str | None = text("runStatus", "status")

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more."""
        return is_over(self.status, self.completed_at)


class Runs:
    """The operations on runs, and waiting for one; the scheduler starts them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        environment_id: str | int | None = None,
        run_status: str | None = None,
        run_type: str | None = None,
        project_id: str | int | None = None,
        since: dt.datetime | None = None,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "desc",
    ) -> Records[Run]:
        """List the runs, the newest first (GET /api/v1/runs).

        The filters are beyond the contract. A service that does not know them sends every run: then those of
        another environment, status or type are left out here. A run does not tell its project, so this filter
        is the service's alone.

        Args:
            environment_id: runs of this environment.
            run_status: ``queued``, ``running``, ``success``, ``failed``, ``cancelled`` or the service's word.
            run_type: ``refresh`` or ``deploy``.
            project_id: runs of this project's environments.
            since: runs that started then or later, and those that wait. No service filters by time: in the
                order without other wishes the reading stops soon after this edge, in any other it goes to the
                end.
            limit: at most so many; None for all.
            order_by: ``id``, or another field by the service's name.
            order_by_direction: ``asc`` or ``desc``.

        Raises:
            InputError: a limit, an order or a filter that is none.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(
            environment_id=environment_id,
            run_status=run_status,
            run_type=run_type,
            project_id=project_id,
            since=since,
            limit=limit,
            order_by=order_by,
            order_by_direction=order_by_direction,
        )
        return Records(found, Run)

    def iterate(
        self,
        *,
        environment_id: str | int | None = None,
        run_status: str | None = None,
        run_type: str | None = None,
        project_id: str | int | None = None,
        since: dt.datetime | None = None,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "desc",
    ) -> Iterator[Run]:
        """Go through the runs, each page read when it is needed; arguments as of :meth:`list`."""
        environment = None if environment_id is None else identifier(environment_id, "environment")
        wanted = None if run_status is None else plain_status(word(run_status, "run_status"))
        kind = None if run_type is None else word(run_type, "run_type")

        edge = None if since is None else _Edge(since)

        def keep(run: Run) -> bool:
            if edge is not None and edge.is_before(run):
                return False
            asked = ((environment, run.environment_id), (wanted, run.status), (kind, run.run_type))
            return all(want is None or told is None or want == told for want, told in asked)

        return pages(
            self._session,
            LIST,
            Run,
            Listing(limit, order_by, order_by_direction),
            query={
                "environmentID": environment,
                "runStatus": None if wanted is None else vendor_status(wanted),
                "runType": kind,
                "projectID": None if project_id is None else identifier(project_id, "project"),
            },
            keys=("runCounter", "id"),
            keep=keep if environment or wanted or kind or edge else None,
            until=edge.is_passed if edge and (order_by, order_by_direction) == ("id", "desc") else None,
        )

    def get(self, run_id: str | int, *, deadline_s: float | None = None) -> Run:
        """Read a run (GET /api/v1/runs/{runID}).

        Raises:
            NotFound: there is none with this counter.
        """
        return fetch_record(self._session, GET, Run, _one(run_id), deadline_s=deadline_s)

    def results(self, run_id: str | int) -> Records[RunResult]:
        """Read how each node of a run went (GET /api/v1/runs/{runID}/results).

        Raises:
            NotFound: there is no such run.
            Malformed: these are no results, or not all of them.
        """
        answer = self._session.fetch(RESULTS, _one(run_id))
        with self._session.naming(RESULTS):
            return Records.read(result_rows(answer), RunResult)

    def watch(self, run_id: str | int, *, deadline_s: float | None = None) -> Iterator[Run]:
        """Read a run again and again until it ended, and yield each state.

        The pauses grow to ten seconds. Whoever stops looking stops nothing in the service.

        Args:
            run_id: the run.
            deadline_s: total seconds; None goes on as long as it takes.

        Raises:
            DeadlineExceeded: it did not end in time; it goes on.
        """
        one = identifier(run_id, "run")
        return waiting.watch(
            self._session,
            lambda seconds: self.get(one, deadline_s=seconds),
            _ended,
            left=_left(one),
            deadline_s=deadline_s,
        )

    def wait(
        self,
        run_id: str | int,
        *,
        on_progress: Callable[[Run], None] | None = None,
        deadline_s: float | None = None,
    ) -> Run:
        """Wait until a run ended, and give its last state. When the waiting ends early, the run goes on.

        Args:
            run_id: the run.
            on_progress: called with each state read, and about ten times a second with the last one.
            deadline_s: total seconds; None waits as long as it takes.

        Raises:
            DeadlineExceeded: it did not end in time; it goes on.
            KeyboardInterrupt: Stop; the text says how to cancel the run.
        """
        # The run itself is asked and not the scheduler's status: the public scheduler tells one word, with no
        # times to show, and stands under another base on some hosts.
        one = identifier(run_id, "run")
        return waiting.wait(
            self._session,
            lambda seconds: self.get(one, deadline_s=seconds),
            _ended,
            left=_left(one),
            on_progress=on_progress,
            deadline_s=deadline_s,
        )


class _Edge:
    """The beginning of a window, for runs that come the newest first.

    They come as they were asked for, and a run that waited may start long after one that was asked for later;
    so one that is older ends nothing yet.
    """

    def __init__(self, since: dt.datetime) -> None:
        self._since = since if since.tzinfo else since.replace(tzinfo=dt.UTC)
        self._older = 0

    def is_before(self, run: Run) -> bool:
        return run.started_at is not None and run.started_at < self._since

    def is_passed(self, run: Run) -> bool:
        self._older = self._older + 1 if self.is_before(run) else 0
        return self._older > _OLDER_IN_A_ROW


def _one(run_id: str | int) -> dict[str, str]:
    return {"runID": identifier(run_id, "run")}


def _ended(run: Run) -> bool:
    return run.ended


def _left(run_id: str) -> str:
    shown = run_id if run_id.isdigit() else repr(run_id)
    return (
        f"Run {run_id} goes on in Coalesce: look at it with ws.coalesce.runs.get({shown}), "
        f"cancel it with ws.coalesce.scheduler.cancel({shown})."
    )
