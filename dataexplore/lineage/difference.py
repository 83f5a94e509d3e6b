"""The difference between two lineages of the same thing: what came and what went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.arrow.still import still_html, still_text
from dataexplore.clients.datafold.paths import join_path
from dataexplore.html import Markup, element, join

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from dataexplore.lineage.graph import Id

__all__ = ["LineageDiff", "compare"]


@dataclass(frozen=True, slots=True, repr=False)
class LineageDiff:
    """What another lineage has more, and what it has less. A column counts as soon as its table lists it.

    Attributes:
        added_nodes: ids that only the other has.
        removed_nodes: ids that only this one has.
        added_edges: source and target of edges that only the other has.
        removed_edges: source and target of edges that only this one has.
        complete: whether both lineages have all they were asked for; if not, a difference may be a gap.
    """

    added_nodes: tuple[Id, ...]
    removed_nodes: tuple[Id, ...]
    added_edges: tuple[tuple[Id, Id], ...]
    removed_edges: tuple[tuple[Id, Id], ...]
    complete: bool

    @property
    def same(self) -> bool:
        """Whether there is no difference."""
        return not (self.added_nodes or self.removed_nodes or self.added_edges or self.removed_edges)

    def summary(self) -> str:
        """Say the counts in one line."""
        gap = "" if self.complete else " · a lineage is incomplete: what it lacks may only be missing"
        if self.same:
            return f"No difference{gap}"
        return (
            f"nodes +{len(self.added_nodes):,} -{len(self.removed_nodes):,}"
            f" · edges +{len(self.added_edges):,} -{len(self.removed_edges):,}{gap}"
        )

    def to_arrow(self) -> pa.Table:
        """Give one row a difference: change, what (node or edge), source, target (null for a node)."""
        rows: list[tuple[str, str, Id, Id | None]] = [
            *(("added", "node", node, None) for node in self.added_nodes),
            *(("removed", "node", node, None) for node in self.removed_nodes),
            *(("added", "edge", *edge) for edge in self.added_edges),
            *(("removed", "edge", *edge) for edge in self.removed_edges),
        ]
        return pa.table(
            {
                "change": pa.array([row[0] for row in rows], pa.string()),
                "what": pa.array([row[1] for row in rows], pa.string()),
                "source": pa.array([join_path(row[2]) for row in rows], pa.string()),
                "target": pa.array([row[3] and join_path(row[3]) for row in rows], pa.string()),
            }
        )

    def to_df(self) -> pd.DataFrame:
        """Give the same as a DataFrame."""
        from dataexplore.arrow.frame import to_frame  # noqa: PLC0415 - brings pandas

        return to_frame(self.to_arrow())

    def __repr__(self) -> str:
        return self.summary() if self.same else f"{self.summary()}\n{still_text(self.to_arrow())}"

    def _repr_html_(self) -> Markup:
        summary = element("p", self.summary())
        return summary if self.same else join(summary, still_html(self.to_arrow()))


def compare(before: nx.DiGraph, after: nx.DiGraph, *, complete: bool) -> LineageDiff:
    """Compare two graphs; the order is that of the graphs."""
    old, new = _named(before), _named(after)
    return LineageDiff(
        tuple(node for node in new if node not in old),
        tuple(node for node in old if node not in new),
        tuple(edge for edge in after.edges if not before.has_edge(*edge)),
        tuple(edge for edge in before.edges if not after.has_edge(*edge)),
        complete,
    )


def _named(graph: nx.DiGraph) -> dict[Id, None]:
    """Give the nodes and the columns that tables list, as an ordered set."""
    named = dict.fromkeys(graph)
    for node, columns in graph.nodes(data="columns", default=()):
        named.update(((*node, column), None) for column in columns)
    return named
