"""What is reached from a table or a column, up and down, through everything that exists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from dataexplore.sandbox.lineage.graph import Field, Path, Table

__all__ = ["Map", "Shown", "Side"]

Side = Literal["up", "down"]
Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as it is told: its path and columns in their own case."""

    path: Path
    columns: tuple[str, ...]


class Map:
    """The tables that exist, by their paths in small letters, and how they hang together.

    A table or column that the lineage knows and that does not exist any more is passed through: what was made
    of it hangs on what it was made of.
    """

    def __init__(self, tables: Mapping[Path, Table], shown: Iterable[Shown]) -> None:
        self._tables = tables
        self._shown = {_small(one.path): one for one in shown}
        self._fields = {
            (*path, column.lower()): (one, column)
            for path, one in self._shown.items()
            for column in one.columns
        }

    def table(self, path: Path) -> Path | None:
        """Find a table by its path in its own case."""
        found = self._shown.get(_small(path))
        return _small(path) if found and found.path == path else None

    def field(self, path: Path) -> Field | None:
        """Find a column by its path in its own case."""
        found = self._fields.get(_small(path))
        return _small(path) if found and (*found[0].path, found[1]) == path else None

    def told(self, path: Path) -> Shown:
        """Give a table as it is told."""
        return self._shown[path]

    def told_field(self, field: Field) -> tuple[Shown, str]:
        """Give a column's table and its name as they are told."""
        return self._fields[field]

    def tables(self, start: Path, side: Side, depth: int) -> list[Path]:
        """Give the tables up to ``depth`` steps away, nearest first, without the one asked for."""
        steps = self._reads if side == "up" else self._readers
        return [one for one in _walk(start, steps, depth, self._shown) if one != start]

    def fields(self, start: Field, side: Side, depth: int) -> list[Field]:
        """Give the columns up to ``depth`` steps away, nearest first, without the one asked for."""
        steps = self._sources if side == "up" else self._derived
        return _walk(start, steps, depth, self._fields)

    def tables_beside(self, start: Field, found: Iterable[Field], side: Side, depth: int) -> list[Path]:
        """Give the tables that hang on these columns other than by a value.

        Up: those that a column's table reads and no value of which is in the answer. Down: those that name a
        column in a join, a filter or a group and show it nowhere in the answer. Each is an end.
        """
        nearer = [start, *(self.fields(start, side, depth - 1) if depth > 1 else ())]
        valued = {field[:-1] for field in (start, *found)}
        beside: dict[Path, None] = {}
        for field in nearer:
            steps = self._reads if side == "up" else self._readers
            first = self._reads(field[:-1]) if side == "up" else self._users.get(field, ())
            for path in first:
                for one in [path] if path in self._shown else _walk(path, steps, 1, self._shown):
                    if one not in valued:
                        beside[one] = None
        return list(beside)

    def _reads(self, path: Path) -> Iterable[Path]:
        table = self._tables.get(path)
        return sorted(table.reads) if table else ()

    def _readers(self, path: Path) -> Iterable[Path]:
        return self._downstream.get(path, ())

    def _sources(self, field: Field) -> Iterable[Field]:
        table = self._tables.get(field[:-1])
        return sorted(table.sources.get(field[-1], ())) if table else ()

    def _derived(self, field: Field) -> Iterable[Field]:
        return self._derivations.get(field, ())

    @cached_property
    def _downstream(self) -> dict[Path, list[Path]]:
        found: dict[Path, list[Path]] = defaultdict(list)
        for path, table in self._tables.items():
            for read in table.reads:
                found[read].append(path)
        return found

    @cached_property
    def _derivations(self) -> dict[Field, list[Field]]:
        found: dict[Field, list[Field]] = defaultdict(list)
        for path, table in self._tables.items():
            for column, fields in table.sources.items():
                derived = (*path, column)
                for field in fields:
                    found[field].append(derived)
        return found

    @cached_property
    def _users(self) -> dict[Field, list[Path]]:
        found: dict[Field, list[Path]] = defaultdict(list)
        for path, table in self._tables.items():
            for field in table.conditions:
                found[field].append(path)
        return found


def _walk(
    start: Node, steps: Callable[[Node], Iterable[Node]], depth: int, shown: Container[Node]
) -> list[Node]:
    """Walk breadth first; what is not shown takes no step of its own."""
    seen = {start}
    found: list[Node] = []
    edge = [start]
    for _ in range(depth):
        reached: list[Node] = []
        pending = [node for one in edge for node in steps(one)]
        for node in pending:
            if node in seen:
                continue
            seen.add(node)
            if node in shown:
                reached.append(node)
            else:
                pending.extend(steps(node))  # read on by this very loop
        if not reached:
            break
        found += reached
        edge = reached
    return found


def _small(path: Path) -> Path:
    return tuple(part.lower() for part in path)
