"""The lineage of a warehouse: what ran is noted, and read when somebody asks."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from contextlib import suppress
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import duckdb

from dataexplore.sandbox import company
from dataexplore.sandbox.lineage.graph import Graph, Table
from dataexplore.sandbox.lineage.reach import Map, Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dataexplore.sandbox.execution import Change
    from dataexplore.sandbox.lineage.graph import Path
    from dataexplore.sandbox.records import Record, Records
    from dataexplore.sandbox.warehouse import Warehouse

__all__ = ["Ledger"]

log = logging.getLogger("dataexplore.sandbox")

TABLES, CHANGES = "lineage_table", "lineage_change"
# Nothing is parsed until somebody asks; beyond this much it is, in a thread of its own, to keep memory small.
PENDING_CHARACTERS = 2**20
# A table that comes by other ways than a statement we hear of is seen this much later.
CATALOG_S = 1.0
CATALOG = """
SELECT schema_name, table_name, column_name FROM duckdb_columns()
WHERE database_name = 'warehouse' AND NOT internal AND schema_name <> '_sandbox'
ORDER BY schema_name, table_name, column_index
"""


class Ledger:
    """Knows the company's own statements from the start, and hears of every one that changes the warehouse.

    Statements are kept as they ran and read at the next question, so that nobody who runs SQL waits for it.
    """

    def __init__(self, warehouse: Warehouse, records: Records) -> None:
        self._warehouse = warehouse
        self._records = records
        self._graph = Graph()
        self._numbers: dict[Path, int] = {}
        self._reading = threading.RLock()
        self._noting = threading.Lock()
        self._pending: list[Record] = []
        self._characters = 0
        self._shown: dict[Path, Shown] = {}
        self._shown_until = 0.0
        self._map: tuple[Mapping[Shown, Table], Map] | None = None
        self._load()
        warehouse.on_change = self.note

    def note(self, changes: Sequence[Change]) -> None:
        """Keep what one session changed for good; never fails."""
        statements = [[change.sql, change.database, change.schema] for change in changes]
        try:
            with self._noting:
                self._pending.append(self._records.add(CHANGES, {"statements": statements}))
        except sqlite3.Error:
            log.exception("The lineage of a statement was lost")
        self._shown_until = 0
        self._characters += sum(len(change.sql) for change in changes)
        if self._characters > PENDING_CHARACTERS:
            self._characters = 0
            threading.Thread(target=self._settle_beside, daemon=True).start()

    def map(self, beside: Mapping[Shown, Table], *, fresh: bool = False) -> Map:
        """Read what is pending and give the map of now, with tables from elsewhere ``beside`` it.

        ``fresh`` looks for tables that came without a statement, too.
        """
        with self._reading:
            self._settle(fresh=fresh)
            if self._map and self._map[0] == beside:
                return self._map[1]
            tables = self._graph.tables | {_small(one.path): table for one, table in beside.items()}
            self._map = (beside, Map(tables, [*self._shown.values(), *beside]))
            return self._map[1]

    def _settle_beside(self) -> None:
        # When the server ends meanwhile, the statements stay pending in the records.
        with suppress(sqlite3.Error, duckdb.Error):
            self._settle()

    def _settle(self, *, fresh: bool = False) -> None:
        """Read the pending statements; a map that is no longer right is forgotten."""
        with self._reading:
            changed = self._look(fresh=fresh)
            with self._noting:
                pending, self._pending = self._pending, []
                self._characters = 0
            for change in pending:
                self._apply(change["statements"])
            self._keep()
            for change in pending:
                self._records.remove(CHANGES, change["id"])
            if changed or pending:
                self._map = None

    def _apply(self, statements: Sequence[Sequence[str]]) -> None:
        from dataexplore.sandbox.lineage.statement import Session  # noqa: PLC0415 - sqlglot takes its time

        session = Session(self._graph, self._found)
        for sql, database, schema in statements:
            try:
                session.apply(sql, database, schema)
            except Exception:
                log.exception("The lineage of a statement was lost")

    def _found(self, path: Path) -> tuple[str, ...] | None:
        shown = self._shown.get(path)
        return tuple(column.lower() for column in shown.columns) if shown else None

    def _look(self, *, fresh: bool) -> bool:
        """Ask the database what there is, unless it was asked just now; tell whether anything changed."""
        if time.monotonic() < self._shown_until and not fresh:
            return False
        self._shown_until = time.monotonic() + CATALOG_S
        cursor = self._warehouse.cursor()
        try:
            rows = cursor.execute(CATALOG).fetchall()
        finally:
            cursor.close()
        shown = {}
        for (schema, name), columns in groupby(rows, key=lambda row: row[:2]):
            path = ("warehouse", schema, name)
            shown[_small(path)] = Shown(path, tuple(column for _, _, column in columns))
        changed = shown != self._shown
        self._shown = shown
        return changed

    def _load(self) -> None:
        kept = self._records.all(TABLES)
        if not kept:
            # The columns as they are before anything runs: the company's statements are read against them.
            self._look(fresh=True)
            for path in self._shown:
                self._graph.put(path, Table(self._found(path)))
            self._records.add_all(TABLES, [_record(path, self._graph.tables[path]) for path in self._shown])
            kept = self._records.all(TABLES)
            statements = [
                [
                    f"create or replace {model.kind} {model.schema}.{model.name} as {model.sql}",
                    "warehouse",
                    "main",
                ]
                for model in company.MODELS
            ]
            self._records.add(CHANGES, {"statements": statements})
        for record in kept:
            path = tuple(record["path"])
            self._numbers[path] = record["id"]
            self._graph.tables[path] = _table(record)
        self._graph.changed.clear()
        self._pending = self._records.all(CHANGES)

    def _keep(self) -> None:
        """Write down the tables that changed; done again after a crash, it gives the same."""
        for path in self._graph.changed:
            record = _record(path, self._graph.tables[path])
            if path in self._numbers:
                record["id"] = self._numbers[path]
                self._records.change(TABLES, record["id"], partial(_replace, record))
            else:
                self._numbers[path] = self._records.add(TABLES, record)["id"]
        self._graph.changed.clear()


def _replace(record: Record, before: Record) -> Record:
    del before
    return record


def _small(path: Path) -> Path:
    return tuple(part.lower() for part in path)


def _record(path: Path, table: Table) -> dict[str, Any]:
    return {
        "path": path,
        "columns": table.columns,
        "sources": {column: sorted(fields) for column, fields in table.sources.items()},
        "reads": sorted(table.reads),
        "conditions": sorted(table.conditions),
    }


def _table(record: Record) -> Table:
    columns = record["columns"]
    return Table(
        None if columns is None else tuple(columns),
        {column: frozenset(map(tuple, fields)) for column, fields in record["sources"].items()},
        frozenset(map(tuple, record["reads"])),
        frozenset(map(tuple, record["conditions"])),
    )
