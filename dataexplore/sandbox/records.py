"""What the services remember: JSON records in SQLite, apart from the warehouse: no query reaches them."""

from __future__ import annotations

import json
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["Records"]

# SQLite and not the warehouse's DuckDB: many small writes from many threads, each whole after kill -9.
_TABLE = """
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, id INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""

Record = dict[str, Any]


class Records:
    """Records by kind and number, kept in a folder or in memory; any thread may call.

    What comes out is a copy: changing it changes nothing here.
    """

    def __init__(self, directory: Path | None) -> None:
        file = directory / "records.sqlite" if directory else ":memory:"
        # isolation_level None: each statement is its own transaction unless BEGIN says otherwise.
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        # Whole after kill -9; a power cut may take the last writes. FULL would wait for the disk each time.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(_TABLE)
        self._lock = threading.RLock()

    def add(self, kind: str, record: Record) -> Record:
        """Keep a record under its own ``id``, or the next free one of its kind; give it with the id."""
        with self._lock:
            number = record.get("id") or self._next(kind)
            kept = {**record, "id": number}
            self._database.execute("INSERT INTO records VALUES (?, ?, ?)", (kind, number, json.dumps(kept)))
        return kept

    def add_all(self, kind: str, records: Iterable[Record]) -> None:
        """Keep many records at once, all or none."""
        with self._lock:
            self._database.execute("BEGIN")
            try:
                for record in records:
                    self.add(kind, record)
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def get(self, kind: str, number: int) -> Record | None:
        """Give one record, None when there is none."""
        with self._lock:
            row = self._database.execute(
                "SELECT record FROM records WHERE kind = ? AND id = ?", (kind, number)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> list[Record]:
        """Give every record of a kind, by number."""
        with self._lock:
            rows = self._database.execute(
                "SELECT record FROM records WHERE kind = ? ORDER BY id", (kind,)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def change(self, kind: str, number: int, change: Callable[[Record], Record | None]) -> Record | None:
        """Replace a record by what ``change`` makes of it, with no other change in between.

        Gives the record as it is then; None from ``change`` leaves it, and None is given when there is none.
        """
        with self._lock:
            record = self.get(kind, number)
            if record is None:
                return None
            changed = change(dict(record))
            if changed is None:
                return record
            self._database.execute(
                "UPDATE records SET record = ? WHERE kind = ? AND id = ?", (json.dumps(changed), kind, number)
            )
            return changed

    def remove(self, kind: str, number: int) -> bool:
        """Remove a record; tell whether there was one."""
        with self._lock:
            found = self._database.execute("DELETE FROM records WHERE kind = ? AND id = ?", (kind, number))
        return found.rowcount > 0

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    def _next(self, kind: str) -> int:
        row = self._database.execute("SELECT max(id) FROM records WHERE kind = ?", (kind,)).fetchone()
        return (row[0] or 0) + 1
