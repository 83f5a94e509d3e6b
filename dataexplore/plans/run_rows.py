"""The rows of a plan's run: one a task, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.reports.words import marked, moment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from dataexplore.clients.talend.step_runs import StepRunDetails
    from dataexplore.clients.talend.task_runs import TaskRun

__all__ = ["Row", "rows", "tabulated"]

_SECONDS = pa.decimal128(20, 2)  # the same two digits everywhere, one under the other
_TEXT = pa.string()
# Within a step, what a reader looks for stands first.
_ORDER = {"failed": 0, "cancelled": 0, "misfired": 0, "running": 1, "queued": 2}


@dataclass(frozen=True, slots=True)
class Row:
    """A task, or a plan that an error handler started, in a step."""

    step: str
    what: str
    status: str | None
    rows: int | None = None
    rejects: int | None = None
    started: dt.datetime | None = None
    seconds: float | None = None
    error: str = ""
    task_run: str = ""


def rows(step: StepRunDetails, handler: StepRunDetails | None, running: Sequence[TaskRun]) -> Iterator[Row]:
    """Give the rows of a step that began: its tasks, and then those of its error handler.

    Args:
        step: with the task runs that ended.
        handler: how its error handler went; None when none ran.
        running: task runs that go on.
    """
    name = step.name or "?"
    ended = [_task(name, run) for run in step.task_runs or ()]
    going = [_task(name, run) for run in running]
    yield from sorted([*ended, *going], key=lambda row: _ORDER.get(row.status or "", 9))
    if not ended and not going:
        yield Row(name, "", step.status, started=step.started_at, seconds=step.duration_s)
    if handler is not None:
        place = f"{name}: error handler"
        yield from (_task(place, run) for run in handler.task_runs or ())
        for plan in handler.plan_runs or ():
            yield Row(
                place,
                f"plan {plan.plan_name}",
                plan.status,
                started=plan.started_at,
                seconds=plan.duration_s,
            )


def tabulated(begun: Sequence[Row], left: Sequence[str], status: str) -> pa.Table:
    """Give the rows as a table, with a row for each step that has not begun and ``status`` for it."""
    found = [*begun, *(Row(name, "", status) for name in left)]
    return pa.table(
        {
            "step": pa.array([row.step for row in found], _TEXT),
            "task": pa.array([row.what for row in found], _TEXT),
            "status": pa.array([marked(row.status) for row in found], _TEXT),
            "rows": pa.array([row.rows for row in found], pa.int64()),
            "rejects": pa.array([row.rejects for row in found], pa.int64()),
            "started (UTC)": pa.array([moment(row.started) for row in found], _TEXT),
            "seconds": pa.array([_rounded(row.seconds) for row in found], _SECONDS),
            "error": pa.array([row.error for row in found], _TEXT),
            "task run": pa.array([row.task_run for row in found], _TEXT),
        }
    )


def _task(step: str, run: TaskRun) -> Row:
    return Row(
        step,
        run.task_name or run.task_id or "?",
        run.status,
        run.rows_processed,
        run.rows_rejected,
        run.started_at,
        run.duration_s,
        run.error_message or run.misfired_reason or "",
        # Its id is wanted to end it, and wide: those that ended are found by their names.
        "" if run.ended else run.execution_id or "",
    )


def _rounded(seconds: float | None) -> Decimal | None:
    return None if seconds is None else Decimal(f"{seconds:.2f}")
