"""One run of a plan in depth: how its steps and tasks went, what failed and why, and its error handlers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dataexplore.clients.records import Records
from dataexplore.clients.talend.executions import step_names
from dataexplore.clients.talend.step_runs import StepRunDetails
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.errors import Forbidden, NotFound
from dataexplore.plans.failures import went_wrong
from dataexplore.plans.history import how
from dataexplore.plans.run_rows import rows, tabulated
from dataexplore.reports import Report
from dataexplore.reports.words import amount, duration, marked, minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from dataexplore.clients.talend import PlanExecutable, TalendClient
    from dataexplore.clients.talend.plan_runs import PlanRun
    from dataexplore.plans.names import Names

__all__ = ["PlanRunInDepth"]

_FAILURES_TOLD = 5
_ERROR_CHARACTERS = 600
_RUNNING_ASKED = 20


@dataclass(frozen=True, slots=True, repr=False)
class PlanRunInDepth(Report):
    """A run of a plan, and how each of its steps and tasks went.

    Attributes:
        run: the run.
        steps: those that began, with their names and the task runs that ended, whose names are joined.
        handlers: the error handlers that ran, by the ``execution_id`` of their step.
        running: the task runs that go on, by the ``execution_id`` of their step; of a run that goes on.
        plan: the plan as it is now; None when it is gone.
    """

    run: PlanRun
    steps: Records[StepRunDetails]
    handlers: Mapping[str, StepRunDetails] = field(default_factory=dict)
    running: Records[TaskRun] = field(default_factory=lambda: Records([], TaskRun))
    plan: PlanExecutable | None = None

    @classmethod
    def read(cls, client: TalendClient, run: PlanRun, names: Names) -> PlanRunInDepth:
        """Read the steps of a run, one question each, and the error handlers of those that failed."""
        executions, one = client.executions, run.execution_id or ""
        plan = None
        with suppress(Forbidden, NotFound):
            plan = client.plans.get(run.plan_id or "")
            names.learn(plan.steps)
        known = {} if plan is None else step_names(plan.raw)
        begun = [executions.step(one, step.execution_id or "") for step in executions.steps(one)]
        steps = [
            replace(_named(step, names), name=known.get(step.step_id or "", step.name)) for step in begun
        ]
        handlers = {}
        for step in steps:
            if step.status == "failed" and step.execution_id:
                with suppress(NotFound):  # it has none, or that has not run
                    handlers[step.execution_id] = _named(
                        executions.error_handler(one, step.execution_id), names
                    )
        running = [] if run.ended else list(_running(client, run, names))
        return cls(run, Records(steps, StepRunDetails), handlers, Records(running, TaskRun), plan)

    @property
    def id(self) -> str | None:
        """The run's id."""
        return self.run.execution_id

    @property
    def execution_id(self) -> str | None:
        """The run's id, as the client calls it."""
        return self.run.execution_id

    @property
    def plan_id(self) -> str | None:
        """The plan's id."""
        return self.run.plan_id

    @property
    def status(self) -> str | None:
        """How the run is, or was in the end."""
        return self.run.status

    @property
    def task_runs(self) -> Records[TaskRun]:
        """The task runs that ended, step by step, those of error handlers after their step's."""
        found: list[TaskRun] = []
        for step in self.steps:
            found += step.task_runs or ()
            handler = self.handlers.get(step.execution_id or "")
            found += (handler.task_runs or ()) if handler else ()
        return Records(found, TaskRun)

    @property
    def failed(self) -> list[TaskRun]:
        """The task runs that failed, were ended, or never began."""
        return went_wrong(self.task_runs)

    @property
    def headline(self) -> str:
        """What it is and how it went, in one line."""
        run, plan = self.run, self.plan
        name = (plan.name if plan else None) or run.plan_name or run.plan_id
        parts = [
            f"{name}: {marked(run.status)}",
            plan.environment if plan else "",
            how(run),
            f"started {minute(run.started_at)} UTC" if run.started_at else "not started yet",
            f"took {duration(run.duration_s)}" if run.duration_s is not None else "",
            f"{run.done or 0:,} of {amount(run.planned, 'task')} done" if run.planned else "",
            f"run {run.execution_id}",
        ]
        return " · ".join(part for part in parts if part)

    @property
    def remarks(self) -> list[str]:
        """What failed, in the tasks' own words, what the error handlers did, and what did not begin."""
        lines = [f"! It did not begin: {self.run.misfired_reason}"] if self.run.misfired_reason else []
        failed = [(step, each) for step in self.steps for each in went_wrong(step.task_runs or ())]
        lines += [
            f"✗ {step.name}: {each.task_name}: {_brief(each)}" for step, each in failed[:_FAILURES_TOLD]
        ]
        if len(failed) > _FAILURES_TOLD:
            lines.append(f"and {amount(len(failed) - _FAILURES_TOLD, 'task')} more that failed")
        for step in self.steps:
            handler = self.handlers.get(step.execution_id or "")
            if handler:
                ran = [str(each.task_name) for each in handler.task_runs or ()]
                ran += [f"plan {each.plan_name}" for each in handler.plan_runs or ()]
                lines.append(
                    f"The error handler of {step.name} ran {', '.join(ran) or 'nothing'}: "
                    f"{marked(handler.status)}"
                )
        if self.run.ended and self._left:
            lines.append(f"{' and '.join(self._left)} did not begin")
        return lines

    @property
    def table(self) -> pa.Table:
        """The tasks, step by step; of a run that goes on also those that run and wait."""
        left = "skipped" if self.run.ended else "queued"
        found = [
            row
            for step in self.steps
            for row in rows(step, self.handlers.get(step.execution_id or ""), self._running_in(step))
        ]
        return tabulated(found, self._left, left)

    @property
    def _left(self) -> list[str]:
        """The steps of the plan that have not begun; of a run that was taken up, those after its first."""
        planned = [*(self.plan.steps if self.plan else ())]
        begun = {step.step_id for step in self.steps}
        ids = [(step.id, step.raw.get("id")) for step in planned]
        first = next((place for place, both in enumerate(ids) if begun & {*both}), len(planned))
        return [
            step.name or "?"
            for step, both in zip(planned[first:], ids[first:], strict=True)
            if not begun & {*both}
        ]

    def _running_in(self, step: StepRunDetails) -> list[TaskRun]:
        return [*self.running] if not step.ended else []


