"""The life of a data diff: asked for, waiting, compared in the background, kept."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import duckdb

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold import requests, sources
from dataexplore.sandbox.datafold.dependencies import dependencies
from dataexplore.sandbox.datafold.diff_requests import DiffRequest
from dataexplore.sandbox.datafold.diff_results import conclude, drop_rows, keep_rows, summarize
from dataexplore.sandbox.datafold.diffing import STEPS, Outcome
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.execution import UNREACHABLE
from dataexplore.sandbox.jobs import Cancelled
from dataexplore.sandbox.platform import USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.sandbox.jobs import Job
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record, Records

__all__ = ["FINAL", "KIND", "RESULTS", "DiffRuns", "is_unsettled"]

log = logging.getLogger("dataexplore.sandbox")

KIND = "datadiff"
RESULTS = "datadiff_result"
FORBIDDEN = 403
FINAL = ("done", "failed", "cancelled")


class DiffRuns:
    """Data diffs over one platform; as many of these as one likes, they share what is kept there."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._records = platform.records

    def check(self, asked: DiffRequest) -> None:
        """Check what the fields alone do not tell.

        Raises:
            Refusal: It cannot be done (422), or a data source is not for whoever asks (403).
        """
        asked.refuse_unfit()
        self._check_source("data_source1_id", asked.data_source1_id, sources.find)
        self._check_source("data_source2_id", asked.data_source2_id, sources.find)
        if asked.materialization_destination_id is not None:
            name = "materialization_destination_id"
            self._check_source(name, asked.materialization_destination_id, sources.temp_schema)

    def add(self, asked: DiffRequest, **origin: Any) -> Record:
        """Keep a checked diff, waiting; ``origin`` is source, monitor_id, ci_run_id and the like."""
        now = moments.now()
        one_database = asked.data_source1_id == asked.data_source2_id
        return self._records.add(
            KIND,
            {
                **asked.model_dump(mode="json"),
                "kind": "in_db" if one_database else "cross_db",
                "algorithm": "join" if one_database else "fetch_and_join",
                "status": "waiting",
                "done": False,
                "result": None,
                "source": "api",
                "user_id": USER_ID,
                "created_at": now,
                "updated_at": now,
                "finished_at": None,
                "runtime": None,
                "diff_stats": None,
                "diff_progress": {"version": "1", "completed_steps": 0, "total_steps": STEPS},
                **origin,
            },
        )

    def start(self, number: int) -> None:
        """Queue a diff that waits; it runs as soon as a thread is free."""
        self._change(number, status="queued")
        self._platform.jobs.start((KIND, number), lambda job: self.run(job, number))

    def run(self, job: Job, number: int) -> Record:
        """Compare here and now, as a part of a job, and give the record at its end, whatever came of it."""
        record = self._change(number, status="processing")
        if record["status"] in FINAL:  # cancelled while it was queued
            return record
        ended = self._ended(job, number)
        return self._change(number, finished_at=moments.now(), **ended)

    def settle(self, job: Job) -> None:
        """Find out what the diffs found that were over before the sandbox began."""
        for record in filter(is_unsettled, self._records.all(KIND)):
            ended = self._ended(job, record["id"])
            job.check()
            over = moments.read(record["created_at"]) + timedelta(seconds=ended["runtime"])
            ended |= {"updated_at": moments.write(over), "finished_at": moments.write(over)}
            self._records.change(KIND, record["id"], partial(_merged, ended))

    def cancel(self, number: int) -> Record:
        """Stop a diff that waits or runs; one that is over stays as it is."""
        record = self._change(number, status="cancelled", finished_at=moments.now())
        job = self._platform.jobs.find((KIND, number))
        if job is not None:
            job.cancel()
        return record

    def forget(self, number: int) -> None:
        """Drop what a diff found, also the rows that were kept in the warehouse."""
        found = self._records.get(RESULTS, number) or {}
        self._records.remove(RESULTS, number)
        with self._platform.warehouse.cursor() as cursor:
            drop_rows(cursor, found.get("materialized_results", {}))

    def end_abandoned(self) -> None:
        """Mark what a server that is no more left waiting or running."""
        for record in self._records.all(KIND):
            if record["status"] not in FINAL:
                failed = self._failed(record["id"], "The service ended while this diff waited or ran")
                self._change(record["id"], finished_at=moments.now(), **failed)

    def _check_source(self, name: str, number: int, find: Callable[[Records, int], object]) -> None:
        try:
            find(self._records, number)
        except Refusal as refusal:
            if refusal.status == FORBIDDEN:
                raise
            raise requests.refuse(refusal.detail, "body", name) from refusal

    def _compare(self, job: Job, number: int) -> tuple[Outcome, dict[str, Any]]:
        record = self._records.get(KIND, number)
        assert record is not None
        asked = DiffRequest(**{name: record[name] for name in DiffRequest.model_fields})
        tolerance = 0.0
        for source in (asked.data_source1_id, asked.data_source2_id):
            if not sources.find_connection(self._records, source).reachable:
                raise Refusal.failed(UNREACHABLE)
            tolerance = max(tolerance, sources.find(self._records, source)["float_tolerance"] or 0.0)
        with job.cursor() as cursor:
            cursor.execute("USE warehouse")
            for name, side in zip(("first", "second"), asked.sides(), strict=True):
                _refuse_writing(cursor, name, side)
            # As of one moment; and whatever a SELECT may hold, nothing is written: a WITH can hold an INSERT.
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            outcome = asked.comparison(tolerance).run(cursor, lambda: self._advance(number))
            cursor.execute("COMMIT")
            destination = asked.materialization_destination_id
            if destination is None:
                return outcome, {}
            schema = sources.temp_schema(self._records, destination)
            return outcome, keep_rows(cursor, outcome, schema=schema, number=number, source=destination)

    def _ended(self, job: Job, number: int) -> dict[str, Any]:
        """Compare, keep what was found, and give the fields of the record that tell the end."""
        started = time.monotonic()
        try:
            outcome, materialized = self._compare(job, number)
        except Cancelled:
            ended: dict[str, Any] = {"status": "cancelled"}
        except (Refusal, duckdb.Error) as error:
            ended = self._failed(number, error.detail if isinstance(error, Refusal) else str(error))
        except Exception as error:
            log.exception("The diff %d failed", number)
            ended = self._failed(number, f"Internal error: {error}")
        else:
            hanging = dependencies(self._platform, self._records.get(KIND, number) or {})
            self._records.add(RESULTS, {"id": number, **summarize(outcome, materialized, hanging)})
            ended = {
                "status": "done",
                "pk_columns": [pair.name for pair in outcome.keys],
                **conclude(outcome),
            }
        return ended | {"done": ended["status"] == "done", "runtime": round(time.monotonic() - started, 6)}

    def _advance(self, number: int) -> None:
        def advance(record: Record) -> Record:
            progress = record["diff_progress"]
            progress = progress | {"completed_steps": progress["completed_steps"] + 1}
            return record | {"diff_progress": progress, "updated_at": moments.now()}

        record = self._records.change(KIND, number, advance)
        if record and record["status"] == "cancelled":  # as a part of a job that goes on
            raise Cancelled

    def _failed(self, number: int, text: str) -> dict[str, Any]:
        error = {"error_type": "QueryError", "error_value": text}
        if self._records.get(RESULTS, number) is None:
            self._records.add(RESULTS, {"id": number, "error": error})
        return {"status": "failed", "result": "error"}

    def _change(self, number: int, **fields: Any) -> Record:
        """Change a record, unless it came to its end before."""

        def change(record: Record) -> Record | None:
            return None if record["status"] in FINAL else record | fields | {"updated_at": moments.now()}

        record = self._records.change(KIND, number, change)
        assert record is not None
        return record


def is_unsettled(record: Record) -> bool:
    """Tell whether a diff of the past was never compared."""
    return bool(record["status"] == "done" and record["result"] is None)


def _merged(changes: dict[str, Any], record: Record) -> Record:
    return record | changes


def _refuse_writing(cursor: Any, name: str, side: str) -> None:
    try:
        kinds = [statement.type.name for statement in cursor.extract_statements(side)]
    except ValueError:  # UPDATE EXTENSIONS has a type that the Python module does not know
        kinds = []
    if kinds != ["SELECT"]:
        raise Refusal.failed(f"The query and filter of the {name} side must make one SELECT")
