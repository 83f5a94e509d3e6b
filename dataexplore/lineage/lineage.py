"""A lineage: the graph around one table or column, and what one asks of it."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from dataexplore.clients.datafold.paths import join_path
from dataexplore.errors import InputError
from dataexplore.html import visible
from dataexplore.lineage import exports, frames, openlineage
from dataexplore.lineage.difference import LineageDiff, compare
from dataexplore.lineage.focus import find_focus
from dataexplore.lineage.found import Found
from dataexplore.lineage.given import graph_of
from dataexplore.lineage.graph import Missing, add_column
from dataexplore.lineage.impact import Impact, find_impact
from dataexplore.lineage.names import find_column, find_node
from dataexplore.lineage.selectors import select
from dataexplore.lineage.summary import counts, gap, notes
from dataexplore.lineage.walk import BUDGET, Start, checked_hops, connect_columns, walk
from dataexplore.lineage.ways import find_way

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    import networkx as nx
    import pandas as pd
    from matplotlib.axes import Axes

    from dataexplore.lineage.graph import Id, Side
    from dataexplore.lineage.source import Oracle
    from dataexplore.lineage.walk import Progress
    from dataexplore.transport import Job

__all__ = ["Lineage"]


class Lineage:
    """What a table or a column comes from and what hangs on it.

    Names are given as texts (``"fact_orders"``, ``"marts.fact_orders.total"``) or as path tuples.

    Attributes:
        graph: a ``networkx.DiGraph``; :mod:`dataexplore.lineage.graph` says what its nodes and edges hold.
        focus: the id of the table or column the lineage is about.
        matched: how the name asked for was respelled; None when its case was right.
        lock: held while the graph changes; hold it while reading what another thread may be adding to.
        submit: runs work beside the main thread, with a source of its own; None without a service behind it.
    """

    def __init__(
        self,
        found: Found,
        *,
        matched: str | None = None,
        open_source: Callable[[], AbstractContextManager[Oracle]] | None = None,
        submit: Callable[[Callable[[Oracle], object]], Job[object]] | None = None,
    ) -> None:
        self.graph: nx.DiGraph = found.graph
        self.focus = found.focus
        self.matched = matched
        self.lock = found.lock
        self.submit = submit
        self._found = found
        self._open_source = open_source
        self._walking = threading.RLock()

    @classmethod
    def of(
        cls,
        open_source: Callable[[], AbstractContextManager[Oracle]],
        name: str | Id,
        *,
        up: int | None = None,
        down: int | None = None,
        columns: str | None = None,
        budget: int = BUDGET,
        database: str | None = None,
        schema: str | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        on_first_hop: Callable[[Lineage], None] | None = None,
        on_columns: Callable[[int], None] | None = None,
        submit: Callable[[Callable[[Oracle], object]], Job[object]] | None = None,
    ) -> Self:
        """Ask a service for the lineage of a table or a column.

        Of a column, only its own lineage is followed, and the tables it passes are added.

        Args:
            open_source: opens a source whose calls end when its ``cancel`` is set; left when the walk ends.
            name: the table or column; missing left parts are ``database`` and ``schema``.
            up: hops upstream, 0 to 99; None goes to the end.
            down: the same downstream.
            columns: ``"all"`` asks for every column of every table too, one request each.
            budget: at most so many requests, for tables and for all columns each.
            database: the profile's default.
            schema: the profile's default.
            on_progress: called after every answer, and ten times a second while none comes.
            on_first_hop: called once with the lineage when the nearest neighbours are known.
            on_columns: called with the number of requests before every column is asked for.
            submit: runs work beside the main thread; kept for what a widget asks.

        Raises:
            InputError: the name cannot be read, or the service knows nothing by it.
            RequestError: the service refused, or could not be reached at all. One that fails later leaves a
                gap, which :attr:`missing` tells.
        """
        if columns not in {None, "all"}:
            raise InputError(f"columns is {columns!r}.", 'Use columns="all", or leave it out.')
        hops = checked_hops(up, "up"), checked_hops(down, "down")
        with open_source() as oracle:
            focus = find_focus(oracle, name, database=database, schema=schema)
            found = Found.around(focus)
            lineage = cls(found, matched=focus.matched, open_source=open_source, submit=submit)
            first = None if on_first_hop is None else lambda: on_first_hop(lineage)
            starts = Start(focus.path, "up", hops[0]), Start(focus.path, "down", hops[1])
            options: dict[str, Any] = {"budget": budget, "on_progress": on_progress}
            walk(found, oracle, starts, on_first_hop=first, **options)
            if columns:
                questions = found.column_questions()
                if on_columns is not None and not oracle.cancel.is_set():
                    on_columns(len(questions))
                connect_columns(found, oracle, questions, **options)
        return lineage

    @classmethod
    def from_edges(
        cls,
        edges: Iterable[tuple[str | Id, str | Id]],
        *,
        column_edges: Iterable[tuple[str | Id, str | Id]] = (),
        columns: Mapping[str | Id, Iterable[str]] | None = None,
        kinds: Mapping[str | Id, str] | None = None,
        focus: str | Id | None = None,
    ) -> Self:
        """Build a lineage without a service.

        Args:
            edges: source and target of each edge between tables.
            column_edges: the same between columns; their tables need not be named elsewhere.
            columns: the names of a table's columns; a table that has no edge is added by standing here.
            kinds: what a table is if it is not one, such as ``"dashboard"``.
            focus: the table or column it is about; the first table named, without one.

        Raises:
            InputError: a path cannot be read, or nothing is named at all.

        >>> Lineage.from_edges([("shop.raw.orders", "shop.marts.sales")]).focus
        ('shop', 'raw', 'orders')
        """
        return cls(Found(*graph_of(edges, column_edges, columns or {}, kinds or {}, focus)))

    @classmethod
    def read_json(cls, written: str | os.PathLike[str]) -> Self:
        """Read what :meth:`to_json` wrote: a file, or its text.

        Raises:
            InputError: it is something else.
        """
        found, matched = exports.from_node_link(written)
        return cls(found, matched=matched)

    @property
    def requests(self) -> int:
        """How many requests it took so far."""
        return self._found.requests

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What was asked for and is not in the graph, and why."""
        with self.lock:
            return tuple(Missing(*question, reason) for question, reason in self._found.missing.items())

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for is in the graph."""
        return not self._found.missing

    @property
    def counts(self) -> str:
        """How much there is, in one line."""
        with self.lock:
            return counts(self.graph)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: how the name was understood, and what is missing."""
        return notes(self.missing, self.matched)

    def node(self, name: str | Id) -> Id:
        """Find the id of a table or column by its path, or by its last parts where only one ends so.

        Raises:
            InputError: no node has this name (the nearest are told), or several have (they are listed).
        """
        with self.lock:
            return find_node(self.graph, name)

    def expand(
        self,
        node: str | Id,
        side: Side,
        hops: int | None = 1,
        *,
        source: Oracle | None = None,
        budget: int = BUDGET,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Self:
        """Add what is next to a node, ``"up"`` or ``"down"``; what is known already is not asked again.

        Args:
            node: where to go on from.
            side: ``"up"`` or ``"down"``.
            hops: how far, to 99; 0 only counts the neighbours, None goes to the end.
            source: who is asked, instead of the service the lineage came from.
            budget: at most so many requests.
            on_progress: called after every answer, and ten times a second while none comes.

        Raises:
            InputError: there is no such node, side or number of hops, or nobody to ask.
            RequestError: as of :meth:`of`.
        """
        if side not in {"up", "down"}:
            raise InputError(f"side is {side!r}.", 'Use "up" or "down".')
        start = Start(self.node(node), side, checked_hops(hops, "hops"))
        return self._walk(self._source(source), [start], budget, on_progress)

    def trace(
        self,
        column: str | Id,
        up: int | None = None,
        down: int | None = None,
        *,
        source: Oracle | None = None,
        budget: int = BUDGET,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Self:
        """Add the lineage of one column, with the tables it passes.

        Args:
            column: the column of a table in the graph.
            up: hops upstream, 0 to 99; None goes to the end.
            down: the same downstream.
            source: who is asked, instead of the service the lineage came from.
            budget: at most so many requests.
            on_progress: called after every answer, and ten times a second while none comes.

        Raises:
            InputError: there is no such column or number of hops, or nobody to ask.
            RequestError: as of :meth:`of`.
        """
        hops = checked_hops(up, "up"), checked_hops(down, "down")
        opening = self._source(source)
        with self.lock:
            node = add_column(self.graph, *find_column(self.graph, column))
        starts = [Start(node, "up", hops[0]), Start(node, "down", hops[1])]
        return self._walk(opening, starts, budget, on_progress)

    def plan_columns(self) -> int:
        """Tell how many requests :meth:`trace_all` would send."""
        return len(self._found.column_questions())

    def trace_all(
        self,
        *,
        source: Oracle | None = None,
        budget: int = BUDGET,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Self:
        """Add the edges between the columns of all tables in the graph: one request a column.

        Raises:
            InputError: there is nobody to ask.
            RequestError: as of :meth:`of`.
        """
        with self._walking, self._source(source) as oracle:
            options: dict[str, Any] = {"budget": budget, "on_progress": on_progress}
            connect_columns(self._found, oracle, self._found.column_questions(), **options)
        return self

    def select(self, selector: str) -> Lineage:
        """Give the part a selector chooses, as a lineage of its own; :mod:`dataexplore.lineage.selectors`.

        Its focus is this one's, or the chosen node nearest to it.

        Raises:
            InputError: the selector cannot be read (a caret shows where), or finds nothing.
        """
        with self.lock:
            chosen = select(self.graph, selector)
            if not chosen:
                raise InputError(f"{selector} chooses nothing: no node is in all terms.", "Use fewer commas.")
            part = self._found.part(chosen)
        return Lineage(part, matched=self.matched, open_source=self._open_source, submit=self.submit)

    def path(self, start: str | Id, end: str | Id) -> list[Id]:
        """Give the ids on a shortest way downstream from one node to another.

        Raises:
            InputError: a name is not found, or there is no way in the graph.
        """
        with self.lock:
            return find_way(self.graph, self.node(start), self.node(end))

    def impact(self, node: str | Id | None = None) -> Impact:
        """Tell what hangs on a node (the focus, without one): directly, in all, and of which kinds.

        Raises:
            InputError: the name is not found.
        """
        with self.lock:
            return find_impact(
                self.graph, self.focus if node is None else self.node(node), self._found.is_whole
            )

    def diff(self, other: Lineage) -> LineageDiff:
        """Compare with another lineage: what it has more, and what it has less."""
        with self.lock, other.lock:
            return compare(self.graph, other.graph, complete=self.complete and other.complete)

    def to_df(self, of: str = "edges") -> pd.DataFrame:
        """Give a DataFrame of the ``"edges"``, the ``"nodes"``, or the ``"impact"`` of the focus.

        Raises:
            InputError: it is asked for something else.
        """
        from dataexplore.arrow.frame import to_frame  # noqa: PLC0415 - brings pandas

        with self.lock:
            match of:
                case "edges":
                    return to_frame(frames.edge_table(self.graph))
                case "nodes":
                    return to_frame(frames.node_table(self.graph))
                case "impact":
                    return self.impact().to_df()
        raise InputError(f"There is no table of {of!r}.", 'Use "edges", "nodes" or "impact".')

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Write node-link JSON, which :meth:`read_json` and networkx read; without a path give its text."""
        with self.lock:
            return exports.write(exports.to_node_link(self._found, self.matched), path)

    def to_graphml(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Write GraphML, for yEd, Gephi or Cytoscape; without a path give its text."""
        with self.lock:
            return exports.write(exports.to_graphml(self.graph, map(gap, self.missing)), path)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Write the edges as CSV; without a path give its text."""
        with self.lock:
            return exports.write(exports.to_csv(self.graph), path)

    def to_mermaid(self, *, columns: bool = False) -> str:
        """Give a Mermaid flowchart, with the traced columns inside their tables when asked for."""
        with self.lock:
            return exports.to_mermaid(self.graph, map(gap, self.missing), columns=columns)

    def to_openlineage(self, namespace: str, *, at: datetime | None = None) -> list[dict[str, Any]]:
        """Give OpenLineage events: a job for each table that is made from others; :mod:`~.openlineage`.

        Args:
            namespace: the namespace of datasets and jobs, such as ``snowflake://account``.
            at: the time of the events, with its zone; now, without one.
        """
        with self.lock:
            return openlineage.events(self.graph, namespace, at or datetime.now(UTC))

    def plot(self, **options: Any) -> Axes:
        """Draw a still figure with matplotlib and give its axes.

        Args:
            options: ``ax``, ``focus``, ``columns``, ``status``, ``path``, ``lanes``, ``most``, ``dark``, as
                :func:`dataexplore.lineage.pictures.figure.draw` tells.

        Raises:
            InputError: a name is not in the lineage, or there is more than anybody could read.
        """
        from dataexplore.lineage.pictures.figure import draw  # noqa: PLC0415 - brings matplotlib

        return draw(self, **options)

    def to_svg(self, **options: Any) -> str:
        """Give the text of a small SVG; the options are those of :meth:`plot` but ``ax`` and ``dark``."""
        from dataexplore.lineage.pictures.svg import to_svg  # noqa: PLC0415 - only when a picture is wanted

        return to_svg(self, **options)

    def __repr__(self) -> str:
        with self.lock:
            return "\n".join([f"Lineage of {visible(join_path(self.focus))}", self.counts, *self.notes])

    def _walk(
        self,
        opening: AbstractContextManager[Oracle],
        starts: Iterable[Start],
        budget: int,
        on_progress: Callable[[Progress], None] | None,
    ) -> Self:
        with self._walking, opening as oracle:
            walk(self._found, oracle, starts, budget=budget, on_progress=on_progress)
        return self

    def _source(self, source: Oracle | None) -> AbstractContextManager[Oracle]:
        if source is not None:
            return nullcontext(source)
        if self._open_source is None:
            raise InputError(
                "There is no service behind this lineage to ask.",
                "Start from ws.lineage(...), or pass source.",
            )
        return self._open_source()
