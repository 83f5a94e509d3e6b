"""Lanes: where an edge that leads over several layers crosses those between, so that it crosses no card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LANE_HEIGHT", "Mesh", "Routes", "find_routes", "weave"]

LANE_HEIGHT = 8.0
# A chain with an edge from each card to the last one has lanes by the square of its length.
MOST_STEPS = 200_000
_STRAIGHT = 4.0  # a lane would rather be straight than a card in the middle of its neighbours


class Routes(NamedTuple):
    """The lanes, and which of them each edge takes.

    Attributes:
        layer: of each lane, (k,).
        start: edge ``e`` takes ``step[start[e]:start[e + 1]]``, from left to right, (m + 1,).
        step: numbers of lanes.
    """

    layer: NDArray[np.int64]
    start: NDArray[np.int64]
    step: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Slots (cards and lanes, sorted by layer) and the lines between slots of neighbouring layers.

    Attributes:
        card: the number of the card in each slot, (N,); a lane's number plus the count of cards.
        layer: of each slot, (N,), ascending.
        first: the first slot of each layer, (layers + 1,).
        height: of each slot, (N,).
        is_lane: whether a slot is a lane, (N,).
        left: the slot where each line begins, (M,).
        right: the slot where it ends, one layer on, (M,).
        left_port: how far down in its slot the line begins, (M,).
        right_port: how far down it ends, (M,).
        weight: how much a line would rather be level, (M,).
    """

    card: NDArray[np.int64]
    layer: NDArray[np.int64]
    first: NDArray[np.int64]
    height: NDArray[np.float64]
    is_lane: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    left_port: NDArray[np.float64]
    right_port: NDArray[np.float64]
    weight: NDArray[np.float64]


def find_routes(
    layer: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    backward: NDArray[np.bool_],
) -> Routes:
    """Give lanes to every edge that leads over a layer; edges that begin at one card share theirs.

    Lanes end where there would be millions of them: the longest edges then have none.

    Args:
        layer: of each card, (n,).
        left: the left card of each edge, (m,).
        right: its right card, (m,).
        backward: edges that were turned have lanes of their own, (m,).
    """
    spans = np.maximum(layer[right] - layer[left] - 1, 0)
    by_length = np.argsort(spans, kind="stable")
    spans[by_length[np.cumsum(spans[by_length]) > MOST_STEPS]] = 0
    start = np.concatenate(([0], np.cumsum(spans)))
    edge = np.repeat(np.arange(len(left)), spans)
    crossed = layer[left][edge] + 1 + np.arange(len(edge)) - start[edge]
    layers = int(layer.max(initial=0)) + 1
    key = (left[edge] * 2 + backward[edge]) * layers + crossed
    lanes, step = np.unique(key, return_inverse=True)
    return Routes(lanes % layers, start, step.reshape(-1))


def weave(
    layer: NDArray[np.int64],
    heights: NDArray[np.float64],
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    ports: tuple[NDArray[np.float64], NDArray[np.float64]],
    routes: Routes,
) -> Mesh:
    """Cut edges at the lanes they take, and sort cards and lanes by layer.

    Args:
        layer: of each card, (n,); a card with a negative one gets no slot.
        heights: of each card, (n,).
        ends: the left and the right card of each edge.
        ports: how far down in these cards each edge begins and ends.
        routes: the lanes of the same edges.
    """
    count, lanes = len(layer), len(routes.layer)
    layers = np.concatenate((layer, routes.layer))
    height = np.concatenate((heights, np.full(lanes, LANE_HEIGHT)))
    card = np.argsort(layers, kind="stable")
    card = card[layers[card] >= 0]
    slot = np.zeros(len(layers), np.int64)
    slot[card] = np.arange(len(card))

    # Each edge as the chain of what it touches: its left card, its lanes, its right card.
    spans = np.diff(routes.start)
    begin = routes.start[:-1] + 2 * np.arange(len(spans))
    chain = np.empty(len(routes.step) + 2 * len(spans), np.int64)
    down = np.full(len(chain), LANE_HEIGHT / 2)
    inner = np.ones(len(chain), np.bool_)
    end = begin + spans + 1
    chain[begin], chain[end], down[begin], down[end] = *ends, *ports
    inner[begin] = inner[end] = False
    chain[inner] = routes.step + count
    first = np.ones(len(chain), np.bool_)
    first[end] = False
    at = np.flatnonzero(first)
    left, right, left_port, right_port = chain[at], chain[at + 1], down[at], down[at + 1]

    # Edges that share a lane are one line up to it.
    lines = np.flatnonzero(right < count)
    bundled = np.flatnonzero(right >= count)
    _, kept = np.unique(left[bundled] * len(layers) + right[bundled], return_index=True)
    lines = np.concatenate((lines, bundled[kept]))
    # Lines that lead over a layer without a lane (there were too many) belong to no two neighbouring layers.
    lines = lines[layers[right[lines]] - layers[left[lines]] == 1]
    left, right, left_port, right_port = left[lines], right[lines], left_port[lines], right_port[lines]
    weight = np.where(left >= count, _STRAIGHT, 1.0) * np.where(right >= count, _STRAIGHT, 1.0)
    sorted_layers = layers[card]
    return Mesh(
        card=card,
        layer=sorted_layers,
        first=np.searchsorted(sorted_layers, np.arange(int(layers.max(initial=-1)) + 2)),
        height=height[card],
        is_lane=card >= count,
        left=slot[left],
        right=slot[right],
        left_port=left_port,
        right_port=right_port,
        weight=weight,
    )
