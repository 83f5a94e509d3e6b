"""Small moves that save crossings: each slot to the best place of its layer, or past its neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dataexplore.lineage.layout.lanes import Mesh

__all__ = ["Polish"]

# Sifting knows the crossings of every pair of a layer: a matrix, too large beyond this many slots.
MOST_SIFTED = 700


class Polish:
    """Local search over the places of a mesh's slots; it never adds a crossing."""

    def __init__(self, mesh: Mesh) -> None:
        self.mesh = mesh
        self._sides = []
        for mine, other in ((mesh.left, mesh.right), (mesh.right, mesh.left)):
            line = np.argsort(mine, kind="stable")
            begin = np.searchsorted(mine[line], np.arange(len(mesh.layer) + 1))
            self._sides.append((mine[line], other[line], begin))

    def sift(self, place: NDArray[np.int64], passes: int) -> None:
        """Move slots, one by one, to where they cross least; ``place`` changes in place."""
        layers = [
            layer for layer, width in enumerate(np.diff(self.mesh.first).tolist()) if 1 < width <= MOST_SIFTED
        ]
        for number in range(passes):
            if not sum(
                self._sift(place, layer) for layer in (layers if number % 2 == 0 else reversed(layers))
            ):
                return

    def _sift(self, place: NDArray[np.int64], layer: int) -> int:
        first, end = self.mesh.first[layer], self.mesh.first[layer + 1]
        above = self._crossings(place, layer)
        cost = above.T - above  # [v, u]: what v below u crosses more than v above u
        order = np.argsort(place[first:end])
        moved = 0
        for slot in order.tolist():
            # What it costs to stand after the first 1, 2, ... of the order; it costs nothing to stand first.
            costs = cost[slot].take(order).cumsum()
            here = int((order == slot).argmax())
            least = min(costs.min(), 0)
            if least == costs[here]:
                continue
            best = np.flatnonzero(np.concatenate(([0], costs)) == least)
            there = int(best[np.abs(best - here).argmin()])
            if there > here:
                order[here : there - 1] = order[here + 1 : there].copy()
                order[there - 1] = slot
            else:
                order[there + 1 : here + 1] = order[there:here].copy()
                order[there] = slot
            moved += 1
        place[first + order] = np.arange(first, end)
        return moved

    def _crossings(self, place: NDArray[np.int64], layer: int) -> NDArray[np.int64]:
        """Count for each pair of a layer's slots how often their lines cross with the first one above."""
        mesh = self.mesh
        first, end = mesh.first[layer], mesh.first[layer + 1]
        crossings = np.zeros((end - first, end - first), np.int64)
        for (mine, other, begin), beside in zip(self._sides, (layer + 1, layer - 1), strict=True):
            lines = slice(begin[first], begin[end])
            if lines.start == lines.stop:
                continue
            low, high = mesh.first[beside], mesh.first[beside + 1]
            ends = np.zeros((high - low, end - first), np.int64)
            at = place[other[lines]] - low
            np.add.at(ends, (at, mine[lines] - first), 1)
            higher = np.cumsum(ends, axis=0) - ends  # [p, v]: lines of v that end above p
            slots = np.flatnonzero(np.diff(begin[first : end + 1]))
            crossings[slots] += np.add.reduceat(higher[at], begin[first + slots] - lines.start)
        return crossings

    def swap(self, place: NDArray[np.int64], rounds: int) -> None:
        """Swap slots side by side wherever that saves crossings; ``place`` changes in place."""
        for _ in range(rounds):
            if not sum(self._swap(place, layer, odd) for odd in (0, 1) for layer in (0, 1)):
                return

    def _swap(self, place: NDArray[np.int64], odd_layers: int, odd: int) -> int:
        """Swap pairs in every other layer at once: they share no lines, so each saving is its own."""
        layer = self.mesh.layer
        slot_at = np.argsort(place)
        upper = slot_at[:-1]
        pair = ((place[upper] - self.mesh.first[layer[upper]]) % 2 == odd) & (layer[upper] % 2 == odd_layers)
        pair &= layer[slot_at[1:]] == layer[upper]
        lower_of = np.full(len(place), -1)
        lower_of[upper[pair]] = slot_at[1:][pair]
        saving = sum(_saving(place, lower_of, *side) for side in self._sides)
        swapped = np.flatnonzero(saving > 0)
        lower = lower_of[swapped]
        place[swapped], place[lower] = place[lower], place[swapped]
        return len(swapped)


def _saving(
    place: NDArray[np.int64],
    lower_of: NDArray[np.int64],
    mine: NDArray[np.int64],
    other: NDArray[np.int64],
    begin: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Count the crossings saved on one side by putting each slot below its lower neighbour."""
    count = len(place)
    keys = np.sort(mine * count + place[other])
    lines = np.flatnonzero(lower_of[mine] >= 0)
    lower = lower_of[mine[lines]]
    wanted = lower * count + place[other[lines]]
    above = np.searchsorted(keys, wanted) - begin[lower]
    below = begin[lower + 1] - np.searchsorted(keys, wanted, "right")
    saving = np.zeros(count, np.int64)
    np.add.at(saving, mine[lines], above - below)
    return saving
