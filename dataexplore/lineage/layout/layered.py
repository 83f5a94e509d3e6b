"""The layered layout: cards from left to right in columns, edges bundled in lanes between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from dataexplore.errors import InputError
from dataexplore.lineage.layout.crossings import count_crossings, count_straight
from dataexplore.lineage.layout.graphviz import place_by_graphviz
from dataexplore.lineage.layout.lanes import LANE_HEIGHT, find_routes, weave
from dataexplore.lineage.layout.layers import break_cycles, choose_layers
from dataexplore.lineage.layout.ordering import Effort, arrange, split_parts
from dataexplore.lineage.layout.placement import place

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dataexplore.lineage.layout.lanes import Mesh

__all__ = ["Engine", "Layout", "layered"]

Engine = Literal["own", "graphviz"]

_EFFORT: tuple[tuple[float, Effort], ...] = (  # for at most so many lines
    (600, Effort(starts=3, sweeps=12, swaps=2, sifts=2, shakes=24)),
    (9_000, Effort(starts=3, sweeps=8, swaps=3, sifts=4)),
    (60_000, Effort(starts=2, sweeps=10, swaps=8, sifts=0)),
    (math.inf, Effort(starts=1, sweeps=6, swaps=4, sifts=0)),
)
_QUICK = Effort(starts=1, sweeps=6, swaps=3, sifts=1)
_ASPECT = 1.6  # of the grid of cards without edges


@dataclass(frozen=True, slots=True)
class Layout:
    """Where cards stand and which way edges take; lengths are those of the heights passed in.

    An edge leaves the left card's right side and enters the right card's left side. In every layer between,
    it runs level at ``lane_y`` over the width of the layer, so it crosses no card.

    Attributes:
        x: the left of each card, (n,).
        y: its top, (n,).
        layer: its layer, from 0, (n,).
        lane_layer: the layer that each lane crosses, (k,).
        lane_y: where lines run in it, (k,).
        lane_height: the room it keeps free around ``lane_y``, (k,).
        route_start: edge ``e`` takes the lanes ``route[route_start[e]:route_start[e + 1]]``, (m + 1,).
        route: numbers of lanes, from left to right.
        backward: whether an edge was turned around to break a cycle, (m,): it runs from target to source.
        crossings: how often lines between neighbouring layers cross.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    layer: NDArray[np.int64]
    lane_layer: NDArray[np.int64]
    lane_y: NDArray[np.float64]
    lane_height: NDArray[np.float64]
    route_start: NDArray[np.int64]
    route: NDArray[np.int64]
    backward: NDArray[np.bool_]
    crossings: int


def layered(
    heights: ArrayLike,
    edges: ArrayLike,
    *,
    ports: ArrayLike | None = None,
    pins: ArrayLike | None = None,
    width: float = 190.0,
    column_gap: float = 110.0,
    row_gap: float = 16.0,
    quick: bool = False,
    engine: Engine = "own",
) -> Layout:
    """Lay cards out in layers from left to right, with few crossings and no edge across a card.

    The same input gives the same layout. Cards without edges stand in a grid below all others.

    Args:
        heights: of each card, (n,).
        edges: source and target of each edge as numbers of cards, (m, 2); an edge may lead back to its own
            card, and edges may run in circles.
        ports: how far down in its source and in its target each edge begins and ends, (m, 2); the middle of
            the cards without.
        pins: the layer wanted for each card, (n,), or a negative number for none.
        width: of every card.
        column_gap: between two layers.
        row_gap: between two cards of a layer.
        quick: try less: some more crossings, a fraction of the time.
        engine: ``"graphviz"`` leaves order and height to Graphviz's ``dot``, through pygraphviz.

    Raises:
        InputError: the arrays do not fit together, or there is no such engine.
        ConfigError: pygraphviz is not installed.
    """
    if engine not in get_args(Engine):
        raise InputError(f"There is no layout engine {engine!r}.", 'Use "own" or "graphviz".')
    given = _check(heights, edges, ports, pins)
    joining = given.source != given.target
    loose = given.pins < 0
    loose[given.source[joining]] = loose[given.target[joining]] = False

    backward = _turn(given, joining)
    left = np.where(backward, given.target, given.source)
    right = np.where(backward, given.source, given.target)
    layer = _choose(given, left[joining], right[joining], loose)
    routes = find_routes(layer, left, right, backward)
    ports_low = np.where(backward[:, None], given.ports[:, ::-1], given.ports)
    mesh = weave(layer, given.heights, (left, right), (ports_low[:, 0], ports_low[:, 1]), routes)

    count, crossings = len(given.heights), 0
    top = np.zeros(count + len(routes.layer))
    if len(mesh.card):
        slot = np.zeros(len(top), np.int64)
        slot[mesh.card] = np.arange(len(mesh.card))
        ends = slot[np.stack((left, right), axis=1)[joining]]
        tops, crossings = _place(mesh, ends, row_gap, quick=quick, engine=engine)
        top[mesh.card] = tops - tops.min()
    layer[loose], top[:count][loose] = _grid(
        given.heights[loose],
        least_columns=int(layer.max(initial=-1)) + 1,
        top=(top[mesh.card] + mesh.height).max(initial=-2 * row_gap) + 2 * row_gap,
        row_gap=row_gap,
        pitch=width + column_gap,
    )
    return Layout(
        x=layer.astype(np.float64) * (width + column_gap),
        y=top[:count],
        layer=layer,
        lane_layer=routes.layer,
        lane_y=top[count:] + LANE_HEIGHT / 2,
        lane_height=np.full(len(routes.layer), LANE_HEIGHT),
        route_start=routes.start,
        route=routes.step,
        backward=backward,
        crossings=crossings,
    )


