"""One comparison of two queries, step by step, in a session of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.datafold.diffing import keys
from dataexplore.sandbox.datafold.diffing.columns import Column, Pair, match, schema_differences
from dataexplore.sandbox.datafold.diffing.sampling import Sampling
from dataexplore.sandbox.datafold.diffing.values import Equality
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["STEPS", "Comparison", "Outcome"]

# Schemas and key, rows, keys, values.
STEPS = 4
# Keys are drawn by their hash, so that both sides draw the same.
DRAWS = 10**9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a comparison found, in the words of the contract; ``ratio`` is the share of keys it looked at.

    ``pairs`` is the SELECT of the rows that were compared: k0.., values l0.. and r0.., d0.. (they differ).
    """

    keys: tuple[Pair, ...]
    compared: tuple[Pair, ...]
    schema: dict[str, Any]
    pks: dict[str, list[int]]
    values: dict[str, Any]
    ratio: float
    pairs: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared and how.

    ``sides`` are two SELECTs. Columns go by their names on the left; those of ``only`` are compared, all when
    it is empty, except those of ``without``. Without ``keys`` a key is looked for, not among ``avoid_names``
    and ``avoid_types``. Rows that share a key are compared only with ``pair_duplicates``, in order.
    """

    sides: tuple[str, str]
    keys: tuple[str, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    avoid_names: tuple[str, ...] = ()
    avoid_types: tuple[str, ...] = ()
    equality: Equality = field(default_factory=Equality)
    sampling: Sampling = field(default_factory=Sampling)
    pair_duplicates: bool = False

    def run(self, cursor: Any, step: Callable[[], None]) -> Outcome:
        """Compare; ``step`` is called after each of :data:`STEPS`.

        Only in a transaction are both sides seen as of one moment. The session keeps temporary tables
        ``rows1`` and ``rows2`` (columns k0.., v0..), ``keys1`` and ``keys2`` (k0.., n: rows that have it).

        Raises:
            Refusal: A column is missing, or no key is found.
        """
        left, right = (_columns(cursor, side) for side in self.sides)
        matched = match(left, right, self.mapping)
        self._refuse_unknown(left, right)
        names = [name.lower() for name in self.keys or self._inferred(cursor, matched)]
        pairs = {name: pair for name, pair in matched.items() if self._is_wanted(name, names)}
        keyed = tuple(_found(pairs, name) for name in names)
        compared = tuple(pair for name, pair in pairs.items() if name not in names)
        left_names = {pair.right.name: name for name, pair in matched.items()}
        schema = schema_differences(
            [one for one in left if self._is_wanted(one.name, names)],
            [one for one in right if self._is_wanted(left_names.get(one.name, one.name), names)],
            pairs,
        )
        step()
        self._read(cursor, keyed, compared)
        step()
        pks = _count_keys(cursor, len(keyed))
        step()
        ratio = self.sampling.ratio(max(pks["total_rows"]))
        select = self._pairs(keyed, compared, ratio, any(pks["dupes"]))
        values = _count_values(cursor, select, compared)
        step()
        return Outcome(keyed, compared, schema, pks, values, ratio, select)

    def _refuse_unknown(self, left: Iterable[Column], right: Iterable[Column]) -> None:
        known = {column.name.lower() for column in (*left, *right)}
        for name in (*self.only, *self.without):
            if name.lower() not in known:
                raise Refusal.failed(f'The column "{name}" is in neither table')

    def _inferred(self, cursor: Any, matched: dict[str, Pair]) -> tuple[str, ...]:
        usable = [pair for name, pair in matched.items() if self._is_wanted(name, ())]
        found = keys.infer(
            cursor, self.sides, usable, avoid_names=self.avoid_names, avoid_types=self.avoid_types
        )
        if not found:
            raise Refusal.failed("No column and no two columns tell the rows apart; name pk_columns")
        return found

    def _is_wanted(self, name: str, names: Iterable[str]) -> bool:
        """Tell whether a column takes part; what does not is left out of the schemas too."""
        only, without = ({one.lower() for one in chosen} for chosen in (self.only, self.without))
        name = name.lower()
        return name in names or ((not only or name in only) and name not in without)

    def _read(self, cursor: Any, keyed: Sequence[Pair], compared: Sequence[Pair]) -> None:
        """Take a copy of each side."""
        expressions = [
            *((f"k{number}", self.equality.key(pair)) for number, pair in enumerate(keyed)),
            *((f"v{number}", self.equality.value(pair)) for number, pair in enumerate(compared)),
        ]
        for number, side in enumerate(self.sides):
            columns = ", ".join(f"{both[number]} AS {name}" for name, both in expressions)
            cursor.execute(f"CREATE TEMP TABLE rows{number + 1} AS SELECT {columns} FROM ({side}\n)")

    def _pairs(self, keyed: Sequence[Pair], compared: Sequence[Pair], ratio: float, duplicates: bool) -> str:
        """Write the SELECT of the rows of both sides that have the same key."""
        names = [f"k{number}" for number in range(len(keyed))]
        same = " AND ".join(f"one.{name} = two.{name}" for name in names)
        columns = [f"one.{name}" for name in names]
        for number, pair in enumerate(compared):
            left, right = f"one.v{number}", f"two.v{number}"
            differs = self.equality.differs(pair, left, right)
            columns += [f"{left} AS l{number}", f"{right} AS r{number}", f"{differs} AS d{number}"]
        sides = ["rows1", "rows2"]
        if self.pair_duplicates:
            order = ", ".join(f"v{number}" for number in range(len(compared))) or "1"
            nth = f"row_number() OVER (PARTITION BY {', '.join(names)} ORDER BY {order}) AS nth"
            sides = [f"(SELECT *, {nth} FROM {side})" for side in sides]
            same += " AND one.nth = two.nth"
        elif duplicates:
            using = ", ".join(names)
            sides = [
                f"(SELECT * FROM rows{number} SEMI JOIN (FROM keys{number} WHERE n = 1) USING ({using}))"
                for number in (1, 2)
            ]
        drawn = ""
        if ratio < 1:
            one = ", ".join(f"one.{name}" for name in names)
            drawn = f" WHERE hash({one}) % {DRAWS} < {round(ratio * DRAWS)}"
        return f"SELECT {', '.join(columns)} FROM {sides[0]} AS one JOIN {sides[1]} AS two ON {same}{drawn}"


def _columns(cursor: Any, side: str) -> list[Column]:
    relation = cursor.sql(f"SELECT * FROM ({side}\n)")
    return [Column(name, type_) for name, type_ in zip(relation.columns, relation.types, strict=True)]


def _found(pairs: dict[str, Pair], name: str) -> Pair:
    if name not in pairs:
        raise Refusal.failed(f'The key column "{name}" is not in both tables')
    return pairs[name]


def _count_keys(cursor: Any, size: int) -> dict[str, list[int]]:
    names = [f"k{number}" for number in range(size)]
    listed = ", ".join(names)
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names)
    found: dict[str, list[int]] = {
        count: [] for count in ("total_rows", "nulls", "dupes", "exclusives", "distincts")
    }
    for side in (1, 2):
        cursor.execute(
            f"CREATE TEMP TABLE keys{side} AS SELECT {listed}, count(*) AS n FROM rows{side} "
            f"WHERE {whole} GROUP BY {listed}"
        )
    for side, other in ((1, 2), (2, 1)):
        total = cursor.execute(f"SELECT count(*) FROM rows{side}").fetchone()[0]
        distinct, rows = cursor.execute(
            f"SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM keys{side}"
        ).fetchone()
        exclusive = cursor.execute(
            f"SELECT count(*) FROM keys{side} ANTI JOIN keys{other} USING ({listed})"
        ).fetchone()[0]
        counts = (total, total - rows, rows - distinct, exclusive, distinct)
        for name, count in zip(found, counts, strict=True):
            found[name].append(count)
    return found


def _count_values(cursor: Any, select: str, compared: Sequence[Pair]) -> dict[str, Any]:
    flags = [f"d{number}" for number in range(len(compared))]
    counts = ["count(*)", f"count(*) FILTER ({' OR '.join(flags)})" if flags else "0"]
    counts += [f"count(*) FILTER ({flag})" for flag in flags]
    total, differing, *each = cursor.execute(f"SELECT {', '.join(counts)} FROM ({select})").fetchone()
    return {
        "total_rows": total,
        "rows_with_differences": differing,
        "total_values": total * len(each),
        "values_with_differences": sum(each),
        "compared_columns": len(each),
        "columns_with_differences": sum(count > 0 for count in each),
        "columns_diff_stats": [
            {
                "column_name": pair.name,
                "match": 100 * (total - count) / total if total else 100.0,
                "values_different": count,
            }
            for pair, count in zip(compared, each, strict=True)
        ],
    }
