"""Which column of one side stands for which of the other, and how the two schemas differ."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Column", "Pair", "match", "schema_differences"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one side: its name and DuckDB type."""

    name: str
    type: Any


@dataclass(frozen=True, slots=True)
class Pair:
    """A column of the left side and the one of the right that stands for it; it goes by the left name."""

    left: Column
    right: Column

    @property
    def name(self) -> str:
        """The name on the left."""
        return self.left.name


def match(
    left: Sequence[Column], right: Sequence[Column], mapping: Sequence[tuple[str, str]]
) -> dict[str, Pair]:
    """Pair columns by the mapping, else by name without regard to case; by the left name in lower case.

    Raises:
        Refusal: The mapping names a column that is not there.
    """
    lefts = {column.name.lower(): column for column in left}
    rights = {column.name.lower(): column for column in right}
    mapped = {first.lower(): second.lower() for first, second in mapping}
    for first, second in mapping:
        if first.lower() not in lefts:
            raise Refusal.failed(f'The mapped column "{first}" is not in the first table')
        if second.lower() not in rights:
            raise Refusal.failed(f'The mapped column "{second}" is not in the second table')
    taken = set(mapped.values())
    pairs = {}
    for name, column in lefts.items():
        other = mapped.get(name) or (name if name in rights and name not in taken else None)
        if other:
            pairs[name] = Pair(column, rights[other])
    return pairs


def schema_differences(
    left: Sequence[Column], right: Sequence[Column], pairs: Mapping[str, Pair]
) -> dict[str, Any]:
    """Compare two schemas: what only one side has, other types, and how many columns stand elsewhere."""
    paired = {pair.right.name for pair in pairs.values()}
    exclusive = [
        [column.name for column in left if column.name.lower() not in pairs],
        [column.name for column in right if column.name not in paired],
    ]
    differs = [pair.name for pair in pairs.values() if str(pair.left.type) != str(pair.right.type)]
    place = {column.name: number for number, column in enumerate(right)}
    return {
        "columns_mismatched": [len(names) for names in exclusive],
        "column_type_mismatches": len(differs),
        "column_reorders": _moved([place[pair.right.name] for pair in pairs.values()]),
        "column_counts": [len(left), len(right)],
        "column_type_differs": differs,
        "exclusive_columns": exclusive,
    }


def _moved(places: Sequence[int]) -> int:
    """Count the fewest columns that must move until the places rise."""
    rising: list[int] = []
    for place in places:
        position = bisect_left(rising, place)
        rising[position : position + 1] = [place]
    return len(places) - len(rising)
