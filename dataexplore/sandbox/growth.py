"""How large a table was on a day of the past, counted in the dates that it holds."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import duckdb

from dataexplore.sandbox.execution import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Growth"]

# A table whose newest date is older than this does not grow by that date.
GROWING = date(2026, 10, 1)


class Growth:
    """The rows of one table by day; one without a date of its own was always as large as it is.

    A table that is not there any more has no rows.
    """

    def __init__(self, cursor: Any, table: str) -> None:
        try:
            counts = _count_by_day(cursor, table)
        except duckdb.Error:
            counts = []
        self._days = [day for day, _ in counts if day is not None]
        undated = sum(count for day, count in counts if day is None)
        dated: Sequence[int] = [count for day, count in counts if day is not None]
        self._rows = list(accumulate(dated, initial=undated))

    def rows(self, day: date) -> int:
        """Give the rows that were there at the end of a day."""
        return self._rows[bisect_right(self._days, day)]


def _count_by_day(cursor: Any, table: str) -> list[tuple[date | None, int]]:
    described = cursor.execute(f"DESCRIBE {table}").fetchall()
    for name, kind, *_ in described:
        if kind not in ("DATE", "TIMESTAMP"):
            continue
        day = f"CAST({quote(name)} AS DATE)"
        found: list[tuple[date | None, int]] = cursor.execute(
            f"SELECT {day}, count(*) FROM {table} GROUP BY 1 ORDER BY 1 NULLS LAST"
        ).fetchall()
        if found and max((day for day, _ in found if day), default=date.min) >= GROWING:
            return found
    return [(None, int(cursor.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))]
