"""How a step of a plan went in one of the plan's runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.clients.records import (
    Record,
    Records,
    as_instant,
    instant,
    integer,
    parts,
    record,
    text,
    whole,
)
from dataexplore.clients.talend.plan_runs import PlanRun
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.clients.talend.words import is_over, plain_status
from dataexplore.clients.times import elapsed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

__all__ = ["StepRun", "StepRunDetails"]


def _status(raw: Mapping[str, Any]) -> str:
    """Read a step's status; one that tells none runs if it began, and waits if not.

    A step that has a time of its end and no word is no success: nobody said so.
    """
    told = raw.get("executionStatus")
    if isinstance(told, str) and told:
        return plain_status(told)
    if as_instant(raw.get("finishTimestamp")) is not None:
        return "ended"
    return "queued" if as_instant(raw.get("startTimestamp")) is None else "running"


@record
class StepRun(Record):
    """A step of a plan's run.

    Attributes:
        name: the step's name, where it was joined from the plan's chart.
        status: ``queued``, ``running``, ``succeeded``, ``failed``, ``partial`` (some or all of its tasks
            failed, and the plan goes on), or another word.
        execution_id: the id of this run of the step: what :meth:`Executions.step` reads and
            :meth:`Executions.resume_plan` begins with.
        step_id: the id of the step in the plan's chart.
        duration_s: seconds from start to finish; None before its end.
        raw_status: the status in the service's own word.
    """

    name: str | None = text("name", "stepName")
    status: str | None = whole(_status, pa.string())
    started_at: dt.datetime | None = instant("startTimestamp")
    finished_at: dt.datetime | None = instant("finishTimestamp")
    duration_s: float | None = elapsed(("startTimestamp",), ("finishTimestamp",))
    execution_id: str | None = text("executionId")
    step_id: str | None = text("id")
    raw_status: str | None = text("executionStatus")

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more."""
        return is_over(self.status, self.finished_at)


@record
class StepRunDetails(StepRun):
    """A step of a plan's run, with what ran in it.

    Attributes:
        planned: how many tasks and plans it has.
        done: how many of them have ended.
        task_runs: its task runs that ended.
        plan_runs: its plan runs that ended.
    """

    planned: int | None = integer("plannedExecutableCount")
    done: int | None = integer("doneExecutableCount")
    task_runs: Records[TaskRun] | None = parts(TaskRun, "doneTaskExecutableDetails")
    plan_runs: Records[PlanRun] | None = parts(PlanRun, "donePlanExecutableDetails")
