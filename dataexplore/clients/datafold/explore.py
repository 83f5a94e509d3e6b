"""Lineage: what stands before and after a table or a column. The answers are flat lists without edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.datafold.paths import join_path, read_path
from dataexplore.clients.records import Record, Records, record, text, texts
from dataexplore.errors import InputError, Malformed
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dataexplore.transport import Session

__all__ = ["Explore", "LineageColumn", "LineageTable"]

_TABLE = "/api/v1/explore/db/{data_connection_id}/tables/{table_path}"
_COLUMN = "/api/v1/explore/db/{data_connection_id}/columns/{column_path}"
TABLE_UPSTREAMS = Operation(
    "db_table_upstreams_api_v1_explore_db__data_connection_id__tables__table_path__upstreams_get",
    "GET",
    f"{_TABLE}/upstreams",
    repeatable=True,
)
TABLE_DOWNSTREAMS = Operation(
    "db_table_downstreams_api_v1_explore_db__data_connection_id__tables__table_path__downstreams_get",
    "GET",
    f"{_TABLE}/downstreams",
    repeatable=True,
)
COLUMN_UPSTREAMS = Operation(
    "db_column_upstreams_api_v1_explore_db__data_connection_id__columns__column_path__upstreams_get",
    "GET",
    f"{_COLUMN}/upstreams",
    repeatable=True,
)
COLUMN_DOWNSTREAMS = Operation(
    "db_column_downstreams_api_v1_explore_db__data_connection_id__columns__column_path__downstreams_get",
    "GET",
    f"{_COLUMN}/downstreams",
    repeatable=True,
)

MAX_DEPTH = 99
_FIX = "Ask whoever runs the service: without it the lineage would be wrong."


@record
class LineageTable(Record):
    """A table in an answer, or what the service tells in the shape of one (a dashboard, a sync).

    Attributes:
        type: the service's word, ``Table`` or another.
        path: its parts, the table's own name last.
        columns: names, in the service's order.
    """

    type: str = text()
    name: str = text()
    path: tuple[str, ...] = texts(join_path)
    columns: tuple[str, ...] = texts()


@record
class LineageColumn(Record):
    """A column in an answer.

    Attributes:
        type: the service's word, ``Column`` or another.
        table_path: the parts of its table's path.
    """

    type: str = text()
    name: str = text()
    table_path: tuple[str, ...] = texts(join_path)

    @property
    def path(self) -> tuple[str, ...]:
        """The table's path, and the column's name after it."""
        return (*self.table_path, self.name)


class Explore:
    """The lineage operations.

    A path is text (``shop.raw."web visits.2026"``) or its parts, and case matters. Depth is not told: with
    ``max_depth`` over 1 the answer is everything within reach.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def table_upstreams(
        self, data_connection_id: int, path: str | Sequence[str], max_depth: int = 1
    ) -> Records[LineageTable]:
        """List the tables a table depends on (GET .../tables/{table_path}/upstreams).

        Raises:
            InputError: the path, the id or the depth (1 to 99) cannot be asked for.
            NotFound: there is no such table or data connection; the spelling of the case counts.
            Malformed: an entry of the answer has no usable path or name.
        """
        return self._tables(TABLE_UPSTREAMS, data_connection_id, path, max_depth)

    def table_downstreams(
        self, data_connection_id: int, path: str | Sequence[str], max_depth: int = 1
    ) -> Records[LineageTable]:
        """List the tables that depend on a table (GET .../tables/{table_path}/downstreams).

        Raises as :meth:`table_upstreams`.
        """
        return self._tables(TABLE_DOWNSTREAMS, data_connection_id, path, max_depth)

    def column_upstreams(
        self,
        data_connection_id: int,
        path: str | Sequence[str],
        max_depth: int = 1,
        include_tabular_nodes: bool = True,
    ) -> Records[LineageColumn | LineageTable]:
        """List what a column depends on (GET .../columns/{column_path}/upstreams).

        Args:
            data_connection_id: the data source.
            path: the column's path, its name last.
            max_depth: hops, 1 to 99.
            include_tabular_nodes: tables too, where the service knows no column.

        Raises as :meth:`table_upstreams`.
        """
        return self._columns(
            COLUMN_UPSTREAMS, data_connection_id, path, max_depth, tables=include_tabular_nodes
        )

    def column_downstreams(
        self,
        data_connection_id: int,
        path: str | Sequence[str],
        max_depth: int = 1,
        include_tabular_nodes: bool = True,
    ) -> Records[LineageColumn | LineageTable]:
        """List what depends on a column (GET .../columns/{column_path}/downstreams).

        Arguments and errors as of :meth:`column_upstreams`.
        """
        return self._columns(
            COLUMN_DOWNSTREAMS, data_connection_id, path, max_depth, tables=include_tabular_nodes
        )

    def _tables(
        self, operation: Operation, connection: int, path: str | Sequence[str], depth: int
    ) -> Records[LineageTable]:
        names = {"data_connection_id": _connection(connection), "table_path": join_path(read_path(path))}
        answer = self._session.fetch(operation, names, params={"max_depth": _depth(depth)})
        with self._session.naming(operation):
            return Records([_table(entry) for entry in _entries(answer)], LineageTable)

    def _columns(
        self, operation: Operation, connection: int, path: str | Sequence[str], depth: int, *, tables: bool
    ) -> Records[LineageColumn | LineageTable]:
        names = {"data_connection_id": _connection(connection), "column_path": join_path(read_path(path))}
        params = {"max_depth": _depth(depth), "include_tabular_nodes": tables}
        answer = self._session.fetch(operation, names, params=params)
        with self._session.naming(operation):
            found = [_column(entry) if "table" in entry else _table(entry) for entry in _entries(answer)]
            return Records(found, LineageColumn)