class _Given(NamedTuple):
    heights: NDArray[np.float64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    ports: NDArray[np.float64]
    pins: NDArray[np.int64]


def _check(heights: ArrayLike, edges: ArrayLike, ports: ArrayLike | None, pins: ArrayLike | None) -> _Given:
    height = np.asarray(heights, np.float64).reshape(-1)
    ends = np.asarray(edges, np.int64).reshape(-1, 2)
    count = len(height)
    if not (np.isfinite(height) & (height >= 0)).all():
        raise InputError("A height is negative or no number.", "Pass the height of every card.")
    if len(ends) and not (ends.min() >= 0 and ends.max() < count):
        raise InputError(f"An edge leads to a card that is none of the {count}.", "Number the cards from 0.")
    source, target = ends[:, 0], ends[:, 1]
    if ports is None:
        down = np.stack((height[source], height[target]), axis=1) / 2
    else:
        down = np.asarray(ports, np.float64).reshape(-1, 2)
    wanted = np.full(count, -1) if pins is None else np.asarray(pins, np.int64).reshape(-1)
    if len(down) != len(ends) or len(wanted) != count:
        raise InputError(
            f"{len(ends)} edges have {len(down)} pairs of ports, {count} cards have {len(wanted)} pins.",
            "Pass one pair of ports an edge and one pin a card.",
        )
    return _Given(height, source, target, down, wanted)


def _turn(given: _Given, joining: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Choose the edges to turn: those that lead back between two pins, and those that close a circle."""
    source_pin, target_pin = given.pins[given.source], given.pins[given.target]
    turned = joining & (target_pin >= 0) & (source_pin > target_pin)
    left = np.where(turned, given.target, given.source)
    right = np.where(turned, given.source, given.target)
    turned ^= break_cycles(len(given.heights), left, right)
    return turned


def _choose(
    given: _Given, left: NDArray[np.int64], right: NDArray[np.int64], loose: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Choose the layers; those without a card are left out, and loose cards have none yet."""
    layer = choose_layers(len(given.heights), left, right, given.pins)
    layer[~loose] = np.unique(layer[~loose], return_inverse=True)[1].reshape(-1)
    layer[loose] = -1
    return layer


def _place(
    mesh: Mesh, ends: NDArray[np.int64], row_gap: float, *, quick: bool, engine: Engine
) -> tuple[NDArray[np.float64], int]:
    """Order and place cards and lanes; larger meshes get fewer tries, so that time stays bounded."""
    if engine == "graphviz":
        tops = place_by_graphviz(mesh, row_gap=row_gap)
        order = np.argsort(np.lexsort((tops, mesh.layer)))
        return tops, count_crossings(order[mesh.left], order[mesh.right])
    parts = split_parts(mesh)
    effort = _QUICK if quick else next(effort for most, effort in _EFFORT if len(mesh.left) <= most)

    def cost(order: NDArray[np.int64]) -> float:
        crossings = count_crossings(order[mesh.left], order[mesh.right])
        if not effort.shakes:
            return crossings
        # Small pictures are looked at closely: their lines should cross little even as straight lines.
        middle = place(mesh, parts, order, row_gap=row_gap, sweeps=6) + mesh.height / 2
        return count_straight(mesh.layer[ends].astype(float), middle[ends]) + crossings / 2

    order = arrange(mesh, parts, effort, cost)
    tops = place(mesh, parts, order, row_gap=row_gap, sweeps=6 if quick else 10)
    return tops, count_crossings(order[mesh.left], order[mesh.right])


def _grid(
    heights: NDArray[np.float64], *, least_columns: int, top: float, row_gap: float, pitch: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give column and top of cards without edges: rows of a grid a little wider than it is high."""
    count = len(heights)
    if not count:
        return np.zeros(0, np.int64), np.zeros(0)
    columns = max(least_columns, round(math.sqrt(_ASPECT * count * (heights.mean() + row_gap) / pitch)), 1)
    number = np.arange(count)
    rows = np.zeros(-(-count // columns))
    np.maximum.at(rows, number // columns, heights)
    tops = top + np.concatenate(([0.0], np.cumsum(rows[:-1] + row_gap)))
    return number % columns, tops[number // columns]
