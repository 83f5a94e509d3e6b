"""The figures of a data diff: its keys, its values by column, its schema."""

from __future__ import annotations

from typing import Any

from dataexplore.clients.datafold.paths import join_path
from dataexplore.clients.records import (
    Record,
    Records,
    anything,
    integer,
    number,
    part,
    parts,
    record,
    text,
    texts,
)

__all__ = ["ColumnDiff", "DataDiffResults", "Dependency", "DiffKeys", "DiffSchema", "DiffValues"]

Pair = tuple[int, int]


def _pair(raw: Any) -> Pair | None:
    match raw:
        case [int(first), int(second)]:
            return first, second
        case _:
            return None


@record
class DiffKeys(Record):
    """The keys: each figure of the first side and of the second.

    Attributes:
        total_rows: rows.
        exclusives: keys the other side does not have.
        dupes: keys that stand more than once.
        nulls: keys that are null.
        distincts: different keys.
    """

    total_rows: Pair | None = anything(_pair)
    exclusives: Pair | None = anything(_pair)
    dupes: Pair | None = anything(_pair)
    nulls: Pair | None = anything(_pair)
    distincts: Pair | None = anything(_pair)


@record
class ColumnDiff(Record):
    """The values of one column.

    Attributes:
        match: percent of the shared rows that are alike.
        values_different: how many differ.
    """

    column_name: str | None = text()
    match: float | None = number()
    values_different: int | None = integer()


@record
class DiffValues(Record):
    """The values of the rows whose key both sides have.

    Attributes:
        columns_diff_stats: one record a column.
    """

    total_rows: int | None = integer()
    rows_with_differences: int | None = integer()
    total_values: int | None = integer()
    values_with_differences: int | None = integer()
    compared_columns: int | None = integer()
    columns_with_differences: int | None = integer()
    columns_diff_stats: Records[ColumnDiff] | None = parts(ColumnDiff)


def _name_lists(raw: Any) -> tuple[tuple[str, ...], ...] | None:
    match raw:
        case [[*first], [*second]] if all(isinstance(name, str) for name in (*first, *second)):
            return tuple(first), tuple(second)
        case _:
            return None


@record
class DiffSchema(Record):
    """The columns of both sides; pairs are of the first side and of the second.

    Attributes:
        exclusive_columns: names only the first side has, and only the second.
        column_type_differs: names whose types differ.
        column_reorders: how many stand in another place.
    """

    column_counts: Pair | None = anything(_pair)
    columns_mismatched: Pair | None = anything(_pair)
    exclusive_columns: tuple[tuple[str, ...], ...] | None = anything(_name_lists)
    column_type_differs: tuple[str, ...] | None = texts()
    column_type_mismatches: int | None = integer()
    column_reorders: int | None = integer()


@record
class Dependency(Record):
    """What stands downstream of the tables compared."""

    item_type: str | None = text()
    name: str | None = text()
    path: tuple[str, ...] | None = texts(join_path)
    data_source_id: int | None = integer()
    popularity: int | None = integer()
    uid: str | None = text()


@record
class DataDiffResults(Record):
    """What a data diff found; a part that the service does not tell is None.

    Attributes:
        status: ``done`` or ``success``, ``failed``, ``running``, ``pending``, or another word.
        schema: None when two databases were compared.
        error: the service's own object, when it failed.
        materialized_results: where the service wrote the rows, by their kind.
    """

    status: str | None = text()
    pks: DiffKeys | None = part(DiffKeys)
    values: DiffValues | None = part(DiffValues)
    schema: DiffSchema | None = part(DiffSchema)
    dependencies: Records[Dependency] | None = parts(Dependency)
    materialized_results: Any = anything()
    error: Any = anything()

    @property
    def ready(self) -> bool:
        """Whether the figures are there."""
        return self.status in {"done", "success"}
