"""A graph made of edges that are given, without a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from dataexplore.errors import InputError
from dataexplore.lineage.graph import COLUMN, TABLE, add_column, add_edge, add_table, settle
from dataexplore.lineage.names import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dataexplore.lineage.graph import Id

__all__ = ["graph_of"]


def graph_of(
    edges: Iterable[tuple[str | Id, str | Id]],
    column_edges: Iterable[tuple[str | Id, str | Id]],
    columns: Mapping[str | Id, Iterable[str]],
    kinds: Mapping[str | Id, str],
    focus: str | Id | None,
) -> tuple[nx.DiGraph, Id]:
    """Make the graph, and give the focus with it; ``Lineage.from_edges`` says what the arguments are.

    Raises:
        InputError: a path cannot be read, or nothing is named at all.
    """
    graph = nx.DiGraph()
    listed = {parts_of(path): tuple(names) for path, names in columns.items()}
    words = {parts_of(path): word for path, word in kinds.items()}

    def table(path: Id) -> Id:
        add_table(graph, path, words.get(path, TABLE), listed.get(path, ()))
        return path

    for source, target in edges:
        add_edge(graph, table(parts_of(source)), table(parts_of(target)))
    for path in listed:
        table(path)
    for source, target in column_edges:
        ends = parts_of(source), parts_of(target)
        add_edge(graph, *(add_column(graph, table(path[:-1]), path[-1]) for path in ends))
    if focus is None and not graph:
        raise InputError("There is nothing to make a lineage of.", "Pass an edge, or the focus.")
    start = next(iter(graph)) if focus is None else parts_of(focus)
    if start not in graph:
        table(start)
    for _, attributes in graph.nodes(data=True):
        if attributes["kind"] != COLUMN:
            attributes["hidden_up"] = attributes["hidden_down"] = 0  # beyond what was given there is nothing
    settle(graph, start)
    return graph, start