def _named(step: StepRunDetails, names: Names) -> StepRunDetails:
    runs = [replace(run, task_name=names.task(run.task_id)) for run in step.task_runs or ()]
    plans = [replace(run, plan_name=names.plan(run.plan_id)) for run in step.plan_runs or ()]
    return replace(
        step, task_runs=Records(runs, TaskRun), plan_runs=Records(plans, type(plans[0])) if plans else None
    )


def _running(client: TalendClient, run: PlanRun, names: Names) -> Iterator[TaskRun]:
    """Find the task runs that go on: the steps tell only of those that ended.

    A list tells the plan of a task run and only the single one its run, so those of the plan are read.
    """
    with suppress(Forbidden, NotFound):
        going = client.executions.task_history(status="running", last_days=1)
        mine = [each for each in going if each.plan_or_run_id in {run.plan_id, run.execution_id}]
        for each in mine[:_RUNNING_ASKED]:
            told = client.executions.get_task(each.execution_id or "")
            if told.plan_or_run_id == run.execution_id and not told.ended:
                yield replace(told, task_name=names.task(told.task_id))


def _brief(run: TaskRun) -> str:
    words = run.error_message or run.misfired_reason or f"{run.status}, and the service does not say why"
    words = words.removeprefix(f"{run.task_name}: ")  # some say their name themselves
    return words if len(words) <= _ERROR_CHARACTERS else words[: _ERROR_CHARACTERS - 1] + "…"
