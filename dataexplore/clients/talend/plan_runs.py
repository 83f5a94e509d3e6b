"""A run of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.records import Record, Records, instant, integer, parts, record, text
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.clients.talend.words import is_over, status
from dataexplore.clients.times import elapsed

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["PlanRun"]


@record
class PlanRun(Record):
    """A run of a plan.

    Attributes:
        execution_id: its id.
        status: ``running``, ``succeeded``, ``failed``, ``misfired`` (it never began), or another word.
        plan_id: the plan.
        plan_name: its name, where names were joined.
        duration_s: seconds from start to finish; None before its end.
        planned: how many tasks and plans it has.
        done: how many of them have ended.
        execution_type: how it was started: ``MANUAL``, ``SCHEDULED``, ``WEBHOOK`` or ``PLAN``.
        misfired_reason: why it never began.
        task_runs: its task runs that ended; told of a single run, if at all.
        raw_status: the status in the service's own word.
        detail: the same, finer.
    """

    execution_id: str | None = text("executionId")
    status: str | None = status("status", "executionStatus")
    plan_name: str | None = text("planName")
    plan_id: str | None = text("planId")
    started_at: dt.datetime | None = instant("startTimestamp")
    finished_at: dt.datetime | None = instant("finishTimestamp")
    duration_s: float | None = elapsed(("startTimestamp",), ("finishTimestamp",))
    planned: int | None = integer("plannedExecutableCount")
    done: int | None = integer("doneExecutableCount")
    execution_type: str | None = text("executionType")
    misfired_reason: str | None = text("misfiredExecutionReason")
    user_id: str | None = text("userId")
    user_type: str | None = text("userType")
    api_version: str | None = text("apiVersion")
    task_runs: Records[TaskRun] | None = parts(TaskRun, "doneExecutableDetails")
    raw_status: str | None = text("status", "executionStatus")
    detail: str | None = text("executionStatus")

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more."""
        return is_over(self.status, self.finished_at)
