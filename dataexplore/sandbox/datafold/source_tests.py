"""Testing a data source: what it takes to use it, tried step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold import sources
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.execution import UNREACHABLE
from dataexplore.sandbox.jobs import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.sandbox.jobs import Job
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record, Records

__all__ = ["KIND", "STEPS", "add", "end_abandoned", "run", "seed"]

KIND = "data_source_test"
STEPS = ("connection", "temp_schema", "schema_download", "lineage_download")


def seed(records: Records) -> None:
    """Keep a test of long ago, of the data source that is no longer for everybody."""
    if not records.all(KIND):
        steps = [{"step": step, "status": "done", "result": _result("OK", "", "ok")} for step in STEPS]
        records.add(KIND, {"data_source_id": 4, "status": "done", "results": steps})


def add(platform: Platform, source: int) -> Record:
    """Keep a test that waits."""
    steps = [{"step": step, "status": "queued", "result": None} for step in STEPS]
    return platform.records.add(KIND, {"data_source_id": source, "status": "queued", "results": steps})


def end_abandoned(platform: Platform) -> None:
    """Mark the tests that a server which is no more left waiting or running."""
    for record in platform.records.all(KIND):
        if record["status"] in ("queued", "processing"):
            platform.records.change(KIND, record["id"], lambda kept: kept | {"status": "cancelled"})


def run(platform: Platform, job: Job, number: int) -> None:
    """Run a test: the first step that fails ends it; what it found is kept with its data source too."""
    records = platform.records
    test = records.change(KIND, number, lambda kept: kept | {"status": "processing"})
    assert test is not None
    steps = test["results"]
    status = "done"
    for step in steps:
        if status != "done":
            step["status"] = "cancelled"
            continue
        step["status"], step["result"] = _try(platform, job, test["data_source_id"], step["step"])
        status = step["status"]
        records.change(KIND, number, lambda kept: kept | {"results": steps})
    records.change(KIND, number, lambda kept: kept | {"status": status, "results": steps})
    last = {"tested_at": moments.now(), "results": steps}
    records.change(sources.KIND, test["data_source_id"], lambda kept: kept | {"last_test": last})


def _try(platform: Platform, job: Job, source: int, step: str) -> tuple[str, dict[str, Any]]:
    try:
        connection = sources.find_connection(platform.records, source)
        if not connection.reachable:
            return "failed", _result("IO_ERROR", UNREACHABLE, "error")
        with job.cursor() as cursor:
            schema = sources.find(platform.records, source).get("temp_schema")
            message = TRIES[step](cursor, schema if connection.writable else None)
    except Cancelled:
        return "cancelled", _result("CANCELLED", "The server ends", "error")
    except Refusal as refusal:
        return "failed", _result("NOT_SUPPORTED", refusal.detail, "error")
    except duckdb.Error as error:
        return "failed", _result("QUERY_ERROR", str(error), "error")
    return "done", _result("OK", message, "ok")


def _result(code: str, message: str, outcome: str) -> dict[str, Any]:
    return {"code": code, "message": message, "outcome": outcome}


def _connect(cursor: Any, schema: str | None) -> str:
    del schema
    (version,) = cursor.execute("SELECT version()").fetchone()
    return f"Connected to DuckDB {version}"


def _write(cursor: Any, schema: str | None) -> str:
    if schema is None:
        return "There is none; temporary tables are used"
    path = sources.make_schema(cursor, schema)
    cursor.execute("BEGIN TRANSACTION")
    cursor.execute(f"CREATE TABLE {path}.test_of_the_connection (n INTEGER)")
    cursor.execute("ROLLBACK")
    return f"Tables can be created in {schema}"


def _count_tables(cursor: Any, schema: str | None) -> str:
    del schema
    (tables,) = cursor.execute("SELECT count(*) FROM information_schema.tables").fetchone()
    (columns,) = cursor.execute("SELECT count(*) FROM information_schema.columns").fetchone()
    return f"{tables} tables and views, {columns} columns"


def _count_views(cursor: Any, schema: str | None) -> str:
    del schema
    (views,) = cursor.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone()
    return f"{views} views tell what they are made of, tables by the statements that were seen"


TRIES: dict[str, Callable[[Any, str | None], str]] = {
    "connection": _connect,
    "temp_schema": _write,
    "schema_download": _count_tables,
    "lineage_download": _count_views,
}
