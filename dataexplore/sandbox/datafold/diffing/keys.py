"""Finding a primary key: the columns that tell every row of both sides apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.execution import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dataexplore.sandbox.datafold.diffing.columns import Pair

__all__ = ["infer"]

# Pairs of columns are tried among the likeliest only: each try reads both sides.
LIKELIEST = 6
NO_KEYS = ("float", "double", "boolean", "list", "struct", "map", "array", "union", "blob")


def infer(
    cursor: Any,
    sides: tuple[str, str],
    pairs: Iterable[Pair],
    *,
    avoid_names: Sequence[str] = (),
    avoid_types: Sequence[str] = (),
) -> tuple[str, ...]:
    """Give the left names of a key, one column if that is enough, else two; nothing when there is none."""
    avoided = {name.lower() for name in avoid_names}
    kinds = {kind.lower() for kind in avoid_types}
    usable = [
        pair
        for pair in pairs
        if pair.name.lower() not in avoided
        and pair.left.type.id not in NO_KEYS
        and not kinds & {pair.left.type.id, str(pair.left.type).lower()}
    ]
    usable.sort(key=_unlikeliness)
    for candidate in _candidates(usable):
        names = tuple(zip(*((pair.left.name, pair.right.name) for pair in candidate), strict=True))
        if all(_tells_apart(cursor, side, columns) for side, columns in zip(sides, names, strict=True)):
            return names[0]
    return ()


def _candidates(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ...]]:
    yield from combinations(pairs, 1)
    yield from combinations(pairs[:LIKELIEST], 2)


def _unlikeliness(pair: Pair) -> int:
    """Keys are mostly called so: id and its like first."""
    name = pair.name.lower()
    if name == "id":
        return 0
    return (
        1 if name.endswith(("_id", "id", "_key", "_pk")) else 2 if "number" in name or "code" in name else 3
    )


def _tells_apart(cursor: Any, side: str, names: Sequence[str]) -> bool:
    columns = ", ".join(map(quote, names))
    nulls = " OR ".join(f"{quote(name)} IS NULL" for name in names)
    total, distinct, empty = cursor.execute(
        f"SELECT count(*), count(DISTINCT ({columns})), count(*) FILTER ({nulls}) FROM ({side})"
    ).fetchone()
    return bool(total == distinct and not empty)
