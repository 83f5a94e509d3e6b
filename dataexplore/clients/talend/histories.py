"""What ran: the histories of plans and tasks, whole or an error, and the names to read them by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from dataexplore.clients.answers import page_size
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, record, text
from dataexplore.clients.talend.instants import window
from dataexplore.clients.talend.listings import MOST, changes, optional, pages
from dataexplore.clients.talend.plan_runs import PlanRun
from dataexplore.clients.talend.rights import processing
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.clients.talend.words import LIVE, Filter, status_filter
from dataexplore.errors import Forbidden, InputError, NotFound
from dataexplore.transport import Operation, by_offset

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dataexplore.transport import Session

    Names = Mapping[str, str]

__all__ = ["Histories", "Listing"]

_PLANS = "/processing/executables/plans"
_TASKS = "/processing/executables/tasks"
ALL_PLANS = Operation("listPlansExecutions", "GET", f"{_PLANS}/executions", repeatable=True)
ONE_PLAN = Operation("listPlanExecutions", "GET", f"{_PLANS}/{{planId}}/executions", repeatable=True)
ALL_TASKS = Operation("listTasksExecutions", "GET", f"{_TASKS}/executions", repeatable=True)
ONE_TASK = Operation("listTaskExecutions", "GET", f"{_TASKS}/{{taskId}}/executions", repeatable=True)
# A POST that only searches.
SEARCH = Operation("searchTasksExecutions", "POST", f"{_TASKS}/executions", repeatable=True)
PLAN_NAMES = Operation("listPlansExecutables", "GET", _PLANS, repeatable=True)
TASK_NAMES = Operation("listTasksExecutables", "GET", _TASKS, repeatable=True)

_KEY = "executionId"
_MOST_DAYS = 60

Kind = TypeVar("Kind", bound=Record)


class Listing(Protocol):
    """What lists the plans, or the tasks, of Orchestration."""

    def list(self) -> Records[Any]:
        """Give all of them."""


@record
class _Executable(Record):
    executable: str | None = text()
    name: str | None = text()


@dataclass(frozen=True, slots=True)
class _Question:
    """One history that is asked for, its arguments checked.

    Attributes:
        kept: the status that is filtered here.
    """

    operation: Operation
    names: dict[str, str]
    query: dict[str, Any]
    kept: str | None

    @property
    def moving(self) -> bool:
        """Whether it has only what runs now, and so gets shorter while it is read."""
        return self.query.get("status") in LIVE


class Histories:
    """The histories of plans and tasks.

    Args:
        session: asks.
        plans: lists the plans, for their names.
        tasks: lists the tasks, likewise.
    """

    def __init__(self, session: Session, plans: Listing, tasks: Listing) -> None:
        self._session = session
        self._plans = plans
        self._tasks = tasks

    def plan_history(
        self,
        plan_id: str | None = None,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        last_days: int | None = None,
        status: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
        names: Names | None = None,
    ) -> Records[PlanRun]:
        """List the runs of a plan, or of all plans that the account may see.

        GET /processing/executables/plans/executions, or .../plans/{planId}/executions.

        Args:
            plan_id: the plan; without it all of them.
            since: runs that overlap the time from here, also those that began before it.
            until: up to here.
            last_days: instead of a window: the last 1 to 60 days.
            status: ``running``, ``succeeded``, ``failed``, ``misfired``, or the service's word.
            environment_id: runs in this environment; for all plans only.
            workspace_id: runs in this workspace; for all plans only.
            limit: at most so many; None for all.
            names: names of plans by their ids, as :meth:`plan_names` gives them; each run gets its own.

        Raises:
            InputError: a window, a status or a limit that is none; nothing was sent.
            Forbidden: the account has no rights to Processing.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate_plan_history(
            plan_id,
            since=since,
            until=until,
            last_days=last_days,
            status=status,
            environment_id=environment_id,
            workspace_id=workspace_id,
            limit=limit,
            names=names,
        )
        return Records(found, PlanRun)

    def iterate_plan_history(
        self,
        plan_id: str | None = None,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        last_days: int | None = None,
        status: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
        names: Names | None = None,
    ) -> Iterator[PlanRun]:
        """Go through runs of plans, a page read when it is needed; arguments as of :meth:`plan_history`."""
        wanted = status_filter(status, "plan")
        times = _times(since, until, last_days)
        query = times | _places(environment_id, workspace_id) | changes(status=wanted.sent)
        question = _question(ALL_PLANS if plan_id is None else ONE_PLAN, "plan", plan_id, query, wanted)
        runs = self._history(question, PlanRun, limit)
        return (replace(run, plan_name=names.get(run.plan_id or "")) for run in runs) if names else runs

    def task_history(
        self,
        task_id: str | None = None,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        last_days: int | None = None,
        status: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
        names: Names | None = None,
    ) -> Records[TaskRun]:
        """List the runs of a task, or of all tasks that the account may see, also those within plans.

        GET /processing/executables/tasks/executions, or .../tasks/{taskId}/executions. Without a window the
        service gives the last 60 days.

        Args:
            task_id: the task; without it all of them.
            since: see :meth:`plan_history`, as all that is not told here.
            until: likewise.
            last_days: likewise.
            status: ``queued``, ``running``, ``succeeded``, ``failed``, ``cancelled``, ``misfired``, or the
                service's word. It has four words for failed: all are read then, and filtered here.
            environment_id: runs in this environment; for all tasks only.
            workspace_id: runs in this workspace; for all tasks only.
            limit: at most so many; None for all.
            names: names of tasks by their ids, as :meth:`task_names` gives them; each run gets its own.

        Raises:
            InputError: a window, a status or a limit that is none; nothing was sent.
            Forbidden: the account has no rights to Processing.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate_task_history(
            task_id,
            since=since,
            until=until,
            last_days=last_days,
            status=status,
            environment_id=environment_id,
            workspace_id=workspace_id,
            limit=limit,
            names=names,
        )
        return Records(found, TaskRun)

    def iterate_task_history(
        self,
        task_id: str | None = None,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        last_days: int | None = None,
        status: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
        names: Names | None = None,
    ) -> Iterator[TaskRun]:
        """Go through runs of tasks, a page read when it is needed; arguments as of :meth:`task_history`."""
        wanted = status_filter(status, "task")
        times = _times(since, until, last_days)
        query = times | _places(environment_id, workspace_id) | changes(status=wanted.sent)
        question = _question(ALL_TASKS if task_id is None else ONE_TASK, "task", task_id, query, wanted)
        return _named(self._history(question, TaskRun, limit), names)

    def search_tasks(
        self,
        *,
        tags: Sequence[str] = (),
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        last_days: int | None = None,
        status: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
        names: Names | None = None,
    ) -> Records[TaskRun]:
        """List the runs of tasks that have all of these tags (POST /processing/executables/tasks/executions).

        It only reads. The other arguments and the errors are those of :meth:`task_history`.
        """
        if isinstance(tags, str):
            raise InputError(f"tags is {tags!r}.", f"Pass a list: [{tags!r}].")
        wanted = status_filter(status, "task")
        times = _times(since, until, last_days)
        body = times | _places(environment_id, workspace_id) | changes(status=wanted.sent)
        body |= changes(tags=[word(tag, "tag") for tag in tags] or None)
        question = _Question(SEARCH, {}, body, wanted.kept)
        return Records(_named(self._history(question, TaskRun, limit), names), TaskRun)

    def named_plan_history(self, plan_id: str | None = None, **filters: Any) -> Records[PlanRun]:
        """List runs of plans with the plans' names; filters and errors as of :meth:`plan_history`."""
        return self.plan_history(plan_id, names=self.plan_names(), **filters)

    def named_task_history(self, task_id: str | None = None, **filters: Any) -> Records[TaskRun]:
        """List runs of tasks with the tasks' names; filters and errors as of :meth:`task_history`."""
        return self.task_history(task_id, names=self.task_names(), **filters)

    def plan_names(self) -> dict[str, str]:
        """Read the names of all plans by their ids.

        Orchestration is asked first; where it is closed to the account, Processing's own list (GET
        /processing/executables/plans), which the vendor does not publish.
        """
        return self._names(self._plans.list, PLAN_NAMES)

    def task_names(self) -> dict[str, str]:
        """Read the names of all tasks by their ids (else GET /processing/executables/tasks)."""
        return self._names(self._tasks.list, TASK_NAMES)

    def _names(self, listed: Callable[[], Iterable[Record]], otherwise: Operation) -> dict[str, str]:
        try:
            rows = [*listed()]
        except (Forbidden, NotFound):
            with processing(otherwise):
                rows = [*pages(self._session, otherwise, _Executable, limit=None, key="executable")]
        told = ((row.raw.get("executable"), row.raw.get("name")) for row in rows)
        return {key: name for key, name in told if isinstance(key, str) and isinstance(name, str)}

    def _history(self, question: _Question, kind: type[Any], limit: int | None) -> Iterator[Any]:
        size = page_size(limit, MOST)
        if question.kept is not None:
            size = MOST  # what does not fit is read too

        full = False

        def ask(page: dict[str, str | int]) -> Any:
            nonlocal full
            told = {**question.query, **page}
            how: dict[str, Any] = {"json": told} if question.operation is SEARCH else {"params": told}
            answer = self._session.fetch(question.operation, question.names, **how)
            rows = answer.get("items") if isinstance(answer, dict) else None
            full = full or (isinstance(rows, list) and len(rows) >= size)
            # What runs now fits on one page: what has ended when the end is asked for is not lost. On several
            # pages a run may slip by between two of them, and the totals tell.
            return {**answer, "total": None} if question.moving and rows is not None and not full else answer

        def read() -> Iterator[Any]:
            with processing(question.operation), self._session.naming(question.operation):
                for row in by_offset(ask, limit=size, rows="items", key=_KEY):
                    run = kind.read(row)
                    if question.kept in {None, run.status}:
                        yield run

        return islice(read(), limit)


