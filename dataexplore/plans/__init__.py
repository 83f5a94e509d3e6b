"""Talend's plans as a reader wants them: in a table, in depth, what ran, what is due, and their tasks."""

from __future__ import annotations

from dataexplore.plans.calendar import calendar
from dataexplore.plans.history import history, processing_wanted
from dataexplore.plans.listing import plans
from dataexplore.plans.names import Names
from dataexplore.plans.plan import PlanInDepth
from dataexplore.plans.progress import progress
from dataexplore.plans.run import PlanRunInDepth
from dataexplore.plans.tasks import promotions, task_runs, tasks

__all__ = [
    "Names",
    "PlanInDepth",
    "PlanRunInDepth",
    "calendar",
    "history",
    "plans",
    "processing_wanted",
    "progress",
    "promotions",
    "task_runs",
    "tasks",
]
