"""The tasks that plans run, the runs of one with its rows, and the promotions between environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.clients.records import Records
from dataexplore.clients.talend import Promotion, Task
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.plans.history import processing_wanted
from dataexplore.plans.listing import at_most
from dataexplore.plans.names import within
from dataexplore.reports import Listed
from dataexplore.reports.words import amount, duration, marked, moment

if TYPE_CHECKING:
    from dataexplore.clients.talend import TalendClient
    from dataexplore.plans.names import Names

__all__ = ["promotions", "task_runs", "tasks"]

_RUNS = 20  # the rows of each are one question
_TEXT = pa.string()


def tasks(names: Names, *, environment: str | None = None, limit: int | None = None) -> Listed[Task]:
    """List the tasks, of one environment or of all."""
    every = within(names.tasks, environment)
    found = every[: at_most(limit, len(every))]
    table = {
        "task": pa.array([task.name for task in found], _TEXT),
        "environment": pa.array([task.environment for task in found], _TEXT),
        "workspace": pa.array([task.workspace for task in found], _TEXT),
        "runs on": pa.array([(task.runtime_type or "").lower().replace("_", " ") for task in found], _TEXT),
        "id": pa.array([task.id for task in found], _TEXT),
    }
    first = f"The first {len(found):,} of " if len(found) < len(every) else ""
    return Listed(Records(found, Task), f"{first}{amount(len(every), 'task')}", pa.table(table))


def task_runs(client: TalendClient, task: Task, *, limit: int | None = None) -> Listed[TaskRun]:
    """List the newest runs of a task with the rows that it took and rejected.

    The service tells the rows of a single run only, so each is asked for: 20 without a limit.
    """
    most = at_most(limit, _RUNS)
    with processing_wanted(listing=False):
        listed = client.executions.task_history(task.id, limit=most)
        runs = [client.executions.get_task(run.execution_id or "") for run in listed]
    table = {
        "status": pa.array([marked(run.status) for run in runs], _TEXT),
        "started (UTC)": pa.array([moment(run.started_at or run.triggered_at) for run in runs], _TEXT),
        "took": pa.array([duration(run.duration_s) for run in runs], _TEXT),
        "rows": pa.array([run.rows_processed for run in runs], pa.int64()),
        "rejects": pa.array([run.rows_rejected for run in runs], pa.int64()),
        "how": pa.array([(run.execution_type or "").lower() for run in runs], _TEXT),
        "error": pa.array([run.error_message or run.misfired_reason or "" for run in runs], _TEXT),
        "task run": pa.array([run.execution_id for run in runs], _TEXT),
    }
    where = f" in {task.environment}" if task.environment else ""
    newest = "The newest " if len(runs) == most else ""
    headline = f"{newest}{amount(len(runs), 'run')} of {task.name}{where}"
    return Listed(Records(runs, TaskRun), headline, pa.table(table))


def promotions(client: TalendClient) -> Listed[Promotion]:
    """List the promotions."""
    found = client.promotions.list()
    table = {
        "promotion": pa.array([each.name for each in found], _TEXT),
        "from": pa.array([each.source for each in found], _TEXT),
        "to": pa.array([each.target for each in found], _TEXT),
        "id": pa.array([each.id for each in found], _TEXT),
    }
    return Listed(found, amount(len(found), "promotion"), pa.table(table))
