"""What a task does when it runs: its statements, on the warehouse, and what they counted."""

from __future__ import annotations

import random
import threading
import time
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import duckdb

from dataexplore.sandbox.execution import quote
from dataexplore.sandbox.talend.company import ENVIRONMENT, WORKSPACE
from dataexplore.sandbox.talend.task_sql import LANDING, judge, statements

if TYPE_CHECKING:
    from dataexplore.sandbox.jobs import Job
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record
    from dataexplore.sandbox.talend.company import Company
    from dataexplore.sandbox.talend.task_knobs import TaskKnob, TaskKnobs

__all__ = ["TaskWork", "usual_wait_s"]

ERROR_CHARACTERS = 4000
SLOW_S = 20.0
MILLISECONDS = 1000
# What a component of a task is called, by what the task does.
CONNECTORS = {"extract": "tDBInput", "check": "tDBRow", "publish": "tDBOutput", "notify": "tRESTClient"}


class TaskWork:
    """Runs tasks on the warehouse: two that fill the same tables at once wait for each other."""

    def __init__(self, platform: Platform, company: Company, knobs: TaskKnobs) -> None:
        self._platform = platform
        self._company = company
        self._knobs = knobs
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}

    def knob(self, task: Record, environment: str) -> TaskKnob | None:
        """Take what was set for the next run of a task in an environment."""
        return self._knobs.take(environment, task["name"], task["ref"])

    def do(self, task: Record, execution: Record, knob: TaskKnob | None, job: Job) -> dict[str, Any]:
        """Run a task to its end and give what became of it, as fields of its execution.

        Raises:
            Cancelled: It was stopped, before or meanwhile.
        """
        chance = random.Random(execution["ref"]).uniform(0.85, 1.2)  # noqa: S311 - no secret
        job.wait(usual_wait_s(task, self._platform.tempo.node_wait_s) * chance)
        if knob and knob.outcome == "slow":
            job.wait(SLOW_S if knob.seconds is None else knob.seconds)
        began, began_at = time.monotonic(), time.time()
        try:
            with self._turn(task, job):
                outcome = self._run(task, knob, job)
        except (ValueError, duckdb.Error) as error:
            outcome = {"detail": "EXECUTION_FAILED", "error": str(error)[:ERROR_CHARACTERS]}
        took_ms = (time.monotonic() - began) * MILLISECONDS
        return {**outcome, "components": _components(task, execution, began_at, took_ms, outcome)}

    def _run(self, task: Record, knob: TaskKnob | None, job: Job) -> dict[str, Any]:
        counts: list[Any] = []
        with job.cursor() as cursor:
            if knob and knob.outcome == "fails":
                cursor.execute("SELECT error(?)", [knob.error]).fetchall()
            for sql in statements(task, self._schema(task)):
                run = _without_rows(sql) if knob and knob.outcome == "empty" else sql
                counts.append(cursor.execute(run).fetchall())
        if task["kind"] == "check":
            ((bad, total),) = counts[-1]
            error = judge(task, bad, total)
            detail = "EXECUTION_FAILED" if error else "EXECUTION_SUCCESS"
            return {"detail": detail, "rows": total, "rejected": bad, "error": error}
        if task["kind"] == "extract":
            landed, rejected = (int(count[0][0]) for count in counts[-2:])
            return {"detail": "EXECUTION_SUCCESS", "rows": landed, "rejected": rejected}
        return {"detail": "EXECUTION_SUCCESS", "rows": int(counts[-1][0][0]), "rejected": 0}

    def _schema(self, task: Record) -> str:
        workspace = self._company.get(WORKSPACE, task["workspace"])
        return str(self._company.get(ENVIRONMENT, workspace["environment"])["name"]).lower()

    def _turn(self, task: Record, job: Job) -> _Turn:
        """Wait for the other tasks of the same kind and table, which write where this one does."""
        with self._lock:
            lock = self._turns.setdefault(
                f"{self._schema(task)} {task['table'] or task['kind']}", threading.Lock()
            )
        return _Turn(lock, job)

    def prepare(self) -> None:
        """Make the schemas before any task: two that create the same one at once are in each other's way."""
        with closing(self._platform.warehouse.cursor()) as cursor:
            for environment in self._platform.records.all(ENVIRONMENT):
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {LANDING}.{quote(environment['name'].lower())}")


class _Turn:
    """A lock that is given up waiting for when its job is stopped."""

    def __init__(self, lock: threading.Lock, job: Job) -> None:
        self._lock = lock
        self._job = job

    def __enter__(self) -> None:
        while not self._lock.acquire(timeout=0.05):
            self._job.check()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def usual_wait_s(task: Record, average_s: float) -> float:
    """Give what a task usually waits for its engine, the same each time: some are quick, some are slow."""
    share = int.from_bytes(sha256(task["name"].encode()).digest()[:2]) / 2**16
    return average_s * (0.4 + 1.2 * share)


def _without_rows(sql: str) -> str:
    """Let a statement that fills a table fill it with nothing."""
    return f"{sql} limit 0" if sql.lower().startswith("create or replace table") else sql


def _components(
    task: Record, execution: Record, began_at: float, took_ms: float, outcome: dict[str, Any]
) -> list[dict[str, Any]]:
    connector = CONNECTORS[task["kind"]]
    told: dict[str, Any] = {
        "connector_type": connector,
        "connector_id": f"{connector}_1",
        "connector_label": task["table"] or task["name"],
        "component_start_time_seconds": round(began_at, 3),
        "component_execution_duration_milliseconds": round(took_ms, 3),
        "task_id": task["ref"],
        "task_execution_id": execution["ref"],
    }
    for name, field in (("rows_processed", "rows"), ("rows_rejected", "rejected")):
        if outcome.get(field) is not None:
            told[name] = outcome[field]
    if outcome.get("error"):
        told["stacktrace"] = outcome["error"]
    return [told]
