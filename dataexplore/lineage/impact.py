"""The impact of a change: what hangs on a table or a column, directly and in all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from dataexplore.arrow.still import still_html, still_text
from dataexplore.clients.datafold.paths import join_path
from dataexplore.html import Markup, element, join
from dataexplore.lineage.graph import COLUMN, reachable, table_of
from dataexplore.lineage.summary import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import networkx as nx
    import pandas as pd

    from dataexplore.lineage.graph import Id

__all__ = ["Impact", "Reached", "find_impact"]


class Reached(NamedTuple):
    """Something that a change reaches.

    Attributes:
        path: its id.
        kind: what it is.
        hops: how far away, 1 for what hangs on it directly.
        via: its neighbour on a shortest way.
    """

    path: Id
    kind: str
    hops: int
    via: Id


@dataclass(frozen=True, slots=True, repr=False)
class Impact:
    """What a change of one table or column reaches.

    Attributes:
        node: the id of what would change.
        nodes: what is reached, the nearest first.
        kinds: how many of each kind; for a column also the tables whose columns are reached.
        complete: whether nothing more is known to follow; if not, the counts are the least there is.
    """

    node: Id
    nodes: tuple[Reached, ...]
    kinds: Mapping[str, int]
    complete: bool

    @property
    def direct(self) -> int:
        """How many hang on it directly."""
        return sum(reached.hops == 1 for reached in self.nodes)

    @property
    def total(self) -> int:
        """How many hang on it in all."""
        return len(self.nodes)

    def summary(self) -> str:
        """Say the counts in one line."""
        kinds = ", ".join(count(number, kind) for kind, number in self.kinds.items())
        least = "" if self.complete else "at least "
        return (
            f"Impact of {join_path(self.node)}: {least}{self.direct:,} direct, {self.total:,} in all"
            f"{f' ({kinds})' if kinds else ''}"
        )

    def to_arrow(self) -> pa.Table:
        """Give one row for each thing reached: path, kind, hops, via."""
        rows = self.nodes
        return pa.table(
            {
                "path": pa.array([join_path(reached.path) for reached in rows], pa.string()),
                "kind": pa.array([reached.kind for reached in rows], pa.string()),
                "hops": pa.array([reached.hops for reached in rows], pa.int64()),
                "via": pa.array([join_path(reached.via) for reached in rows], pa.string()),
            }
        )

    def to_df(self) -> pd.DataFrame:
        """Give the same as a DataFrame."""
        from dataexplore.arrow.frame import to_frame  # noqa: PLC0415 - brings pandas

        return to_frame(self.to_arrow())

    def __repr__(self) -> str:
        return f"{self.summary()}\n{still_text(self.to_arrow())}" if self.nodes else self.summary()

    def _repr_html_(self) -> Markup:
        summary = element("p", self.summary())
        return join(summary, still_html(self.to_arrow())) if self.nodes else summary


def find_impact(graph: nx.DiGraph, node: Id, is_whole: Callable[[Id], bool]) -> Impact:
    """Follow a node downstream.

    Args:
        graph: the graph.
        node: what would change.
        is_whole: whether everything that hangs on a node directly is in the graph.
    """
    hops = reachable(graph, [node], "down")
    reached = [
        Reached(path, graph.nodes[path]["kind"], far, _via(graph, path, hops))
        for path, far in hops.items()
        if path != node
    ]
    kinds = Counter(each.kind for each in reached)
    if graph.nodes[node]["kind"] == COLUMN:
        tables = {table_of(graph, each.path) for each in reached} - {table_of(graph, node)}
        kinds.update(graph.nodes[table]["kind"] for table in tables)
    return Impact(node, tuple(reached), dict(kinds.most_common()), complete=all(map(is_whole, hops)))


def _via(graph: nx.DiGraph, path: Id, hops: Mapping[Id, int]) -> Id:
    near: Id = next(each for each in graph.predecessors(path) if hops.get(each) == hops[path] - 1)
    return near
