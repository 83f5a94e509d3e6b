"""Runs of monitors: started by hand or by their schedule, checked in the background."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import duckdb
from pydantic import ValidationError

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold import diff_runs, monitor_past, requests
from dataexplore.sandbox.datafold.alerting import Point, Verdict, judge_difference
from dataexplore.sandbox.datafold.diff_requests import DiffRequest
from dataexplore.sandbox.datafold.diff_runs import DiffRuns
from dataexplore.sandbox.datafold.diff_specs import write_diff
from dataexplore.sandbox.datafold.monitoring import (
    Finding,
    NoAnswer,
    check_metric,
    check_schema,
    check_test,
)
from dataexplore.sandbox.datafold.scheduling import next_due, tick_every_minute
from dataexplore.sandbox.datafold.sources import find_connection
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.execution import UNREACHABLE
from dataexplore.sandbox.jobs import Cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from dataexplore.sandbox.jobs import Job
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["MonitorRuns"]

MONITOR, RUN = "monitor", "monitor_run"
BATCH_ROWS = 2048
FORBIDDEN = 403
UNDERWAY = ("queued", "checking")


class MonitorRuns:
    """What runs and what ran; the first who asks for monitors makes those of the company."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._diffs = DiffRuns(platform)
        self._lock = threading.Lock()
        self._seeded = False
        self._end_unfinished()
        tick_every_minute(platform.jobs, self.tick)

    def monitors(self) -> list[Record]:
        """Give every monitor; it may take a moment the first time."""
        self._seed()
        return self._platform.records.all(MONITOR)

    def monitor(self, number: int) -> Record | None:
        """Give a monitor, None when there is none."""
        self._seed()
        return self._platform.records.get(MONITOR, number)

    def create(self, kind: str, spec: dict[str, Any]) -> Record:
        """Keep a new monitor."""
        self._seed()
        now = moments.now()
        return self._platform.records.add(
            MONITOR,
            {
                "monitor_type": kind,
                "spec": spec,
                "created_at": now,
                "modified_at": now,
                "state": "created",
                "last_run": None,
                "last_alert": None,
            },
        )

    def check_diff(self, config: dict[str, Any]) -> None:
        """Refuse a comparison that a data diff would refuse.

        Raises:
            Refusal: It cannot be done (422), or a data source is not for whoever asks (403).
        """
        try:
            self._diffs.check(DiffRequest.model_validate(write_diff(config)))
        except Refusal as refusal:
            if refusal.status == FORBIDDEN:
                raise
            raise requests.refuse(refusal.detail, "body", "datadiff") from refusal
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise requests.refuse(found, "body", "datadiff") from error

    def runs(self, monitor: int) -> list[Record]:
        """Give the runs of a monitor, oldest first."""
        return [run for run in self._platform.records.all(RUN) if run["monitor_id"] == monitor]

    def run(self, monitor: int, number: int) -> Record | None:
        """Give a run of a monitor, None when it has no such."""
        run = self._platform.records.get(RUN, number)
        return run if run and run["monitor_id"] == monitor else None

    def start(self, monitor: int) -> int:
        """Queue a run and give its number; that of the one underway when there is one."""
        records, jobs = self._platform.records, self._platform.jobs
        with self._lock:
            latest = records.get(MONITOR, monitor) or {}
            run = records.get(RUN, latest.get("run_id") or 0)
            if run and run["state"] in UNDERWAY:
                return int(run["id"])
            run = records.add(RUN, {"monitor_id": monitor, "state": "queued", "started_at": None})
            self._tell(monitor, state="queued", run_id=run["id"])
        jobs.start((RUN, run["id"]), partial(self._run, monitor, run["id"]))
        return int(run["id"])

    def tick(self, since: datetime, now: datetime) -> None:
        """Start the monitors that came due after ``since``."""
        for monitor in self.monitors():
            spec = monitor["spec"]
            due = next_due(spec["schedule"], since) if spec["enabled"] else None
            if due is not None and due <= now:
                self.start(monitor["id"])

    def _seed(self) -> None:
        if not self._seeded:
            with self._lock:
                if not self._seeded:
                    monitor_past.seed(self._platform)
                    self._seeded = True

    def _end_unfinished(self) -> None:
        """Tell what a server that was killed left behind."""
        for run in self._platform.records.all(RUN):
            if run["state"] == "queued":
                self._finish(run["monitor_id"], run["id"], state="cancelled")
            elif run["state"] == "checking":
                self._finish(
                    run["monitor_id"], run["id"], state="error", error="The server ended during the run."
                )

    def _run(self, number: int, run: int, job: Job) -> None:
        at = datetime.now(UTC)
        self._change_run(run, state="checking", started_at=moments.write(at))
        self._tell(number, state="checking", last_run=moments.write(at))
        outcome: dict[str, Any] = {"state": "error", "error": "The check failed inside the server."}
        try:
            monitor = self._platform.records.get(MONITOR, number)
            assert monitor is not None
            finding = self._check(monitor, run, job, at)
            outcome = {
                "state": finding.verdict.state,
                "warnings": list(finding.verdict.warnings),
                "error": finding.error,
                "value": None if finding.value is None else str(finding.value),
                "columns": finding.columns,
            }
        except Cancelled:
            outcome = {"state": "cancelled"}
        except Refusal as refusal:
            outcome = {"state": "error", "error": refusal.detail}
        except (NoAnswer, ValueError, duckdb.Error) as error:
            outcome = {"state": "error", "error": str(error)}
        finally:
            self._finish(number, run, **outcome)

    def _check(self, monitor: Record, run: int, job: Job, at: datetime) -> Finding:
        kind, spec = monitor["monitor_type"], monitor["spec"]
        if kind == "diff":
            return self._compare(monitor, run, job)
        if not find_connection(self._platform.records, spec["connection_id"]).reachable:
            raise NoAnswer(UNREACHABLE)
        past = self.runs(monitor["id"])
        with job.cursor() as cursor:
            # A check changes nothing, whatever its query says.
            cursor.execute("USE warehouse")
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            ask = partial(_ask, cursor)
            if kind == "metric":
                return check_metric(spec, ask, at, _points(past))
            if kind == "test":
                return check_test(spec, ask)
            known = [run["columns"] for run in past if run.get("columns")]
            return check_schema(spec, ask, known[-1] if known else None)

    def _compare(self, monitor: Record, run: int, job: Job) -> Finding:
        asked = DiffRequest.model_validate(write_diff(monitor["spec"]["datadiff"]))
        self._diffs.check(asked)
        number = self._diffs.add(asked, source="schedule", monitor_id=monitor["id"])["id"]
        self._change_run(run, diff_id=number)
        ended = self._diffs.run(job, number)
        if ended["status"] == "cancelled":
            raise Cancelled
        if ended["status"] == "failed":
            result = self._platform.records.get(diff_runs.RESULTS, number)
            assert result is not None
            return Finding(Verdict("error"), error=result["error"]["error_value"])
        stats = ended["diff_stats"]
        different = stats["diff_rows_count"] + stats["rows_removed"] + stats["rows_added"]
        total = stats["table_a_row_count"] + stats["rows_added"]
        verdict = judge_difference(different, total, monitor["spec"]["alert"])
        if ended["result"] == "bad-pks":
            sentence = "The primary key is null or not unique; those rows were not compared."
            verdict = Verdict("alert", (*verdict.warnings, sentence))
        return Finding(verdict, Decimal(different))

    def _finish(self, monitor: int, run: int, **outcome: Any) -> None:
        kept = self._change_run(run, **outcome)
        alert = {"last_alert": kept["started_at"]} if outcome["state"] == "alert" else {}
        self._tell(monitor, state=outcome["state"], **alert)

    def _change_run(self, number: int, **fields: Any) -> Record:
        kept = self._platform.records.change(RUN, number, lambda run: {**run, **fields})
        assert kept is not None
        return kept

    def _tell(self, monitor: int, **fields: Any) -> None:
        self._platform.records.change(MONITOR, monitor, lambda record: {**record, **fields})


def _ask(cursor: Any, sql: str) -> Iterator[pa.RecordBatch]:
    statements = cursor.extract_statements(sql)
    if len(statements) != 1 or statements[0].type.name != "SELECT":
        raise NoAnswer("A check runs one SELECT and nothing else.")
    return iter(cursor.sql(statements[0]).to_arrow_reader(BATCH_ROWS))


def _points(runs: list[Record]) -> list[Point]:
    return [
        Point(moments.read(run["started_at"]), Decimal(run["value"]))
        for run in runs
        if run.get("value") is not None
    ]
