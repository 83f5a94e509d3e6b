"""The checks of monitors: what they ask the warehouse, and what they make of the answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.datafold.alerting import Point, Verdict, judge_failures, judge_value
from dataexplore.sandbox.datafold.paths import quote_path, split_path
from dataexplore.sandbox.datafold.standard_tests import write_test
from dataexplore.sandbox.execution import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    import pyarrow as pa

    # Runs SQL and gives the result as it comes; raises Refusal when the database does.
    Ask = Callable[[str], Iterator[pa.RecordBatch]]

__all__ = ["Finding", "NoAnswer", "check_metric", "check_schema", "check_test"]

DATABASE = "warehouse"
# The columns of duckdb_columns() that the parts of a path name, from the last on.
_PARTS = ("table_name", "schema_name", "database_name")

_COLUMN_METRICS = {
    "minimum": "min({column})",
    "maximum": "max({column})",
    "std_dev": "stddev_samp({column})",
    "cardinality": "count(DISTINCT {column})",
    "uniqueness": "100 * count(DISTINCT {column}) / nullif(count({column}), 0)",
    "median": "median({column})",
    "average": "avg({column})",
    "sum": "sum({column})",
    "fill_rate": "100 * count({column}) / nullif(count(*), 0)",
}


class NoAnswer(Exception):  # noqa: N818 - reads as what happened
    """The warehouse answered, but not with what the check can use; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: its verdict, and what the next one will be compared with."""

    verdict: Verdict
    value: Decimal | None = None
    columns: dict[str, dict[str, str]] | None = None
    error: str | None = None


def check_metric(spec: dict[str, Any], ask: Ask, at: datetime, past: Sequence[Point]) -> Finding:
    """Measure a metric; freshness is in hours, uniqueness and fill_rate are in percent.

    Raises:
        NoAnswer: The answer is not one number.
    """
    metric = spec["metric"]
    name = metric.get("metric", "The metric")
    value = _number(ask(_metric_sql(metric, ask, at)), name)
    if value is not None:
        return Finding(judge_value(name, Point(at, value), spec.get("alert"), past), value)
    if metric.get("alert_on_missing_data"):
        return Finding(Verdict("alert", ("The query gave no value.",)))
    return Finding(Verdict("skipped", (f"{name} has no value: there is no data.",)))


def check_test(spec: dict[str, Any], ask: Ask) -> Finding:
    """Count the rows that fail a test."""
    sql = write_test(spec["test"], spec.get("query")) if spec.get("test") else spec["query"]
    failures = sum(batch.num_rows for batch in ask(sql))
    return Finding(judge_failures(failures), Decimal(failures))


def check_schema(spec: dict[str, Any], ask: Ask, before: dict[str, dict[str, str]] | None) -> Finding:
    """Compare columns and their types with those of the run before; None when there was none.

    Raises:
        NoAnswer: The table was never there.
    """
    now = _columns(ask, spec.get("table"))
    if before is None:
        if not now:
            raise NoAnswer(f"There is no table {spec.get('table')}.")
        return Finding(Verdict("learning"), columns=now)
    warnings = tuple(_changes(before, now))
    return Finding(Verdict("alert" if warnings else "ok", warnings), columns=now)


def _metric_sql(metric: dict[str, Any], ask: Ask, at: datetime) -> str:
    if metric["type"] == "custom":
        return str(metric["query"])
    if not metric.get("table"):
        raise NoAnswer("The monitor names no table.")
    # The line break ends a comment at the end of the filter.
    where = f" WHERE ({metric['filter']}\n)" if metric.get("filter") else ""
    if metric["type"] == "column":
        measure = _COLUMN_METRICS[metric["metric"]].format(column=quote(metric["column"]))
    elif metric["metric"] == "row_count":
        measure = "count(*)"
    else:
        measure = _freshness(metric["table"], ask, at)
    return f"SELECT {measure} FROM {quote_path(metric['table'])}{where}"


def _freshness(path: str, ask: Ask, at: datetime) -> str:
    """Write the hours since the newest moment in a table that is not in the future.

    When the loader tells in ``_loaded_at`` when it wrote a row, only that column counts.
    """
    columns = next(iter(_columns(ask, path).values()), None)
    if columns is None:
        raise NoAnswer(f"There is no table {path}.")
    moments = [name for name, kind in columns.items() if kind.startswith(("DATE", "TIMESTAMP"))]
    if "_loaded_at" in moments:
        moments = ["_loaded_at"]
    if not moments:
        raise NoAnswer(f"{path} has no column with dates or times to tell its freshness by.")
    now = f"TIMESTAMP '{at:%Y-%m-%d %H:%M:%S}'"
    newest = ", ".join(
        f"max({quote(name)}::TIMESTAMP) FILTER ({quote(name)}::TIMESTAMP <= {now})" for name in moments
    )
    return f"round(date_diff('second', greatest({newest}), {now}) / 3600, 2)"


def _number(batches: Iterator[pa.RecordBatch], name: str) -> Decimal | None:
    """Read the one number of a result, None when it has no row or only null."""
    rows, value = 0, None
    for batch in batches:
        rows += batch.num_rows
        if rows > 1 or batch.num_columns != 1:
            raise NoAnswer("The query gave more than one value; a metric is one number.")
        if batch.num_rows:
            value = batch.column(0)[0].as_py()
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise NoAnswer(f"{name} is {str(value)[:80]}, and a metric is a number.")
    return Decimal(str(value))


def _columns(ask: Ask, path: str | None) -> dict[str, dict[str, str]]:
    """Give the columns of a table, or of all, by the path of the table, with their types."""
    sql = (
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
        f"WHERE database_name = '{DATABASE}' AND NOT internal AND schema_name <> '_sandbox'"
    )
    for part, column in zip(reversed(split_path(path) if path else ()), _PARTS, strict=False):
        sql += f" AND lower({column}) = lower({_text(part)})"
    found: dict[str, dict[str, str]] = {}
    for batch in ask(f"{sql} ORDER BY schema_name, table_name, column_index"):
        for schema, table, column, kind in zip(*batch.to_pydict().values(), strict=True):
            found.setdefault(f"{schema}.{table}", {})[column] = kind
    return found


def _changes(before: dict[str, dict[str, str]], now: dict[str, dict[str, str]]) -> Iterator[str]:
    for table in sorted(before.keys() | now.keys()):
        if table not in now:
            yield f"Table {table} was removed."
        elif table not in before:
            yield f"Table {table} was added."
        else:
            yield from _column_changes(table, before[table], now[table])


def _column_changes(table: str, before: dict[str, str], now: dict[str, str]) -> Iterator[str]:
    for name in before.keys() - now.keys():
        yield f"Column {name} of {table} was removed."
    for name, kind in now.items():
        if name not in before:
            yield f"Column {name} of {table} was added, {kind}."
        elif before[name] != kind:
            yield f"Column {name} of {table} changed from {before[name]} to {kind}."


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
