"""How high each card and lane stands: level with its neighbours as far as order and room allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dataexplore.lineage.layout.lanes import Mesh
    from dataexplore.lineage.layout.ordering import Part

__all__ = ["place"]

_BOTH_SIDES = 4  # the last sweeps look to the left and to the right
_LANE_GAP = 0.5  # lanes stand closer than cards
_FREE = 0.02  # how firmly a slot without neighbours stays where it is


def place(
    mesh: Mesh, parts: Sequence[Part], order: NDArray[np.int64], *, row_gap: float, sweeps: int
) -> NDArray[np.float64]:
    """Give the top of each slot, (N,), such that none overlap and lines are as level as they can be.

    Args:
        mesh: the slots and lines.
        parts: the slots in parts.
        order: the place of each slot.
        row_gap: between two cards of a layer.
        sweeps: how often each slot is placed anew.
    """
    slot_at = np.argsort(order)
    offset = _offsets(mesh, slot_at, row_gap)
    top = offset - (offset + mesh.height)[slot_at][mesh.first[1:] - 1][mesh.layer] / 2
    sorted_parts = [_sorted(part, order) for part in parts]
    one_layer = len(parts) == len(mesh.first) - 1
    drop = mesh.left_port - mesh.right_port  # how far the left slot's top stands above the right one's
    for sweep in range(sweeps):
        rightward = sweep % 2 == 0
        both = not one_layer or sweep >= sweeps - _BOTH_SIDES
        for part, ranks in sorted_parts if rightward else reversed(sorted_parts):
            number = len(part.slots)
            total, weight = np.zeros(number), np.zeros(number)
            for side in (0, 1) if both else (0,) if rightward else (1,):
                mine, other, line = part.lines[side]
                wanted = top[other] + (drop[line] if side == 0 else -drop[line])
                total += np.bincount(mine, wanted * mesh.weight[line], number)
                weight += np.bincount(mine, mesh.weight[line], number)
            slots = part.slots
            wanted = (total + _FREE * top[slots]) / (weight + _FREE) - offset[slots]
            level = np.empty(number)
            level[ranks] = _rising(wanted[ranks], weight[ranks] + _FREE, mesh.layer[slots])
            top[slots] = level + offset[slots]
    return top


def _offsets(mesh: Mesh, slot_at: NDArray[np.int64], row_gap: float) -> NDArray[np.float64]:
    """Give how far each slot must stand below the first of its layer."""
    lane = mesh.is_lane[slot_at]
    gap = np.where(lane[:-1] | lane[1:], row_gap * _LANE_GAP, row_gap)
    below = np.concatenate(([0.0], np.cumsum(mesh.height[slot_at][:-1] + gap)))
    offset = np.empty_like(below)
    offset[slot_at] = below - below[mesh.first[:-1]][mesh.layer]
    return offset


def _sorted(part: Part, order: NDArray[np.int64]) -> tuple[Part, NDArray[np.int64]]:
    return part, np.argsort(order[part.slots])


def _rising(
    wanted: NDArray[np.float64], weight: NDArray[np.float64], layer: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give the nearest values (by weighted squares) that rise within each layer: what falls is pooled."""
    values: list[float] = []
    weights: list[float] = []
    counts: list[int] = []
    pooled = 0  # the first pool of this layer
    last = -1
    for value, mass, here in zip(wanted.tolist(), weight.tolist(), layer.tolist(), strict=True):
        count = 1
        if here != last:
            last, pooled = here, len(values)
        while len(values) > pooled and values[-1] > value:
            total = weights[-1] + mass
            value = (values.pop() * weights.pop() + value * mass) / total  # noqa: PLW2901 - the pool's own
            mass = total  # noqa: PLW2901 - the pool's own
            count += counts.pop()
        values.append(value)
        weights.append(mass)
        counts.append(count)
    return np.repeat(values, counts)
