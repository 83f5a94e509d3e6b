"""The graph of a lineage: a plain ``networkx.DiGraph``, and the rules its nodes and edges keep.

Node ids are path tuples of unquoted parts: ``("warehouse", "marts", "fact_orders")`` for a table, with one
part more for a column. Every node has

===============  ======================================================================================
``kind``         ``"table"``, ``"column"``, ``"dashboard"``, ``"sync"``, or another word of the service
``name``         the last part
``path``         the id again
``depth``        hops between tables from the focus, 0 or more; a column has its table's
``side``         ``"focus"``, ``"up"``, ``"down"``, or ``"both"`` in a cycle through the focus
``columns``      names in the service's order, empty when it told none; not on columns
``hidden_up``    neighbours upstream that are known and not here; None: not asked; not on columns
``hidden_down``  the same, downstream
``table``        the id of the column's table; only on columns
===============  ======================================================================================

An edge runs from source to target and has a ``kind``: ``"column"`` between columns, ``"table"`` between all
others. The table of a column is always a node too, and the tables of a column edge, if they are two, have an
edge.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Literal

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

__all__ = [
    "COLUMN",
    "TABLE",
    "Id",
    "Missing",
    "Side",
    "add_column",
    "add_edge",
    "add_table",
    "part_of",
    "reachable",
    "settle",
    "table_of",
    "with_tables",
]

Id = tuple[str, ...]
Side = Literal["up", "down"]

TABLE = "table"
COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Missing:
    """A question whose answer is missing from a lineage.

    Attributes:
        node: the id of the table or column whose neighbours are not known.
        side: ``up`` or ``down``.
        reason: why, in a few words.
    """

    node: Id
    side: Side
    reason: str


def add_table(
    graph: nx.DiGraph,
    path: Id,
    kind: str = TABLE,
    columns: Iterable[str] = (),
    *,
    depth: int = 0,
    side: str = "focus",
) -> None:
    """Add a table or another thing that is no column; one that is there learns its kind and columns.

    Args:
        graph: the graph to add to.
        path: its id.
        kind: what it is.
        columns: the names of its columns; none leaves those that are known.
        depth: its first depth; :func:`settle` sees the whole graph and corrects it.
        side: its first side, likewise.
    """
    names = tuple(dict.fromkeys(columns))
    if path in graph:
        known = graph.nodes[path]
        if known["kind"] == COLUMN:
            return  # a service that has a table and a column of one path: the first word counts
        if names:
            known["columns"] = names + tuple(name for name in known["columns"] if name not in set(names))
        if kind != TABLE:
            known["kind"] = kind
        return
    graph.add_node(
        path,
        kind=kind,
        name=path[-1],
        path=path,
        depth=depth,
        side=side,
        columns=names,
        hidden_up=None,
        hidden_down=None,
    )


def add_column(graph: nx.DiGraph, table: Id, name: str) -> Id:
    """Add a column of a table that is in the graph, and give its id."""
    path = (*table, name)
    if path in graph:
        return path
    owner = graph.nodes[table]
    if name not in owner.get("columns", ()):
        owner["columns"] = (*owner.get("columns", ()), name)
    graph.add_node(
        path, kind=COLUMN, name=name, path=path, depth=owner["depth"], side=owner["side"], table=table
    )
    return path


def add_edge(graph: nx.DiGraph, source: Id, target: Id) -> None:
    """Connect two nodes that are in the graph; an edge between columns connects their tables too."""
    tables = table_of(graph, source), table_of(graph, target)
    if graph.nodes[source]["kind"] == graph.nodes[target]["kind"] == COLUMN:
        graph.add_edge(source, target, kind=COLUMN)
        if tables[0] == tables[1]:
            return
    graph.add_edge(*tables, kind=TABLE)


def table_of(graph: nx.DiGraph, node: Id) -> Id:
    """Give the table of a column; anything else is its own."""
    table: Id = graph.nodes[node].get("table", node)
    return table


def with_tables(graph: nx.DiGraph, nodes: Iterable[Id]) -> set[Id]:
    """Add the tables of the columns among ``nodes``, so that they can stand as a graph of their own."""
    chosen = set(nodes)
    return chosen | {table_of(graph, node) for node in chosen}


def reachable(graph: nx.DiGraph, starts: Iterable[Id], side: Side, hops: int | None = None) -> dict[Id, int]:
    """Give the nodes reached from ``starts`` on one side, the starts among them, with their hops."""
    step: Callable[[Id], Iterable[Id]] = graph.predecessors if side == "up" else graph.successors
    found = dict.fromkeys(starts, 0)
    waiting = deque(found)
    while waiting:
        node = waiting.popleft()
        if found[node] == hops:
            continue
        for neighbour in step(node):
            if neighbour not in found:
                found[neighbour] = found[node] + 1
                waiting.append(neighbour)
    return found


def part_of(graph: nx.DiGraph, nodes: Collection[Id]) -> nx.DiGraph:
    """Give the part between these nodes, in the graph's order; neighbours left out count as hidden."""
    part = nx.DiGraph()
    part.add_nodes_from(
        (node, dict(attributes)) for node, attributes in graph.nodes(data=True) if node in nodes
    )
    for source, target, kind in graph.edges(data="kind"):
        if source in part and target in part:
            part.add_edge(source, target, kind=kind)
    for node, attributes in part.nodes(data=True):
        for side, whole, here in (
            ("hidden_up", graph.pred, part.pred),
            ("hidden_down", graph.succ, part.succ),
        ):
            if attributes.get(side) is not None:
                attributes[side] += len(whole[node]) - len(here[node])
    return part


def settle(graph: nx.DiGraph, focus: Id) -> None:
    """Set ``depth`` and ``side`` of every node, as seen from the focus.

    What is reached only by turning (a sibling: up, then down) takes the side of the node it was reached from;
    what is not connected at all has depth 0 and stands downstream.
    """
    start = table_of(graph, focus)
    up, down = reachable(graph, [start], "up"), reachable(graph, [start], "down")
    sides: dict[Id, str] = dict.fromkeys(down, "down") | dict.fromkeys(up, "up")
    sides |= dict.fromkeys(up.keys() & down.keys(), "both")
    sides[start] = "focus"
    depths = {node: min(up.get(node, len(graph)), down.get(node, len(graph))) for node in sides}
    waiting = [(depth, node) for node, depth in depths.items()]
    heapify(waiting)
    while waiting:
        depth, node = heappop(waiting)
        for neighbour in (*graph.predecessors(node), *graph.successors(node)):
            if neighbour not in depths:
                depths[neighbour], sides[neighbour] = depth + 1, sides[node]
                heappush(waiting, (depth + 1, neighbour))
    for node, attributes in graph.nodes(data=True):
        table = attributes.get("table", node)
        attributes["depth"] = depths.get(table, 0)
        attributes["side"] = sides.get(table, "down")
