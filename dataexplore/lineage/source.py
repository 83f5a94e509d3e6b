"""What a walk asks: who are the neighbours of this node on this side."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple, Protocol

from dataexplore.clients.datafold.explore import LineageColumn
from dataexplore.lineage.graph import COLUMN, TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dataexplore.clients.datafold.explore import Explore, LineageTable
    from dataexplore.lineage.graph import Id, Side

__all__ = ["Neighbour", "Oracle", "Question", "Source"]

DASHBOARD = "dashboard"
# What an integration of this type shows us; every other shows dashboards.
_ASSETS = {"dbt": "exposure", "hightouch": "sync"}


class Question(NamedTuple):
    """One request of a walk: the neighbours of ``node``, which is a ``kind``, on ``side``."""

    node: Id
    kind: str
    side: Side


class Neighbour(NamedTuple):
    """What is one hop away.

    Attributes:
        path: its id.
        kind: what it is, as in the graph.
        columns: the names of a table's columns, as far as they were told.
        owner: what the thing is that a column belongs to.
    """

    path: Id
    kind: str = TABLE
    columns: tuple[str, ...] = ()
    owner: str = TABLE


class Oracle(Protocol):
    """Whoever can answer a walk: a service, or a dictionary in a test.

    Attributes:
        cancel: ends the calls of all threads when set.
    """

    cancel: threading.Event

    def neighbours(self, question: Question) -> Sequence[Neighbour]:
        """Answer one question; called from several threads at once."""


class Source:
    """The lineage of one data source of Datafold, asked hop by hop.

    Args:
        explore: the client's explore operations.
        connection_id: the number of the data source.
        integrations: the type of each BI integration (``looker``, ``hightouch``), by its name: what stands
            below such a name is no table, although the service calls it one.
        cancel: the event that ends the client's calls.
    """

    def __init__(
        self,
        explore: Explore,
        connection_id: int,
        *,
        integrations: Mapping[str, str] | None = None,
        cancel: threading.Event | None = None,
    ) -> None:
        self.cancel = cancel or threading.Event()
        self._operations: dict[tuple[str, str], Callable[..., Iterable[LineageTable | LineageColumn]]] = {
            (TABLE, "up"): explore.table_upstreams,
            (TABLE, "down"): explore.table_downstreams,
            (COLUMN, "up"): explore.column_upstreams,
            (COLUMN, "down"): explore.column_downstreams,
        }
        self._connection_id = connection_id
        self._integrations = dict(integrations or {})

    def neighbours(self, question: Question) -> tuple[Neighbour, ...]:
        """Ask the service; the node itself, and a column's own table, are left out where they come back."""
        ask = self._operations[COLUMN if question.kind == COLUMN else TABLE, question.side]
        found = map(self._neighbour, ask(self._connection_id, question.node, max_depth=1))
        by_path = {neighbour.path: neighbour for neighbour in found}
        by_path.pop(question.node, None)
        if question.kind == COLUMN:
            by_path.pop(question.node[:-1], None)
        return tuple(by_path.values())

    def _neighbour(self, entry: LineageTable | LineageColumn) -> Neighbour:
        if isinstance(entry, LineageColumn):
            table = entry.table_path
            return Neighbour((*table, entry.name), COLUMN, owner=self._kind(TABLE, table))
        return Neighbour(entry.path, self._kind(entry.type, entry.path), entry.columns)

    def _kind(self, word: str, path: Id) -> str:
        kind = word.lower()
        integration = self._integrations.get(path[0])
        return kind if kind != TABLE or integration is None else _ASSETS.get(integration, DASHBOARD)
