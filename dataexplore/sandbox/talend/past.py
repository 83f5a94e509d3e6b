"""Ninety days of executions before the sandbox was opened: what the plans and tasks of today could have left.

They fit what ran after them: on the days on which the events of the web did not come, the table that is made
of them was built without a row; on the day the warehouse could not be reached, nothing was loaded either.
"""

from __future__ import annotations

import random
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from dataexplore.sandbox import moments
from dataexplore.sandbox.coalesce.weather import CALM_DAYS, DRY, DRY_DAYS, DRY_EVERY, LOAD, STORM
from dataexplore.sandbox.execution import UNREACHABLE, quote
from dataexplore.sandbox.growth import Growth
from dataexplore.sandbox.talend import calendar, refs
from dataexplore.sandbox.talend.company import (
    ENVIRONMENT,
    PLAN,
    PLAN_EXECUTION,
    TASK,
    TASK_EXECUTION,
    WORKSPACE,
)
from dataexplore.sandbox.talend.judging import FAIL, judge
from dataexplore.sandbox.talend.task_work import usual_wait_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record
    from dataexplore.sandbox.talend.company import Company
    from dataexplore.sandbox.talend.execution_book import ExecutionBook

__all__ = ["seed"]

DAYS = 90
SECONDS_A_ROW = 2e-6
SHORTEST_WAIT_S = 0.05
NO_EVENTS = "com.jcraft.jsch.SftpException: No such file: /outbound/web/events-{day}.json.gz"
# Tasks that fail now and then, how often, and with what.
FLAKY = {
    "extract_support_tickets": (
        0.03,
        "java.net.SocketTimeoutException: Read timed out (api.helpdesk.example)",
    ),
    "extract_campaign_touches": (0.02, "java.io.IOException: 429 Too Many Requests (ads.example)"),
    "check_stock": (0.015, "check_stock: more rows are bad than may be"),
}
MORNING, WEEKEND = 6, (5, 6)
NOBODY = ("SCHEDULED", "talend", "SERVICE")
ON_CALL = ("MANUAL", "jonas.lindqvist", "HUMAN")


class Began(NamedTuple):
    """A plan that somebody, or its trigger, started."""

    at: datetime
    plan: str
    by: tuple[str, str, str] = NOBODY
    place: int = 0
    resumed: str | None = None


def seed(platform: Platform, company: Company, book: ExecutionBook) -> None:
    """Write the past, when there is none."""
    if not book.plans():
        told = _Past(platform, company, datetime.now(UTC))
        told.tell()
        book.add_past(told.runs, told.tasks)


