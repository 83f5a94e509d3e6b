"""What a still picture shows of a lineage: which tables, which of their columns, which edges, what is lit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from dataexplore.errors import InputError
from dataexplore.lineage.graph import COLUMN, table_of
from dataexplore.lineage.pictures.light import Light, light_path, light_way
from dataexplore.lineage.pictures.marks import read_status

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from dataexplore.lineage import Lineage
    from dataexplore.lineage.graph import Id

__all__ = ["End", "Picked", "Shown", "choose"]

ROWS, MANY, FEW_ROWS = 8, 40, 4  # columns of a card unless told otherwise, and when there are many cards
_MOST_LIT = 40  # lit columns of a card


class End(NamedTuple):
    """Where an edge begins or ends: a card, and the number of its row; None: at its header."""

    card: int
    row: int | None


class Picked(NamedTuple):
    """The columns a card shows, which of them are lit, and how many it has besides."""

    names: tuple[str, ...] = ()
    lit: frozenset[str] = frozenset()
    more: int = 0

    def row(self, name: str) -> int | None:
        """Give the row of a column; one that is not shown is among the "more" of the last row."""
        if name in self.names:
            return self.names.index(name)
        return len(self.names) if self.names and self.more else None


@dataclass(frozen=True, slots=True)
class Shown:
    """What to draw, taken from a graph that may grow meanwhile.

    Attributes:
        tables: ids of the cards.
        attributes: of each card's node.
        columns: of each card.
        edges: ends of each line, and whether it is lit.
        roles: of each card: ``focus``, ``lit``, ``plain``, or ``dim`` when something else is lit.
        statuses: by table.
        pins: the layer wanted for each card, or None.
        by_schema: whether they are one a schema.
        whole: how many tables the lineage has.
    """

    tables: list[Id]
    attributes: list[dict[str, Any]]
    columns: list[Picked]
    edges: dict[tuple[End, End], bool]
    roles: list[str]
    statuses: dict[Id, str]
    pins: list[int] | None
    by_schema: bool
    whole: int


def choose(
    lineage: Lineage,
    focus: Id,
    *,
    columns: bool | int | None,
    status: Mapping[str | Id, str] | None,
    path: str | Id | list[str | Id] | None,
    lanes: str | Mapping[str | Id, int] | None,
    most: int | None,
) -> Shown:
    """Choose what to draw; :func:`~.scene.build_scene` says what the arguments mean."""
    graph = lineage.graph
    everything = [node for node, kind in graph.nodes(data="kind") if kind != COLUMN]
    tables = everything if most is None else _nearest(graph, table_of(graph, focus), everything, most)
    light = _light(lineage, focus, path)
    rows = (FEW_ROWS if len(tables) > MANY else ROWS) if columns is True else int(columns or 0)
    picked = [_pick(graph, table, light, rows, lit=columns is not False) for table in tables]
    words = {lineage.node(name): read_status(word) for name, word in (status or {}).items()}
    return Shown(
        tables=tables,
        attributes=[dict(graph.nodes[table]) for table in tables],
        columns=picked,
        edges=_edges(graph, tables, picked, light, every=rows > 0),
        roles=[_role(table, table_of(graph, focus), light) for table in tables],
        statuses={table_of(graph, node): word for node, word in words.items()},
        pins=_pin(lineage, tables, lanes),
        by_schema=lanes == "schema",
        whole=len(everything),
    )


def _nearest(graph: nx.DiGraph, start: Id, tables: list[Id], most: int) -> list[Id]:
    """Give the tables met first on a walk from ``start``, in the order of ``tables``."""
    found = [start]
    seen = set(found)
    for table in found:  # grows while it is read
        for neighbour in (*graph.predecessors(table), *graph.successors(table)):
            if neighbour not in seen and len(found) < most:
                seen.add(neighbour)
                found.append(neighbour)
    return [table for table in tables if table in seen]


def _light(lineage: Lineage, focus: Id, path: str | Id | list[str | Id] | None) -> Light:
    graph = lineage.graph
    if isinstance(path, list):
        return light_path(graph, [lineage.node(name) for name in path])
    if path is not None:
        return light_way(graph, lineage.node(path))
    return light_way(graph, focus) if graph.nodes[focus]["kind"] == COLUMN else Light()


def _role(table: Id, focus: Id, light: Light) -> str:
    if table == focus:
        return "focus"
    if not light.nodes:
        return "plain"
    return "lit" if table in light.nodes else "dim"


def _pick(graph: nx.DiGraph, table: Id, light: Light, rows: int, *, lit: bool) -> Picked:
    """Pick columns: lit ones, then those with lineage, then others; shown in the service's order."""
    names = graph.nodes[table]["columns"]
    lit_names = [name for name in names if lit and (*table, name) in light.nodes]
    linked = [name for name in names if (*table, name) in graph] if rows else []
    ranked = list(dict.fromkeys([*lit_names, *linked, *names]))
    kept = set(ranked[: max(rows, min(len(lit_names), _MOST_LIT))])
    if not kept:
        return Picked()
    return Picked(tuple(name for name in names if name in kept), frozenset(lit_names), len(names) - len(kept))


def _edges(
    graph: nx.DiGraph, tables: list[Id], picked: list[Picked], light: Light, *, every: bool
) -> dict[tuple[End, End], bool]:
    """Give the lines: between columns where those are shown, and between tables where none of those is."""
    number = {table: i for i, table in enumerate(tables)}
    edges: dict[tuple[End, End], bool] = {}
    covered = set()
    between = [pair for *pair, kind in graph.edges(data="kind") if kind == COLUMN]
    for source, target in between:
        a, b = (number.get(table_of(graph, node)) for node in (source, target))
        lit = (source, target) in light.edges
        if a is None or b is None or not (every or lit):
            continue
        ends = End(a, picked[a].row(source[-1])), End(b, picked[b].row(target[-1]))
        if ends[0].row is None and ends[1].row is None:
            continue
        edges[ends] = edges.get(ends, False) or lit
        covered.add((a, b))
    for source, target, kind in graph.edges(data="kind"):
        if kind != COLUMN and source in number and target in number:
            a, b = number[source], number[target]
            if (a, b) not in covered:
                edges[End(a, None), End(b, None)] = (source, target) in light.edges
    return edges


def _pin(lineage: Lineage, tables: list[Id], lanes: str | Mapping[str | Id, int] | None) -> list[int] | None:
    if lanes is None:
        return None
    if isinstance(lanes, str):
        if lanes != "schema":
            raise InputError(
                f"lanes={lanes!r} is not known.", 'Use lanes="schema", or a number for each table.'
            )
        return _schema_lanes(lineage.graph, tables)
    wanted = {lineage.node(name): int(lane) for name, lane in lanes.items()}
    return [wanted.get(table, -1) for table in tables]


def _schema_lanes(graph: nx.DiGraph, tables: list[Id]) -> list[int]:
    """Give each schema a layer, in the order in which data flows through them on the whole."""
    flow: dict[Id, list[int]] = {table[:-1]: [0, 0] for table in tables}
    for source, target, kind in graph.edges(data="kind"):
        if kind != COLUMN and source[:-1] != target[:-1] and source[:-1] in flow and target[:-1] in flow:
            flow[source[:-1]][0] += 1
            flow[target[:-1]][1] += 1
    ranked = sorted(flow, key=lambda schema: flow[schema][1] / max(sum(flow[schema]), 1))
    number = {schema: i for i, schema in enumerate(ranked)}
    return [number[table[:-1]] for table in tables]
