"""What a page may ask for: a few named events with checked fields, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataexplore.errors import InputError
from dataexplore.lineage.graph import COLUMN
from dataexplore.lineage.names import parts_of

if TYPE_CHECKING:
    import networkx as nx

    from dataexplore.lineage.graph import Id, Side

__all__ = ["Expand", "Ready", "Select", "Trace", "read_event"]

_LONGEST_PATH = 65_536
_LONGEST_SELECTOR = 2_000
_MOST_HOPS = 99


@dataclass(frozen=True, slots=True)
class Ready:
    """The page has drawn what it had."""


@dataclass(frozen=True, slots=True)
class Expand:
    """Add the neighbours of a node, so many hops on one side."""

    node: Id
    side: Side
    hops: int


@dataclass(frozen=True, slots=True)
class Trace:
    """Add the edges of a column, to both ends."""

    column: Id


@dataclass(frozen=True, slots=True)
class Select:
    """Light what a selector chooses."""

    text: str


def read_event(content: Any, graph: nx.DiGraph) -> Ready | Expand | Trace | Select | None:
    """Read a message of the page; None for one that is anything but an event about nodes of the graph."""
    match content:
        case {"type": "ready", **rest} if not rest:
            return Ready()
        case {
            "type": "expand",
            "node": str(node),
            "side": "up" | "down" as side,
            "hops": int(hops),
            **rest,
        } if not rest:
            path = _path(node)
            if type(hops) is int and 1 <= hops <= _MOST_HOPS and _is_table(graph, path):
                return Expand(path, side, hops)
        case {"type": "trace", "column": str(column), **rest} if not rest:
            path = _path(column)
            if _is_table(graph, path[:-1]) and path[-1] in graph.nodes[path[:-1]]["columns"]:
                return Trace(path)
        case {"type": "select", "text": str(text), **rest} if not rest and 0 < len(text) <= _LONGEST_SELECTOR:
            return Select(text)
    return None


def _path(text: str) -> Id:
    try:
        return parts_of(text) if len(text) <= _LONGEST_PATH else ()
    except InputError:
        return ()


def _is_table(graph: nx.DiGraph, path: Id) -> bool:
    return path in graph and graph.nodes[path]["kind"] != COLUMN
