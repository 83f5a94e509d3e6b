"""Ways through a lineage: a shortest one from a node to another."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from dataexplore.clients.datafold.paths import join_path
from dataexplore.errors import InputError
from dataexplore.lineage.graph import table_of

if TYPE_CHECKING:
    import networkx as nx

    from dataexplore.lineage.graph import Id

__all__ = ["find_way"]


def find_way(graph: nx.DiGraph, start: Id, end: Id) -> list[Id]:
    """Give the ids on a shortest way downstream, both ends among them.

    Between a column and a table the way runs through columns, to or from whichever of the table's it meets.

    Raises:
        InputError: there is no way in the graph.
    """
    starts, ends = _ends(graph, start, end), _ends(graph, end, start)
    if way := _shortest(graph, starts, ends):
        return way
    what = f"No lineage leads from {join_path(start)} to {join_path(end)}"
    if _shortest(graph, ends, starts):
        raise InputError(f"{what}, only the other way round.", "Swap the two.")
    raise InputError(
        f"{what} as far as it was asked.", "Ask for more of it with .expand(), or .trace() for columns."
    )


def _ends(graph: nx.DiGraph, node: Id, other: Id) -> set[Id]:
    if table_of(graph, other) == other or table_of(graph, node) != node:
        return {node}
    return {each for each, table in graph.nodes(data="table") if table == node}


def _shortest(graph: nx.DiGraph, starts: set[Id], ends: set[Id]) -> list[Id]:
    before: dict[Id, Id | None] = dict.fromkeys(sorted(starts))
    waiting = deque(before)
    while waiting:
        node = waiting.popleft()
        if node in ends:
            return _traced(before, node)
        for following in graph.successors(node):
            if following not in before:
                before[following] = node
                waiting.append(following)
    return []


def _traced(before: dict[Id, Id | None], node: Id | None) -> list[Id]:
    way = []
    while node is not None:
        way.append(node)
        node = before[node]
    return way[::-1]
