"""Who uses what: plans their tasks and the plans of their error handlers, tasks what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.company import PLAN, TASK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dataexplore.sandbox.records import Record, Records

__all__ = ["check_unused", "handlers", "plans_of", "tasks_of", "uses"]


def handlers(plan: Record) -> Iterator[str]:
    """Give the plans that the error handlers of a plan run."""
    for step in plan["steps"]:
        yield from (step["handlerOnFailure"] or {}).get("planIds", ())


def uses(plan: Record) -> Iterator[str]:
    """Give the tasks of a plan, those of its error handlers, too, and the plans of these."""
    for step in plan["steps"]:
        yield from step["taskIds"]
        yield from (step["handlerOnFailure"] or {}).get("taskIds", ())
    yield from handlers(plan)


def plans_of(records: Records, ref: str) -> list[Record]:
    """Give the plans that use a task or, in an error handler, a plan."""
    return [plan for plan in records.all(PLAN) if ref in uses(plan)]


def tasks_of(records: Records, ref: str, version: str | None = None) -> list[Record]:
    """Give the tasks that use a connection, a resource or an artifact, one version of it if that is said."""
    return [
        task
        for task in records.all(TASK)
        if ref in (*task["connections"].values(), *task["resources"].values())
        or (task["artifact"]["id"] == ref and version in (None, task["artifact"]["version"]))
    ]


def check_unused(name: str, users: Sequence[Record]) -> None:
    """Let go what nobody uses.

    Raises:
        Refusal: Somebody does (409).
    """
    if users:
        raise requests.conflict(f"{name!r} is used by {', '.join(sorted(user['name'] for user in users))}")
