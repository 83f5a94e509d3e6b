"""Ninety days of runs of the monitors that are there from the start.

What they found follows from the dates in the data: each run is told as of its own day. The marts were not
rebuilt from 13 to 15 October, and on the 14th the warehouse could not be reached.
"""

from __future__ import annotations

from bisect import bisect_right
from contextlib import closing, suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold.alerting import Point, Verdict, judge_failures, judge_value
from dataexplore.sandbox.datafold.monitor_seeds import SEEDS, Seed
from dataexplore.sandbox.datafold.monitor_specs import FORMS
from dataexplore.sandbox.datafold.monitoring import NoAnswer, check_schema
from dataexplore.sandbox.execution import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["seed"]

# The data ends in the night before the last run.
FIRST, LAST = date(2026, 8, 23), date(2026, 11, 20)
STALE_FIRST, STALE_LAST = date(2026, 10, 13), date(2026, 10, 15)
OUTAGE = date(2026, 10, 14)
# The mart of orders grew its last column in the night before this day.
GROWN = date(2026, 9, 29)
# What is disabled now ran until this day.
RETIRED = date(2026, 9, 30)


def seed(platform: Platform) -> None:
    """Keep the monitors and their past, when there are none."""
    if platform.records.get("monitor", 1):
        return
    created_at = moments.write(datetime.combine(FIRST, time(4), UTC))
    monitors: list[Record] = []
    runs: list[Record] = []
    with closing(platform.warehouse.cursor()) as cursor:
        cursor.execute("USE warehouse")
        for number, start in enumerate(SEEDS, 1):
            spec = FORMS[start.kind].model_validate(start.body).model_dump(mode="json")
            past = list(_runs(start, spec, number, cursor))
            runs += past
            monitors.append(
                {
                    "id": number,
                    "monitor_type": start.kind,
                    "spec": spec,
                    "created_at": created_at,
                    "modified_at": created_at,
                    "state": past[-1]["state"] if past else "created",
                    "last_run": past[-1]["started_at"] if past else None,
                    "last_alert": max(
                        (run["started_at"] for run in past if run["state"] == "alert"), default=None
                    ),
                }
            )
    runs.sort(key=lambda run: (run["started_at"], run["monitor_id"]))
    platform.records.add_all("monitor_run", runs)
    # Last: a monitor says that its past is there.
    platform.records.add_all("monitor", monitors)


def _runs(start: Seed, spec: dict[str, Any], number: int, cursor: Any) -> Iterator[Record]:
    days = [FIRST + timedelta(day) for day in range((LAST - FIRST).days + 1)]
    if not spec["enabled"]:
        days = [day for day in days if day < RETIRED]
    if start.is_weekly:
        days = [day for day in days if day.isoweekday() == 1]
    if start.is_unreachable:
        yield from (_run(number, day, Verdict("error"), error=UNREACHABLE) for day in days)
    elif start.kind == "schema":
        yield from _schema_runs(spec, number, days, cursor)
    else:
        yield from _value_runs(start, number, days, _values(start, cursor))


def _schema_runs(spec: dict[str, Any], number: int, days: list[date], cursor: Any) -> Iterator[Record]:
    now = None
    with suppress(NoAnswer, duckdb.Error):
        now = check_schema(spec, lambda sql: iter(cursor.sql(sql).to_arrow_reader()), None).columns
    for day in days:
        if day == OUTAGE:
            yield _run(number, day, Verdict("error"), error=UNREACHABLE)
            continue
        verdict = Verdict("learning" if day == FIRST else "ok")
        if day == GROWN and now:
            table, columns = next(iter(now.items()))
            name, kind = list(columns.items())[-1]
            verdict = Verdict("alert", (f"Column {name} of {table} was added, {kind}.",))
        yield _run(number, day, verdict, columns=now if day == LAST else None)


def _value_runs(
    start: Seed, number: int, days: list[date], values: dict[date, Decimal] | None
) -> Iterator[Record]:
    """Tell the runs; a day without rows of its own finds what the day before found."""
    known = sorted(values or ())
    past: list[Point] = []
    for day in days:
        built = min(day, STALE_FIRST - timedelta(1)) if start.reads_mart and day <= STALE_LAST else day
        before = bisect_right(known, built)
        if day == OUTAGE:
            yield _run(number, day, Verdict("error"), error=UNREACHABLE)
        elif values is None:
            yield _run(number, day, Verdict("ok"))
        elif before:
            found = known[before - 1]
            value = values[found] + (24 * (day - found).days if start.ages else 0)
            point = Point(_at(number, day), value)
            yield _run(number, day, _judge(start, point, past), value=str(value))
            past.append(point)


def _judge(start: Seed, point: Point, past: list[Point]) -> Verdict:
    if start.kind == "test":
        return judge_failures(int(point.value))
    return judge_value(start.body["metric"].get("metric", "The metric"), point, start.body.get("alert"), past)


def _values(start: Seed, cursor: Any) -> dict[date, Decimal] | None:
    """Measure each day; None for what is always well, nothing where the data is no longer the company's."""
    if start.values is None:
        return None
    try:
        rows = cursor.execute(start.values).fetchall()
    except duckdb.Error:
        return {}
    return {day: Decimal(str(value)) for day, value in rows if value is not None}


def _at(number: int, day: date) -> datetime:
    # Five in the morning, one after the other.
    return datetime.combine(day, time(5, 0, number), UTC)


def _run(
    number: int,
    day: date,
    verdict: Verdict,
    *,
    error: str | None = None,
    value: str | None = None,
    columns: dict[str, dict[str, str]] | None = None,
) -> Record:
    return {
        "monitor_id": number,
        "state": verdict.state,
        "started_at": moments.write(_at(number, day)),
        "warnings": list(verdict.warnings),
        "error": error,
        "diff_id": None,
        "value": value,
        "columns": columns,
    }
