"""A run of a task, in the form of the lists and in the form of the single answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.records import Record, instant, integer, record, text
from dataexplore.clients.talend.words import is_over, status
from dataexplore.clients.times import elapsed

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["TaskRun"]


@record
class TaskRun(Record):
    """A run of a task.

    Attributes:
        execution_id: its id.
        status: ``queued``, ``running``, ``succeeded``, ``failed``, ``cancelled``, ``misfired`` (it never
            began), or another word.
        task_id: the task.
        task_name: its name, where names were joined.
        duration_s: seconds from start to finish; None before its end.
        execution_type: how it was started: ``MANUAL``, ``SCHEDULED``, ``WEBHOOK`` or ``PLAN``.
        rows_processed: told of a single run only.
        misfired_reason: why it never began.
        triggered_at: when it was asked for; the time until its start it waited.
        plan_or_run_id: what the service calls the plan's id. Lists mean the plan and single runs the plan's
            run, so nothing is joined on it; the steps of a plan's run have its task runs.
        destination: where it runs, such as ``CLOUD`` or ``REMOTE_ENGINE``.
        raw_status: the status in the service's own word.
        detail: the same, finer.
    """

    execution_id: str | None = text("executionId")
    status: str | None = status("status", "executionStatus")
    task_name: str | None = text("taskName")
    task_id: str | None = text("taskId", "jobId")
    task_version: str | None = text("taskVersion", "jobVersion")
    started_at: dt.datetime | None = instant("startTimestamp")
    finished_at: dt.datetime | None = instant("finishTimestamp")
    duration_s: float | None = elapsed(("startTimestamp",), ("finishTimestamp",))
    rows_processed: int | None = integer("numberOfProcessedRows")
    rows_rejected: int | None = integer("numberOfRejectedRows")
    error_message: str | None = text("errorMessage")
    error_type: str | None = text("errorType")
    misfired_reason: str | None = text("misfiredExecutionReason")
    execution_type: str | None = text("executionType")
    triggered_at: dt.datetime | None = instant("triggerTimestamp")
    user_id: str | None = text("userId")
    user_type: str | None = text("userType")
    workspace_id: str | None = text("workspaceId")
    plan_or_run_id: str | None = text("planId")
    destination: str | None = text("executionDestination", "runtime.type")
    engine_id: str | None = text("remoteEngineId", "runtime.engineId")
    timeout_min: int | None = integer("timeout")
    raw_status: str | None = text("status", "executionStatus")
    detail: str | None = text("executionStatus")

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more."""
        return is_over(self.status, self.finished_at)
