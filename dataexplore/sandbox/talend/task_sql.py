"""The SQL that a task runs, and what its answer means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.execution import quote
from dataexplore.sandbox.parameters import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANDING", "judge", "statements"]

# The database in which each environment has a schema.
LANDING = "landing_zone"
# In UTC and without a zone, as the raw tables have their times.
NOW = "now() at time zone 'UTC'"


def statements(task: Mapping[str, Any], schema: str) -> list[str]:
    """Write what a task runs, in order, against the landing schema of its environment.

    An extract answers with the count of the rows that it landed, then of those that it rejected; a check with
    one row of bad and all ones, see :func:`judge`. Each statement may run again at any time.
    """
    return [f"create schema if not exists {_place(schema)}", *WRITERS[task["kind"]](task, schema)]


def judge(task: Mapping[str, Any], bad: int, total: int) -> str | None:
    """Say in a sentence why a check fails; None when it passes."""
    if not total:
        return f"{task['name']}: there is nothing to check in {task['table']}"
    threshold = task["sql"]["threshold"]
    if bad <= threshold * total:
        return None
    return f"{task['name']}: {bad} of {total} rows are bad, at most {threshold:.1%} may be"


def _place(schema: str) -> str:
    return f"{quote(LANDING)}.{quote(schema)}"


def _extract(task: Mapping[str, Any], schema: str) -> list[str]:
    sql, place = task["sql"], _place(schema)
    source, landed = f"warehouse.raw.{quote(sql['table'])}", f"{place}.{quote(sql['table'])}"
    rejected = f"{place}.{quote(sql['table'] + '_rejects')}"
    valid = f"(({sql['valid']}) is true)"  # neither true nor false is not valid
    return [
        f"create or replace table {landed} as select {sql['columns']} from {source} where {valid}",
        f"create or replace table {rejected} as from {source} where not {valid}",
    ]


def _check(task: Mapping[str, Any], schema: str) -> list[str]:
    return [task["sql"]["sql"].replace("{landing}", _place(schema))]


def _publish(task: Mapping[str, Any], schema: str) -> list[str]:
    """Replace what the table says of the tables that this task publishes; what never landed is not there."""
    told = f"{_place(schema)}.{quote('_published')}"
    tables = ", ".join(map(literal, task["sql"]["tables"]))
    return [
        (
            f"create table if not exists {told}"
            " (table_name varchar, row_count bigint, task varchar, published_at timestamp)"
        ),
        f"delete from {told} where table_name in ({tables})",
        (
            f"insert into {told} select table_name, estimated_size, {literal(task['name'])}, {NOW}"
            f" from duckdb_tables() where database_name = {literal(LANDING)}"
            f" and schema_name = {literal(schema)} and table_name in ({tables})"
        ),
    ]


def _notify(task: Mapping[str, Any], schema: str) -> list[str]:
    told = f"{_place(schema)}.{quote('_notices')}"
    return [
        f"create table if not exists {told} (task varchar, notice varchar, noticed_at timestamp)",
        f"insert into {told} values ({literal(task['name'])}, {literal(task['sql']['text'])}, {NOW})",
    ]


WRITERS = {"extract": _extract, "check": _check, "publish": _publish, "notify": _notify}
