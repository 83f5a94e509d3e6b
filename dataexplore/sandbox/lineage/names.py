"""Where the names of a statement lead: tables by their full path, and the columns they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dataexplore.sandbox.lineage.graph import Path

__all__ = ["TEMPORARY", "Names"]

TEMPORARY = ("temp", "main")
DUCKDB = Dialect.get_or_raise("duckdb")


class Names(Schema):
    """The names as one session sees them; ``columns_of`` gives a table's columns, None when there is none."""

    def __init__(
        self, columns_of: Callable[[Path], tuple[str, ...] | None], database: str, schema: str
    ) -> None:
        self.columns_of = columns_of
        self._database = database.lower()
        self._schema = schema.lower()

    def path(self, table: exp.Table) -> Path | None:
        """Give the full path of a table, whether it exists or not; None for a table function."""
        if not isinstance(table.this, exp.Identifier):
            return None
        parts = tuple(part.name.lower() for part in table.parts)
        meant = [parts]
        if len(parts) == 1:
            # A temporary table hides another of its name.
            hidden = self.columns_of((*TEMPORARY, *parts)) is not None
            meant = [(*TEMPORARY, *parts) if hidden else (self._database, self._schema, *parts)]
        elif len(parts) == 2:  # noqa: PLR2004 - database and table, or schema and table
            meant = [(parts[0], "main", parts[1]), (self._database, *parts)]
            if parts[0] != self._database:
                meant.reverse()
        return next((path for path in meant if self.columns_of(path) is not None), meant[0])

    def place(self, table: exp.Table, *, temporary: bool) -> Path:
        """Give the full path of a table that is created."""
        parts = tuple(part.name.lower() for part in table.parts)
        if temporary or parts[0] == "temp":
            return (*TEMPORARY, parts[-1])
        if len(parts) == 1:
            return (self._database, self._schema, *parts)
        return self.path(table) or parts

    @property
    def dialect(self) -> Dialect:
        """Names are compared as DuckDB does."""
        return DUCKDB

    @property
    def supported_table_args(self) -> tuple[str, ...]:
        """A path has a database, a schema and a table."""
        return ("this", "db", "catalog")

    @property
    def empty(self) -> bool:
        """It always knows some table."""
        return False

    def column_names(self, table: exp.Table | str, *args: Any, **options: Any) -> Sequence[str]:
        """Give the columns of a table, none when it is unknown."""
        del args, options
        assert isinstance(table, exp.Table)
        path = self.path(table)
        return (self.columns_of(path) if path else None) or ()

    def get_column_type(self, *args: Any, **options: Any) -> exp.DataType:
        """Lineage needs no types."""
        del args, options
        return exp.DataType.build("unknown")

    def add_table(self, *args: Any, **options: Any) -> None:
        """Tables are added by statements only."""
        raise NotImplementedError