def _connection(data_connection_id: int) -> str:
    if type(data_connection_id) is not int or data_connection_id < 1:
        raise InputError(
            f"{data_connection_id!r} is no data connection.",
            "Use the number of a data source, 1 or more; data_sources.list() tells them.",
        )
    return str(data_connection_id)


def _depth(max_depth: int) -> int:
    if type(max_depth) is not int or not 1 <= max_depth <= MAX_DEPTH:
        raise InputError(f"max_depth is {max_depth!r}.", f"Use a whole number from 1 to {MAX_DEPTH}.")
    return max_depth


def _entries(answer: Any) -> list[Mapping[str, Any]]:
    if isinstance(answer, list) and all(isinstance(entry, dict) for entry in answer):
        return answer
    raise Malformed("The answer is no list of tables and columns.", _FIX)


def _table(entry: Mapping[str, Any]) -> LineageTable:
    path = _path(entry)
    match entry:
        case {"columns": [*told]}:
            columns = tuple(_name(column) for column in told)
        case {"columns": None}:
            columns = ()
        case {"columns": _}:
            raise Malformed(f"The columns of {join_path(path)} are no list.", _FIX)
        case _:
            columns = ()
    name = entry.get("name")
    shown = name if isinstance(name, str) and name else path[-1]
    return LineageTable(_type(entry, "Table"), shown, path, columns, raw=entry)


def _column(entry: Mapping[str, Any]) -> LineageColumn:
    return LineageColumn(_type(entry, "Column"), _name(entry), _path(entry["table"]), raw=entry)


def _type(entry: Mapping[str, Any], otherwise: str) -> str:
    word = entry.get("type")
    return word if isinstance(word, str) and word else otherwise


def _name(entry: Any) -> str:
    match entry:
        case {"name": str(name)}:
            return name
    raise Malformed(f"A column of the answer has no name: {str(entry)[:80]!r}.", _FIX)


def _path(entry: Any) -> tuple[str, ...]:
    match entry:
        case {"path": [*parts]} if parts and all(isinstance(part, str) for part in parts):
            return tuple(parts)
    raise Malformed(f"An entry of the answer has no path of texts: {str(entry)[:80]!r}.", _FIX)
