"""Names as people write them: found among the nodes of a graph, with the nearest ones when they are not."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from dataexplore.clients.datafold.paths import join_path, split_path
from dataexplore.errors import InputError
from dataexplore.lineage.graph import COLUMN

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from dataexplore.lineage.graph import Id

__all__ = ["find_column", "find_node", "listed", "nearest", "parts_of", "text_of"]

_LISTED = 5
_HOW = "Write its last parts, or the whole path; .to_df('nodes') lists what there is."


def parts_of(name: str | Id) -> Id:
    """Give the parts of a name: of a text with dots and quotes, or of a tuple as it is.

    Raises:
        InputError: the text cannot be read, or there is no part.
    """
    if isinstance(name, str):
        return split_path(name)
    if not isinstance(name, (tuple, list)) or not name or not all(isinstance(part, str) for part in name):
        raise InputError(
            f"{name!r} is not the path of a table or a column.", 'Write it as "schema.table" or as a tuple.'
        )
    return tuple(name)


def text_of(node: Id) -> str:
    """Write a node's path as text, which :func:`parts_of` reads again."""
    return join_path(node)


def find_node(graph: nx.DiGraph, name: str | Id) -> Id:
    """Find the node that a name means: its whole path, or its last parts where only one node ends so.

    Raises:
        InputError: no node has this name (the nearest are told), or several have (they are listed).
    """
    parts = parts_of(name)
    if parts in graph:
        return parts
    found = _ending(graph, parts) or _ending(graph, parts, folded=True)
    tables = [node for node in found if graph.nodes[node]["kind"] != COLUMN]
    found = tables or found
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"{join_path(parts)} could be any of {listed(map(join_path, found))}.",
            "Write more of its path, or all of it.",
        )
    raise InputError(f"There is no {join_path(parts)} in this lineage.{nearest(parts, graph)}", _HOW)


def find_column(graph: nx.DiGraph, name: str | Id) -> tuple[Id, str]:
    """Find the table and the name of a column, whether or not the column is a node already.

    Raises:
        InputError: the table is not in the graph, or it has no such column.
    """
    parts = parts_of(name)
    if parts in graph and graph.nodes[parts]["kind"] == COLUMN:
        return graph.nodes[parts]["table"], parts[-1]
    if len(parts) == 1:
        raise InputError(f"{join_path(parts)} names a column without its table.", 'Write "table.column".')
    column = parts[-1]
    for folded in (False, True):
        tables = [node for node in _ending(graph, parts[:-1], folded=folded) if _has(graph, node, column)]
        if len(tables) == 1:
            return tables[0], column
    table = find_node(graph, parts[:-1])
    columns: tuple[str, ...] = graph.nodes[table].get("columns", ())
    same = [each for each in columns if each.casefold() == column.casefold()]
    if len(same) == 1:
        return table, same[0]
    if not columns and graph.nodes[table]["kind"] != COLUMN:
        return table, column  # a service may tell no columns of a table and still know them
    near = nearest((column,), [(each,) for each in columns])
    raise InputError(
        f"{join_path(table)} has no column {join_path((column,))}.{near}", f"It has {listed(columns)}."
    )


def nearest(parts: Id, known: Iterable[Id]) -> str:
    """Say which of the known paths ``parts`` may have meant; empty when none is near."""
    by_name: dict[str, Id] = {}
    for path in known:
        by_name.setdefault(join_path(path[-len(parts) :]).casefold(), path)
    near = get_close_matches(join_path(parts).casefold(), by_name, 3)
    return f" Did you mean {' or '.join(join_path(by_name[name]) for name in near)}?" if near else ""


def listed(names: Iterable[str]) -> str:
    """List names for a sentence, the first five of them."""
    every = list(names)
    more = f" and {len(every) - _LISTED:,} more" if len(every) > _LISTED else ""
    return (", ".join(every[:_LISTED]) or "none") + more


def _ending(graph: nx.DiGraph, parts: Id, *, folded: bool = False) -> list[Id]:
    if not folded:
        return [node for node in graph if node[-len(parts) :] == parts]
    wanted = tuple(part.casefold() for part in parts)
    return [node for node in graph if tuple(part.casefold() for part in node[-len(parts) :]) == wanted]


def _has(graph: nx.DiGraph, node: Id, column: str) -> bool:
    return column in graph.nodes[node].get("columns", ())
