"""What is lit in a picture: a table's or a column's whole way, or the nodes of a path."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dataexplore.lineage.graph import COLUMN, reachable, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from dataexplore.lineage.graph import Id

__all__ = ["Light", "light_path", "light_way"]


class Light(NamedTuple):
    """Nodes and edges that are lit; the tables of lit columns are among the nodes."""

    nodes: frozenset[Id] = frozenset()
    edges: frozenset[tuple[Id, Id]] = frozenset()


def light_way(graph: nx.DiGraph, node: Id) -> Light:
    """Light all that a node comes from and all that hangs on it, and the ways there."""
    nodes: set[Id] = {node}
    edges: set[tuple[Id, Id]] = set()
    for side in ("up", "down"):
        reached = reachable(graph, [node], side)
        nodes.update(reached)
        edges.update((a, b) for a, b in graph.subgraph(reached).edges if _alike(graph, a, b))
    return _with_tables(graph, nodes, edges)


def light_path(graph: nx.DiGraph, nodes: Iterable[Id]) -> Light:
    """Light these nodes and the edges from each to the next."""
    path = list(nodes)
    steps = {step for step in pairwise(path) if graph.has_edge(*step)}
    return _with_tables(graph, set(path), steps)


def _alike(graph: nx.DiGraph, source: Id, target: Id) -> bool:
    return len({graph.nodes[node]["kind"] == COLUMN for node in (source, target)}) == 1


def _with_tables(graph: nx.DiGraph, nodes: set[Id], edges: set[tuple[Id, Id]]) -> Light:
    tables = {table_of(graph, node) for node in nodes}
    between = {(table_of(graph, source), table_of(graph, target)) for source, target in edges}
    return Light(frozenset(nodes | tables), frozenset(edges | between))
