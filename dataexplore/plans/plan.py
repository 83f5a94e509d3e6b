"""One plan in depth: its steps, when it starts, whether it is paused, and how it went last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.clients.talend.words import plain_status
from dataexplore.errors import Forbidden, NotFound
from dataexplore.plans.listing import paused, placed
from dataexplore.plans.schedules import Schedule
from dataexplore.reports import Report
from dataexplore.reports.words import amount, duration, marked, minute

if TYPE_CHECKING:
    import networkx as nx

    from dataexplore.clients.records import Records
    from dataexplore.clients.talend import PlanExecutable, TalendClient
    from dataexplore.clients.talend.plan_runs import PlanRun
    from dataexplore.clients.talend.plan_steps import Step

__all__ = ["PlanInDepth"]

_RUNS = 3
_TEXT = pa.string()
_CONDITIONS = {
    "ALL_SUCCEEDED": "when all succeeded",
    "AT_LEAST_ONE_SUCCEEDED": "when one succeeded",
    "ALWAYS_PROCEED_ON": "in any case",
}


@dataclass(frozen=True, slots=True, repr=False)
class PlanInDepth(Report):
    """A plan, when it starts, and its newest runs.

    Attributes:
        plan: the plan with its chart.
        schedule: when it starts by itself.
        runs: its newest runs; None where the account may not see any.
    """

    plan: PlanExecutable
    schedule: Schedule
    runs: Records[PlanRun] | None = None

    @classmethod
    def read(cls, client: TalendClient, plan: PlanExecutable, now: dt.datetime | None = None) -> PlanInDepth:
        """Read the chart of a plan, its schedule and its newest runs."""
        found = plan if plan.steps else client.plans.get(plan.id or "")
        schedule = Schedule.read(client, found, now or dt.datetime.now(dt.UTC))
        runs: Records[PlanRun] | None = None
        try:
            runs = client.executions.plan_history(found.id, limit=_RUNS)
        except (Forbidden, NotFound):
            runs = None  # Processing is closed to the account: the chart is there all the same
        return cls(found, schedule, runs)

    @property
    def id(self) -> str | None:
        """The plan's id."""
        return self.plan.id

    @property
    def name(self) -> str | None:
        """The plan's name."""
        return self.plan.name

    @property
    def steps(self) -> Records[Step]:
        """The plan's steps in their order."""
        return self.plan.steps

    @property
    def graph(self) -> nx.DiGraph:
        """Its steps, what they run and their error handlers as a graph."""
        return self.plan.chart

    @property
    def headline(self) -> str:
        """What it is, when it starts next, and how it went last."""
        plan = self.plan
        tasks = sum(len(step.tasks) for step in self.steps)
        last = f"last run {marked(plain_status(plan.status))}" if plan.status else "never ran"
        parts = [
            f"{plan.name}: {last}",
            placed(plan),
            f"{amount(len(self.steps), 'step')}, {amount(tasks, 'task')}",
            self.schedule.words,
            f"next {self.schedule.next_utc} UTC" if self.schedule.next else "",
        ]
        return " · ".join(part for part in parts if part)

    @property
    def remarks(self) -> list[str]:
        """What it is for, whether it is paused, and its newest runs."""
        plan = self.plan
        lines = [plan.description or ""]
        if plan.paused:
            since = f", since {minute(plan.paused_at)} UTC" if plan.paused_at else ""
            lines.append(f"{paused(plan)}{since}: it starts neither by itself nor by hand")
        if self.runs is None:
            lines.append("Its runs are not told: the account has no rights to Talend's Processing")
        lines += [_in_a_line(run) for run in self.runs or ()]
        return [line for line in lines if line]

    @property
    def table(self) -> pa.Table:
        """The steps in their order."""
        steps = self.steps
        return pa.table(
            {
                "step": pa.array([step.name for step in steps], _TEXT),
                "goes on": pa.array([_condition(step) for step in steps], _TEXT),
                "last run": pa.array([_last(step) for step in steps], _TEXT),
                "tasks": pa.array([_told(step.tasks) for step in steps], _TEXT),
                "when it fails": pa.array([_told(step.on_failure) for step in steps], _TEXT),
                "note": pa.array([step.note or "" for step in steps], _TEXT),
            }
        )


def _in_a_line(run: PlanRun) -> str:
    took = f", took {duration(run.duration_s)}" if run.duration_s is not None else ""
    return f"{marked(run.status)} · {minute(run.started_at)} UTC{took} · run {run.execution_id}"


def _condition(step: Step) -> str:
    return _CONDITIONS.get(step.condition or "", step.condition or "")


def _last(step: Step) -> str:
    return "" if step.status is None else marked(plain_status(step.status))


def _told(parts: tuple[object, ...]) -> str:
    return ", ".join(map(str, parts))