class _Past:
    """Tells what happened, oldest first."""

    def __init__(self, platform: Platform, company: Company, now: datetime) -> None:
        self.runs: list[Record] = []
        self.tasks: list[Record] = []
        self._platform = platform
        self._company = company
        self._now = now
        self._seed = platform.warehouse.seed
        self._plans = {plan["ref"]: plan for plan in platform.records.all(PLAN)}
        self._tasks_by_ref = {task["ref"]: task for task in platform.records.all(TASK)}
        self._places = {
            one["id"]: (one["ref"], company.get(ENVIRONMENT, one["environment"])["ref"])
            for one in platform.records.all(WORKSPACE)
        }
        self._sizes = _sizes(platform, list(self._tasks_by_ref.values()))

    def tell(self) -> None:
        """Walk every plan that was due."""
        waiting = sorted(self._due(), key=lambda began: (began.at, began.plan))
        while waiting:
            began = waiting.pop(0)
            first_run, first_task = len(self.runs), len(self.tasks)
            run = self._walk(began)
            if moments.read(run["finished"]) >= self._now:
                del self.runs[first_run:], self.tasks[first_task:]  # it would still run
                continue
            again = self._again(began, run)
            if again is not None:
                waiting.append(again)
                waiting.sort(key=lambda one: (one.at, one.plan))

    def _due(self) -> Iterator[Began]:
        first = (self._now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
        for plan in self._plans.values():
            if not plan["runConfig"]:
                continue
            until = self._now
            if (plan["pause"] or {}).get("pause"):
                until = min(until, moments.read(plan["pause"]["pauseDate"]))
            for due in calendar.instants(plan["runConfig"]["trigger"], first, until):
                yield Began(due, plan["ref"])

    def _walk(self, began: Began) -> Record:
        plan = self._plans[began.plan]
        workspace, environment = self._places[plan["workspace"]]
        number = len(self.runs) + 1
        run: Record = {
            "id": number,
            "ref": refs.give(PLAN_EXECUTION, number),
            "plan": plan["ref"],
            "workspace": workspace,
            "environment": environment,
            **dict(zip(("type", "user", "user_type"), began.by, strict=True)),
            "started": moments.write(began.at),
            "detail": "EXECUTION_SUCCESS",
            "done": 0,
            "misfired": None,
            "steps": [],
            "resumed": began.resumed,
        }
        self.runs.append(run)
        luck = random.Random(f"{self._seed} {began.at.isoformat()} {plan['name']}")  # noqa: S311 - no secret
        now = began.at + timedelta(seconds=0.4)
        steps = plan["steps"][began.place :]
        for step in steps:
            told, now, well = self._step(step["id"], step["taskIds"], run, now, luck)
            told["status"] = judge(step["condition"], well)
            run["steps"].append({**told, "handler": None})
            if told["status"] == FAIL:
                run["detail"] = "EXECUTION_FAILED"
                now = self._handle(step, run, now, luck)
                break
        run["steps"] += [_never(step, luck) for step in steps[len(run["steps"]) :]]
        run["planned"] = sum(len(step["taskIds"]) for step in steps)
        run["finished"] = moments.write(now)
        return run

    def _step(
        self, step: str, tasks: Sequence[str], run: Record, now: datetime, luck: random.Random
    ) -> tuple[Record, datetime, list[bool]]:
        executions = [self._task(self._tasks_by_ref[ref], run, now, luck) for ref in tasks]
        ended = max((moments.read(one["finished"]) for one in executions), default=now)
        run["done"] += len(executions)
        told = {
            "id": step,
            "execution": _uuid(luck),
            "started": moments.write(now),
            "finished": moments.write(ended),
            "planned": len(executions),
            "tasks": [one["ref"] for one in executions],
        }
        return told, ended, [one["detail"] == "EXECUTION_SUCCESS" for one in executions]

    def _handle(self, step: Record, run: Record, now: datetime, luck: random.Random) -> datetime:
        handler = step.get("handlerOnFailure") or {}
        if not (handler.get("taskIds") or handler.get("planIds")):
            return now
        told, now, well = self._step(step["id"], handler.get("taskIds") or [], run, now, luck)
        plans = []
        for ref in handler.get("planIds") or []:
            inner = self._walk(Began(now, ref, ("PLAN", run["user"], run["user_type"])))
            now = moments.read(inner["finished"])
            well.append(inner["detail"] == "EXECUTION_SUCCESS")
            plans.append(inner["ref"])
        told |= {"status": judge("ALL_SUCCEEDED", well), "finished": moments.write(now), "plans": plans}
        told["planned"] += len(plans)
        run["steps"][-1]["handler"] = told
        return now

    def _task(self, task: Record, run: Record, now: datetime, luck: random.Random) -> Record:
        error = _error(task, now, luck)
        landed, rejected = self._counts(task, now) if error is None else (None, None)
        wait_s = usual_wait_s(task, max(self._platform.tempo.node_wait_s, SHORTEST_WAIT_S))
        seconds = wait_s * LOAD[now.weekday()] * luck.uniform(0.85, 1.2) + SECONDS_A_ROW * (landed or 0)
        workspace, environment = self._places[task["workspace"]]
        number = len(self.tasks) + 1
        told: Record = {
            "id": number,
            "ref": refs.give(TASK_EXECUTION, number),
            "task": task["ref"],
            "version": task["version"],
            "workspace": workspace,
            "environment": environment,
            "tags": task["tags"],
            "plan": run["plan"],
            "plan_execution": run["ref"],
            "type": "PLAN",
            "user": run["user"],
            "user_type": run["user_type"],
            "triggered": moments.write(now),
            "started": moments.write(now + timedelta(seconds=0.1)),
            "finished": moments.write(now + timedelta(seconds=0.1 + seconds)),
            "detail": "EXECUTION_SUCCESS" if error is None else "EXECUTION_FAILED",
            "rows": landed,
            "rejected": rejected,
            "error": error,
            "components": [],
            "timeout": None,
            "parameters": {},
        }
        self.tasks.append(told)
        return told

    def _counts(self, task: Record, now: datetime) -> tuple[int, int]:
        if task["ref"] not in self._sizes:
            return 1, 0
        growth, share = self._sizes[task["ref"]]
        total = growth.rows(now.date())
        landed = round(total * share)
        return landed, total - landed

    def _again(self, began: Began, run: Record) -> Began | None:
        """Tell who took up a plan that failed in the night: on a weekday, from the step that failed."""
        dawn = began.at + timedelta(hours=3)  # of the day that a night before midnight belongs to
        in_the_night = began.by == NOBODY and dawn.hour < MORNING + 3 and dawn.weekday() not in WEEKEND
        if run["detail"] != "EXECUTION_FAILED" or not in_the_night:
            return None
        place = next(place for place, step in enumerate(run["steps"]) if step["status"] == FAIL)
        luck = random.Random(f"{self._seed} {run['ref']}")  # noqa: S311 - no secret
        at = dawn.replace(hour=MORNING, minute=40) + timedelta(minutes=luck.randint(0, 40))
        return Began(at, began.plan, ON_CALL, place, run["ref"])


def _error(task: Record, now: datetime, luck: random.Random) -> str | None:
    day = now.date()
    if task["kind"] != "notify" and (day - STORM).days % CALM_DAYS == 1:
        return UNREACHABLE
    if task["name"] == "extract_web_events" and (day - DRY).days % DRY_EVERY < DRY_DAYS:
        return NO_EVENTS.format(day=day.isoformat())
    often, error = FLAKY.get(task["name"], (0.0, ""))
    return error if luck.random() < often else None


def _never(step: Record, luck: random.Random) -> Record:
    """Tell a step that never began."""
    return {
        "id": step["id"],
        "execution": _uuid(luck),
        "status": None,
        "started": None,
        "finished": None,
        "planned": len(step["taskIds"]),
        "tasks": [],
        "handler": None,
    }


def _uuid(luck: random.Random) -> str:
    return str(uuid.UUID(int=luck.getrandbits(128), version=4))


def _sizes(platform: Platform, tasks: Sequence[Record]) -> dict[str, tuple[Growth, float]]:
    """Count, for each task that extracts a table, how it grew and which share of it is landed."""
    sizes: dict[str, tuple[Growth, float]] = {}
    with closing(platform.warehouse.cursor()) as cursor:
        for task in tasks:
            if task["kind"] != "extract":
                continue
            table = f"warehouse.raw.{quote(task['table'])}"
            sizes[task["ref"]] = (Growth(cursor, table), _share(cursor, table, task["sql"]["valid"]))
    return sizes


def _share(cursor: Any, table: str, valid: str) -> float:
    try:
        good, total = cursor.execute(
            f"SELECT count(*) FILTER (WHERE {valid}), count(*) FROM {table}"
        ).fetchone()
    except duckdb.Error:  # a user dropped or changed it
        return 1.0
    return good / total if total else 1.0
