"""Two tables compared through Datafold: the diff is started, awaited and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.arrow.still import still_html, still_text
from dataexplore.clients.datafold import join_path
from dataexplore.errors import Invalid, Malformed
from dataexplore.html import element, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dataexplore.clients.datafold.data_diffs import DataDiff, DataDiffs, DataDiffSummary
    from dataexplore.clients.datafold.diff_options import DataDiffOptions
    from dataexplore.clients.datafold.diff_results import DataDiffResults
    from dataexplore.html import Markup

__all__ = ["Comparison", "compare"]

# The service's words that do not say themselves what they mean.
_MEANINGS = {
    "bad-pks": "the key repeats or is null, so it does not tell rows apart",
    "empty": "there are no rows to compare",
    "missing-pks": "some keys are on one side only",
}
_KEYS = {
    "rows": "total_rows",
    "distinct keys": "distincts",
    "keys only here": "exclusives",
    "keys that repeat": "dupes",
    "keys that are null": "nulls",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a data diff found.

    Attributes:
        diff: the diff, done.
        results: its figures as Datafold tells them.
    """

    diff: DataDiff
    results: DataDiffResults

    @property
    def keys(self) -> pa.Table:
        """The keys of both sides: one row a figure."""
        pks = self.results.pks
        pairs = [getattr(pks, name, None) or (None, None) for name in _KEYS.values()]
        sides = [pa.array(side, pa.int64()) for side in zip(*pairs, strict=True)]
        return pa.table([pa.array(list(_KEYS)), *sides], ["", *self._names])

    @property
    def values(self) -> pa.Table:
        """The columns of the rows that both sides have: how many values differ, what percentage matches."""
        values = self.results.values
        stats = values.columns_diff_stats if values else None
        worst_first = sorted(stats or (), key=lambda each: -(each.values_different or 0))
        # A service may call it a match of 100 % when no rows were compared at all.
        compared = values is not None and values.total_rows != 0
        return pa.table(
            {
                "column": pa.array([each.column_name for each in worst_first], pa.string()),
                "values that differ": pa.array([each.values_different for each in worst_first], pa.int64()),
                "match %": pa.array([each.match if compared else None for each in worst_first], pa.float64()),
            }
        )

    @property
    def schema(self) -> pa.Table:
        """The columns that only one side has, or that have another type."""
        schema = self.results.schema
        only = (schema and schema.exclusive_columns) or ((), ())
        rows = [
            (name, f"only in {side}") for names, side in zip(only, self._names, strict=True) for name in names
        ]
        rows += [(name, "another type") for name in (schema and schema.column_type_differs) or ()]
        return pa.table(
            {
                "column": pa.array([name for name, _ in rows], pa.string()),
                "difference": pa.array([how for _, how in rows], pa.string()),
            }
        )

    def __repr__(self) -> str:
        return "\n\n".join(
            [self._headline, *(f"{title}\n{still_text(table, 50)}" for title, table in self._tables)]
        )

    def _repr_html_(self) -> Markup:
        tables = [element("div", element("b", title), still_html(table)) for title, table in self._tables]
        return element("div", element("p", self._headline), *tables)

    @property
    def _names(self) -> tuple[str, str]:
        """The two sides by the last parts of their paths that tell them apart."""
        first, second = self.diff.table1 or ("first",), self.diff.table2 or ("second",)
        if first == second:
            return f"{join_path(first)} (1)", f"{join_path(second)} (2)"
        size = next(size for size in range(1, 99) if first[-size:] != second[-size:])
        return join_path(first[-size:]), join_path(second[-size:])

    @property
    def _headline(self) -> str:
        diff = self.diff
        result = diff.result or diff.status or "done"
        meaning = f" ({_MEANINGS[result]})" if result in _MEANINGS else ""
        seconds = f" · {diff.runtime:.1f} s" if diff.runtime is not None else ""
        return visible(f"{' and '.join(self._names)}: {result}{meaning} · data diff {diff.id}{seconds}")

    @property
    def _tables(self) -> list[tuple[str, pa.Table]]:
        rows = self.results.values and self.results.values.total_rows
        compared = "" if rows is None else f", {rows:,} row{'' if rows == 1 else 's'} compared"
        tables = [
            ("Keys", self.keys),
            (f"Values by column{compared}", self.values),
            ("Schema", self.schema),
        ]
        return [(title, table) for title, table in tables if table.num_rows]


def compare(
    data_diffs: DataDiffs,
    table1: Sequence[str],
    table2: Sequence[str],
    *,
    connection: int,
    key: Sequence[str],
    deadline_s: float | None,
    on_progress: Callable[[DataDiff], None] | None,
    options: DataDiffOptions,
) -> Comparison:
    """Start a data diff, wait for it and read its figures.

    Raises:
        Invalid: it was refused, it failed, or somebody cancelled it.
        DeadlineExceeded: it goes on in Datafold.
        KeyboardInterrupt: Stop; its text says what goes on in Datafold.
    """
    try:
        started = data_diffs.create(
            data_source1_id=connection, table1=table1, table2=table2, pk_columns=key, **options
        )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "The data diff may have been started; the newest of data_diffs.list() tells."
        ) from None
    number = started.id
    if number is None:
        raise Malformed("Datafold started a data diff without a number.", "Look for it in %datafold diffs.")
    diff = data_diffs.wait(number, on_progress=on_progress, deadline_s=deadline_s)
    if diff.status != "done":
        raise _refusal(diff, data_diffs.summary(number))
    return Comparison(diff, data_diffs.summary_results(number))


def _refusal(diff: DataDiff, told: DataDiffSummary) -> Invalid:
    if diff.status == "cancelled":
        return Invalid(f"Data diff {diff.id} was cancelled.", "Compare again.")
    why = visible(told.error or told.feedback or "Datafold does not say why").rstrip(".")
    end = "" if why.endswith(("!", "?")) else "."
    return Invalid(f"Data diff {diff.id} failed: {why}{end}", "Correct what it names and compare again.")
