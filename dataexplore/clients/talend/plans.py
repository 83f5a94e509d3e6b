"""Plans: steps of tasks, when they start by themselves, and whether that is paused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.finding import find
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import (
    Record,
    Records,
    as_instant,
    flag,
    instant,
    parts,
    record,
    text,
)
from dataexplore.clients.talend.chart import graph
from dataexplore.clients.talend.instants import milliseconds, window
from dataexplore.clients.talend.listings import MOST, changes, in_environment, optional, pages
from dataexplore.clients.talend.plan_steps import PlanStep, Step, chart_steps, written
from dataexplore.clients.talend.run_config import RunConfig, run_config_body
from dataexplore.transport import Operation, by_offset

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    import networkx as nx

    from dataexplore.transport import Session

    Instants = list[dt.datetime]

__all__ = ["Plan", "PlanExecutable", "Plans"]

_ALL = "/orchestration/executables/plans"
_ONE = f"{_ALL}/{{planId}}"
_CONFIG = f"{_ONE}/run-config"
LIST = Operation("listPlans", "GET", _ALL, repeatable=True)
CREATE = Operation("createPlan", "POST", _ALL, repeatable=False)
GET = Operation("getPlan", "GET", _ONE, repeatable=True)
UPDATE = Operation("updatePlan", "PUT", _ONE, repeatable=False)
DELETE = Operation("deletePlan", "DELETE", _ONE, repeatable=False)
GET_CONFIG = Operation("getPlanRunConfig", "GET", _CONFIG, repeatable=True)
PUT_CONFIG = Operation("putPlanRunConfig", "PUT", _CONFIG, repeatable=False)
STOP_SCHEDULE = Operation("stopPlanSchedule", "DELETE", _CONFIG, repeatable=False)
EVENTS = Operation("listPlanEvents", "GET", f"{_CONFIG}/events", repeatable=True)
PAUSE = Operation("pausePlan", "PUT", f"{_ONE}/pause", repeatable=False)


@record
class PlanExecutable(Record):
    """A plan as it stands: what became of its last run, whether it is paused, and its chart.

    Attributes:
        status: ``executing``, ``execution_successful`` or ``execution_failed``; None before its first run.
        paused: whether it is paused: then it does not start, by itself or otherwise.
        pause_context: why, in the words of whoever paused it.
        workspace: the name of its workspace.
        environment: the name of its environment.
    """

    id: str | None = text("executable", "id")
    name: str | None = text()
    status: str | None = text()
    paused: bool | None = flag("planPauseDetails.pause")
    workspace: str | None = text("workspace.name")
    environment: str | None = text("workspace.environment.name")
    description: str | None = text()
    pause_context: str | None = text("planPauseDetails.pauseContext")
    paused_by: str | None = text("planPauseDetails.user")
    paused_at: dt.datetime | None = instant("planPauseDetails.pauseDate")
    workspace_id: str | None = text("workspace.id")
    environment_id: str | None = text("workspace.environment.id")

    @property
    def steps(self) -> Records[Step]:
        """Its steps in their order; none when the service left the chart out, as its lists do."""
        return chart_steps(self.raw.get("chart"))

    @property
    def chart(self) -> nx.DiGraph:
        """The steps, what they run and their error handlers as a graph; see ``clients/talend/chart.py``."""
        return graph(self.steps)


@record
class Plan(Record):
    """A plan as it was defined: what creating or changing it answers.

    Attributes:
        steps: its steps in their order.
        author_type: ``HUMAN`` or ``SERVICE``.
        workspace: the name of its workspace.
        environment: the name of its environment.
    """

    id: str | None = text("id", "executable")
    name: str | None = text()
    workspace: str | None = text("workspace.name")
    environment: str | None = text("workspace.environment.name")
    description: str | None = text()
    author: str | None = text()
    created_at: dt.datetime | None = instant("createDate")
    updated_at: dt.datetime | None = instant("updateDate")
    steps: Records[Step] | None = parts(Step)
    author_type: str | None = text("authorType")
    workspace_id: str | None = text("workspace.id")
    environment_id: str | None = text("workspace.environment.id")

    @property
    def chart(self) -> nx.DiGraph:
        """The steps, what they run and their error handlers as a graph; see ``clients/talend/chart.py``."""
        return graph(self.steps or ())


class Plans:
    """The operations on plans."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        task_id: str | None = None,
        name: str | None = None,
        limit: int | None = None,
    ) -> Records[PlanExecutable]:
        """List the plans (GET /orchestration/executables/plans).

        Args:
            environment_id: only of this environment.
            workspace_id: only of this workspace.
            task_id: only those that run this task.
            name: filters on the name, as the service does it.
            limit: at most so many; None for all.

        Raises:
            InputError: a limit that is none.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(
            environment_id=environment_id, workspace_id=workspace_id, task_id=task_id, name=name, limit=limit
        )
        return Records(found, PlanExecutable)

    def iterate(
        self,
        *,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        task_id: str | None = None,
        name: str | None = None,
        limit: int | None = None,
    ) -> Iterator[PlanExecutable]:
        """Go through the plans, each page read when it is needed; arguments as of :meth:`list`."""
        query = {
            "environmentId": optional(environment_id, "environment"),
            "workspaceId": optional(workspace_id, "workspace"),
            "taskId": optional(task_id, "task"),
            "name": name,
        }
        return pages(self._session, LIST, PlanExecutable, limit=limit, query=query, key="executable")

    def get(self, plan_id: str) -> PlanExecutable:
        """Read a plan with its chart (GET /orchestration/executables/plans/{planId}).

        Raises:
            NotFound: there is none with this id.
        """
        return fetch_record(self._session, GET, PlanExecutable, _one(plan_id))

    def find(self, name_or_id: str, *, environment: str | None = None) -> PlanExecutable:
        """Find a plan by its id, else by its name, else by its name in other letter cases; with its chart.

        Args:
            name_or_id: which plan.
            environment: the name or id of its environment, for plans that have namesakes elsewhere.

        Raises:
            InputError: none is meant, or several; the near ones are named.
        """
        found = find(
            lambda: in_environment(self.list(), environment),
            name_or_id,
            "plan",
            place=lambda each: each.environment,
        )
        return found if found.id is None or "chart" in found.raw else self.get(found.id)

    def create(
        self,
        *,
        name: str,
        workspace_id: str,
        steps: Iterable[PlanStep | Step | Mapping[str, Any]],
        description: str | None = None,
    ) -> Plan:
        """Add a plan; nothing starts (POST /orchestration/executables/plans). It is never sent twice.

        Args:
            name: its name.
            workspace_id: its workspace.
            steps: its steps in their order: ``PlanStep``, the steps of another plan, or the service's words.
            description: what it is for.

        Raises:
            InputError: a step has no name, no task or no known condition, or its error handler runs nothing.
        """
        body = _body(name, workspace_id, steps, description)
        return fetch_record(self._session, CREATE, Plan, json=body)

    def update(
        self,
        plan_id: str,
        *,
        name: str,
        workspace_id: str,
        steps: Iterable[PlanStep | Step | Mapping[str, Any]],
        description: str | None = None,
    ) -> Plan:
        """Replace a plan's definition, all its steps too (PUT .../plans/{planId}). It is never sent twice.

        A step that is not among ``steps`` is gone. Arguments and errors as of :meth:`create`.
        """
        body = _body(name, workspace_id, steps, description)
        return fetch_record(self._session, UPDATE, Plan, _one(plan_id), json=body)

    def delete(self, plan_id: str) -> None:
        """Remove a plan for good, with its schedule (DELETE .../plans/{planId}).

        Its tasks stay. Nothing brings the plan back. It is never sent twice.

        Raises:
            Conflict: it runs just now, or another plan starts it.
        """
        self._session.fetch(DELETE, _one(plan_id))

    def run_config(self, plan_id: str) -> RunConfig:
        """Read when a plan starts by itself, and where it runs (GET .../plans/{planId}/run-config)."""
        return fetch_record(self._session, GET_CONFIG, RunConfig, _one(plan_id))

    def put_run_config(
        self,
        plan_id: str,
        *,
        trigger: Mapping[str, Any],
        runtime: Mapping[str, Any] | None = None,
        parallel_execution_allowed: bool | None = None,
    ) -> RunConfig:
        """Set when a plan starts by itself, and where it runs (PUT .../plans/{planId}/run-config).

        It replaces what was set before: from then on the plan starts by this trigger. It is never sent twice.

        Args:
            plan_id: which plan.
            trigger: in the service's words: ``type``, ``startDate`` and ``timeZone`` always, then what the
                type needs: ``interval``, ``atTimes``, ``atDays``, ``cronExpression``.
            runtime: in the service's words; without one ``{"type": "CLOUD"}``.
            parallel_execution_allowed: whether a run may begin while another goes on; else it is misfired.

        Raises:
            InputError: the trigger or the runtime lacks what it needs.
        """
        body = run_config_body(trigger, runtime, parallel_execution_allowed)
        return fetch_record(self._session, PUT_CONFIG, RunConfig, _one(plan_id), json=body)

    def stop_schedule(self, plan_id: str) -> None:
        """Drop a plan's run configuration (DELETE .../plans/{planId}/run-config). It is never sent twice.

        The plan starts no more by itself; nor can it be started by hand until it has a configuration again. A
        run that goes on is not stopped.
        """
        self._session.fetch(STOP_SCHEDULE, _one(plan_id))

    def events(self, plan_id: str, *, to: dt.datetime, since: dt.datetime | None = None) -> Instants:
        """Give the instants at which a plan will start by itself (GET .../run-config/events).

        Args:
            plan_id: which plan.
            to: the end of the window, which needs a time zone.
            since: its beginning; without it, the service's now.

        Returns:
            Instants in UTC, in their order; one at which two triggers fire stands once.

        Raises:
            InputError: an end of the window has no time zone, or the first comes after the second.
            Malformed: a page cannot be trusted, or has what is no instant.
        """
        milliseconds(to, "to")
        first, last = window(since, to, names=("since", "to"))
        ends = {"to": str(last), "from": None if first is None else str(first)}
        names = _one(plan_id)

        def ask(page: dict[str, str | int]) -> Any:
            return _as_rows(self._session.fetch(EVENTS, names, params={**ends, **page}))

        with self._session.naming(EVENTS):
            found = [row["instant"] for row in by_offset(ask, limit=MOST, rows="items", key="instant_text")]
        return sorted(found)

    def pause(self, plan_id: str, *, context: str) -> None:
        """Pause a plan: it starts no more, by itself or otherwise, until it is resumed (PUT .../pause).

        A run that goes on is not stopped. It is never sent twice.

        Args:
            plan_id: which plan.
            context: why, for whoever finds it paused.
        """
        body = {"pause": True, "pauseContext": word(context, "context")}
        self._session.fetch(PAUSE, _one(plan_id), json=body)

    def resume(self, plan_id: str, *, context: str | None = None) -> None:
        """End a plan's pause: it starts again by its schedule and by hand (PUT .../pause).

        What it missed meanwhile is not made up for. It is never sent twice.

        Args:
            plan_id: which plan.
            context: why.
        """
        told = None if context is None else word(context, "context")
        self._session.fetch(PAUSE, _one(plan_id), json={"pause": False, **changes(pauseContext=told)})


def _one(plan_id: str) -> dict[str, str]:
    return {"planId": identifier(plan_id, "plan")}


def _body(
    name: str,
    workspace_id: str,
    steps: Iterable[PlanStep | Step | Mapping[str, Any]],
    description: str | None,
) -> dict[str, Any]:
    return {
        "name": word(name, "name"),
        "workspaceId": identifier(workspace_id, "workspace"),
        "steps": written(steps),
        **changes(description=description),
    }


def _as_rows(answer: Any) -> Any:
    """Make rows of a page of bare instants; its total may count one twice, and is left out."""
    items = answer.get("items") if isinstance(answer, dict) else None
    instants = [as_instant(each) for each in items] if isinstance(items, list) else [None]
    if None in instants:
        return {}  # no page of instants: the reading says so
    return {"items": [{"instant_text": str(each), "instant": each} for each in instants]}
