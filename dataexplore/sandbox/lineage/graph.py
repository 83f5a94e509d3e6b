"""What every table was made of: its columns, and the columns of other tables that their values come from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Field", "Graph", "Path", "Table", "see_through"]

# In small letters, as the database compares them: (database, schema, table), and the same with a column.
Path = tuple[str, ...]
Field = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table, view or dashboard.

    ``columns`` are None once it was dropped: what was made of it keeps pointing here, and leads on to what it
    was made of itself, until a table of that name comes again.
    """

    columns: tuple[str, ...] | None
    sources: Mapping[str, frozenset[Field]] = field(default_factory=dict)
    reads: frozenset[Path] = frozenset()
    conditions: frozenset[Field] = frozenset()


def see_through(table: Table, hidden: Mapping[Path, Table]) -> Table:
    """Give a table with what the hidden ones were made of, in place of them."""
    behind = [hidden[path] for path in table.reads if path in hidden]
    if not behind:
        return table

    def through(fields: frozenset[Field]) -> frozenset[Field]:
        found: set[Field] = set()
        for one in fields:
            origin = hidden.get(one[:-1])
            found |= origin.sources.get(one[-1], frozenset()) if origin else {one}
        return frozenset(found)

    return Table(
        table.columns,
        {column: through(fields) for column, fields in table.sources.items()},
        (table.reads - hidden.keys()).union(*(one.reads for one in behind)),
        through(table.conditions).union(*(one.conditions for one in behind)),
    )


class Graph:
    """Tables by path; ``changed`` collects the paths that were put, for who keeps them."""

    def __init__(self) -> None:
        self.tables: dict[Path, Table] = {}
        self.changed: set[Path] = set()

    def columns_of(self, path: Path) -> tuple[str, ...] | None:
        """Give a table's columns, None when there is no such table."""
        table = self.tables.get(path)
        return table.columns if table else None

    def put(self, path: Path, table: Table) -> None:
        """Set what a table is; what it has of itself is left out."""
        sources = {column: fields - {(*path, column)} for column, fields in table.sources.items()}
        self.tables[path] = replace(
            table,
            sources={column: fields for column, fields in sources.items() if fields},
            reads=table.reads - {path},
        )
        self.changed.add(path)

    def drop(self, path: Path) -> None:
        """Let a table be gone."""
        if path in self.tables:
            self.put(path, replace(self.tables[path], columns=None))

    def rename(self, path: Path, name: str) -> None:
        """Give a table another name; what was made of it follows."""
        table = self.tables.get(path)
        if table is None:
            return
        new = (*path[:-1], name)
        # It may have been made of the one whose place it takes.
        self.put(new, see_through(table, {new: self.tables.get(new, Table(None))}))
        self.put(path, Table(None))
        self._redirect(
            lambda fields: frozenset((*new, one[-1]) if one[:-1] == path else one for one in fields),
            lambda paths: frozenset(new if one == path else one for one in paths),
        )

    def rename_column(self, path: Path, old: str, name: str) -> None:
        """Give a column another name; what was made of it follows."""
        table = self.tables.get(path)
        if table is None or table.columns is None:
            return
        self.put(
            path,
            replace(
                table,
                columns=tuple(name if column == old else column for column in table.columns),
                sources={name if column == old else column: of for column, of in table.sources.items()},
            ),
        )
        before, after = (*path, old), (*path, name)
        self._redirect(
            lambda fields: frozenset(after if one == before else one for one in fields), lambda paths: paths
        )

    def _redirect(
        self,
        move: Callable[[frozenset[Field]], frozenset[Field]],
        move_tables: Callable[[frozenset[Path]], frozenset[Path]],
    ) -> None:
        for path, table in list(self.tables.items()):
            moved = replace(
                table,
                sources={column: move(fields) for column, fields in table.sources.items()},
                reads=move_tables(table.reads),
                conditions=move(table.conditions),
            )
            if moved != table:
                self.put(path, moved)