def _question(
    operation: Operation, kind: str, asked: str | None, query: dict[str, Any], wanted: Filter
) -> _Question:
    if asked is None:
        return _Question(operation, {}, query, wanted.kept)
    if not query.keys().isdisjoint({"environmentId", "workspaceId"}):
        raise InputError(
            f"The history of one {kind} has no filter by environment or workspace.",
            f"Leave it out, or list the runs of all {kind}s.",
        )
    return _Question(operation, {f"{kind}Id": identifier(asked, kind)}, query, wanted.kept)


def _times(since: dt.datetime | None, until: dt.datetime | None, last_days: int | None) -> dict[str, Any]:
    first, last = window(since, until)
    if last_days is not None and not (first is None and last is None):
        raise InputError("last_days and a window are two ways to say it.", "Give one of them.")
    if last_days is not None and (type(last_days) is not int or not 1 <= last_days <= _MOST_DAYS):
        raise InputError(
            f"last_days is {last_days!r}.",
            f"Use a whole number from 1 to {_MOST_DAYS}; for more, use since and until.",
        )
    return changes(**{"from": first, "to": last, "lastDays": last_days})


def _places(environment_id: str | None, workspace_id: str | None) -> dict[str, Any]:
    return changes(
        environmentId=optional(environment_id, "environment"),
        workspaceId=optional(workspace_id, "workspace"),
    )


def _named(runs: Iterator[TaskRun], names: Names | None) -> Iterator[TaskRun]:
    return (replace(run, task_name=names.get(run.task_id or "")) for run in runs) if names else runs
