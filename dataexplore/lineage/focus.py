"""The focus: which table or column a name means to a service that takes whole paths in their exact case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataexplore.clients.datafold.paths import WHOLE, complete_path, join_path
from dataexplore.errors import InputError, Invalid, NotFound
from dataexplore.lineage.graph import COLUMN, TABLE
from dataexplore.lineage.names import listed, nearest, parts_of
from dataexplore.lineage.source import Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dataexplore.lineage.graph import Id, Side
    from dataexplore.lineage.source import Neighbour, Oracle

__all__ = ["Focus", "find_focus"]


@dataclass(frozen=True, slots=True)
class Focus:
    """What a name was found to mean.

    Attributes:
        path: the id of the table or column.
        kind: ``"table"`` or ``"column"``.
        matched: how the name was respelled; None when it was taken as written, or only completed.
        answers: what the service answered on the way, so that a walk need not ask again.
        requests: how many requests it took.
    """

    path: Id
    kind: str
    matched: str | None
    answers: Mapping[Question, tuple[Neighbour, ...]]
    requests: int


def find_focus(
    oracle: Oracle, name: str | Id, *, database: str | None = None, schema: str | None = None
) -> Focus:
    """Find what a name means by asking: as it is written, in upper case, then in lower case.

    A name with fewer parts than a whole path is completed by ``database`` and ``schema`` first; their case
    stays. Each reading is tried as a table and as a column. At most 12 requests are sent, usually one.

    Raises:
        InputError: the name cannot be read, or the service knows nothing by it; near columns are told.
        RequestError: the service refused, failed, or could not be reached.
    """
    parts = parts_of(name)
    search = _Search(oracle)
    upper, lower = tuple(part.upper() for part in parts), tuple(part.lower() for part in parts)
    for spelling in dict.fromkeys((parts, upper, lower)):
        for path, kind in _readings(spelling, database, schema):
            if search.neighbours(Question(path, kind, "down")) is not None:
                respelled = f"{join_path(parts)} was found as {join_path(path)}"
                matched = None if path[-len(parts) :] == parts else respelled
                return Focus(path, kind, matched, search.answers, search.requests)
    raise _refusal(search, parts, database, schema)


def _readings(parts: Id, database: str | None, schema: str | None) -> Iterator[tuple[Id, str]]:
    """Give what the parts may mean, the likeliest first."""
    table, owner = complete_path(parts, database, schema), complete_path(parts[:-1], database, schema)
    readings = [(table, TABLE)]
    if len(parts) > 1:
        readings.append(((*owner, parts[-1]), COLUMN))
    if len(parts) > WHOLE:
        readings.reverse()
    if table != parts:
        readings.insert(1, (parts, TABLE))  # a dashboard, or a service whose tables have fewer parts
    yield from readings


class _Search:
    def __init__(self, oracle: Oracle) -> None:
        self._oracle = oracle
        self.answers: dict[Question, tuple[Neighbour, ...]] = {}
        self.requests = 0
        self.told = ""

    def neighbours(self, question: Question) -> tuple[Neighbour, ...] | None:
        """Ask; None when the service knows no such thing."""
        if question not in self.answers:
            self.requests += 1
            try:
                self.answers[question] = tuple(self._oracle.neighbours(question))
            except (NotFound, Invalid) as error:  # 422: not even a path of the right length
                self.told = self.told or error.detail  # the first reading is the likeliest
                return None
        return self.answers[question]

    def columns(self, table: Id) -> tuple[str, ...]:
        """Find the columns of a table in what its neighbours tell; a service never tells a table's own."""
        sides: tuple[tuple[Side, Side], ...] = (("down", "up"), ("up", "down"))
        for side, other in sides:
            near = self.neighbours(Question(table, TABLE, side)) or ()
            for neighbour in near[:1]:
                back = self.neighbours(Question(neighbour.path, neighbour.kind, other)) or ()
                for found in back:
                    if found.path == table and found.columns:
                        return found.columns
        return ()


def _refusal(search: _Search, parts: Id, database: str | None, schema: str | None) -> InputError:
    for owner in dict.fromkeys((complete_path(parts[:-1], database, schema), parts[:-1])):
        if owner and search.neighbours(Question(owner, TABLE, "down")) is not None:
            column = parts[-1:]
            columns = search.columns(owner)
            near = nearest(column, [(name,) for name in columns])
            return InputError(
                f"The table {join_path(owner)} has no column {join_path(column)}.{near}",
                f"It has {listed(columns)}." if columns else "Write it as the service does; case matters.",
            )
    told = f" The service says: {search.told.rstrip('.')}." if search.told else ""
    return InputError(
        f"There is no table or column {join_path(parts)}, nor in upper or lower case.{told}",
        "Write database.schema.table as the service spells it, and check the data connection's number.",
    )
