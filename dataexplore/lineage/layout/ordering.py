"""The order of cards and lanes within their layers, with few crossings between neighbouring layers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dataexplore.lineage.layout.crossings import count_crossings
from dataexplore.lineage.layout.polish import Polish
from dataexplore.lineage.layout.starts import depth_first, find_components, from_the_right, smooth_heights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dataexplore.lineage.layout.lanes import Mesh

__all__ = ["Effort", "Part", "arrange", "split_parts"]

# More layers than this are arranged every other at once: a step a layer would take minutes at 50,000 layers.
MOST_SWEPT_LAYERS = 400
_STARTS = (smooth_heights, depth_first, from_the_right)
_PATIENCE = 3  # sweeps without a better one
_SHAKE = 0.05  # of a layer's height: far enough to leave a dead end, near enough to keep what is good


class Effort(NamedTuple):
    """How much to try.

    Attributes:
        starts: from how many first orders to begin, at most 3.
        sweeps: at most so many sweeps from each.
        swaps: at most so many rounds of swapping neighbours.
        sifts: at most so many passes of moving each slot to its best place; without shakes only at the end.
        shakes: how often the best order is disturbed a little and polished again.
    """

    starts: int
    sweeps: int
    swaps: int
    sifts: int
    shakes: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Slots that are moved together: all of one layer, or of every other layer; none are neighbours.

    Attributes:
        slots: their numbers, ascending, (p,).
        lines: lines to the left and to the right, each as (index into ``slots``, slot at the other end,
            number of the line).
    """

    slots: NDArray[np.int64]
    lines: tuple[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], ...]


def split_parts(mesh: Mesh) -> list[Part]:
    """Split the slots into parts, from left to right."""
    layers = len(mesh.first) - 1
    label = mesh.layer if layers <= MOST_SWEPT_LAYERS else mesh.layer % 2
    parts = []
    by_slot = np.argsort(label, kind="stable")
    index = np.empty_like(by_slot)
    bounds = np.searchsorted(label[by_slot], np.arange(int(label.max(initial=-1)) + 2))
    index[by_slot] = np.arange(len(by_slot)) - bounds[label[by_slot]]
    sides = []
    for mine, other in ((mesh.right, mesh.left), (mesh.left, mesh.right)):
        line = np.argsort(label[mine], kind="stable")
        begin = np.searchsorted(label[mine][line], np.arange(len(bounds)))
        sides.append((index[mine[line]], other[line], line, begin))
    for part in range(len(bounds) - 1):
        lines = tuple(
            (
                mine[begin[part] : begin[part + 1]],
                other[begin[part] : begin[part + 1]],
                line[begin[part] : begin[part + 1]],
            )
            for mine, other, line, begin in sides
        )
        parts.append(Part(by_slot[bounds[part] : bounds[part + 1]], lines))
    return parts


def arrange(
    mesh: Mesh, parts: Sequence[Part], effort: Effort, cost: Callable[[NDArray[np.int64]], float]
) -> NDArray[np.int64]:
    """Find an order with few crossings: the best of several starts, each swept to and fro and then polished.

    Args:
        mesh: the slots and lines.
        parts: the slots in parts.
        effort: how much to try.
        cost: what is to be small, as a function of the places.

    Returns:
        The place of each slot, (N,): slots of a layer have the numbers of that layer's slots.
    """
    ordering = _Ordering(mesh, parts)
    polish = Polish(mesh)
    best, least = np.arange(len(mesh.layer)), math.inf

    def attempt(height: NDArray[np.float64], sweeps: int) -> None:
        nonlocal best, least
        place = ordering.improve(ordering.sorted_by(height), sweeps)
        polish.swap(place, effort.swaps)
        if effort.shakes:
            polish.sift(place, effort.sifts)
        costs = cost(place)
        if costs < least:
            best, least = place, costs

    for start in _STARTS[: effort.starts]:
        attempt(start(mesh.left, mesh.right, ordering.group), effort.sweeps)
    dice = np.random.default_rng(0)
    for _ in range(effort.shakes if least else 0):
        attempt(ordering.height(best) + _SHAKE * dice.standard_normal(len(best)), 0)
    polish.sift(best, effort.sifts)
    return best


class _Ordering:
    """What sweeping needs to know of a mesh."""

    def __init__(self, mesh: Mesh, parts: Sequence[Part]) -> None:
        self.mesh = mesh
        self.parts = parts
        self.group = find_components(len(mesh.layer), mesh.left, mesh.right)
        self._begin = mesh.first[mesh.layer]
        self._scale = 1.0 / np.diff(mesh.first)[mesh.layer]
        # A line that ends lower in a slot pulls a little lower; 0.8 keeps it within the slot.
        self._ports = tuple(
            (0.1 + 0.8 * port / np.maximum(mesh.height[slot], 1.0)) * self._scale[slot]
            for slot, port in ((mesh.left, mesh.left_port), (mesh.right, mesh.right_port))
        )

    def height(self, place: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give how far down in its layer each slot stands, from 0 to 1."""
        return (place - self._begin) * self._scale

    def sorted_by(self, height: NDArray[np.float64]) -> NDArray[np.int64]:
        """Give the places in the order of these heights within each layer, components apart."""
        return np.argsort(np.lexsort((height, self.group, self.mesh.layer)))

    def improve(self, place: NDArray[np.int64], sweeps: int) -> NDArray[np.int64]:
        """Sweep until nothing gets better; give the best places on the way."""
        best, fewest, failures = place.copy(), _crossings(self.mesh, place), 0
        for sweep in range(sweeps):
            self._sweep(place, rightward=sweep % 2 == 0)
            crossings = _crossings(self.mesh, place)
            failures += 1
            if crossings < fewest:
                best, fewest, failures = place.copy(), crossings, 0
            if failures == _PATIENCE:
                break
        return best

    def _sweep(self, place: NDArray[np.int64], *, rightward: bool) -> None:
        sides: tuple[int, ...] = (0, 1)
        if len(self.parts) == len(self.mesh.first) - 1:
            sides = (0,) if rightward else (1,)
        for part in self.parts if rightward else reversed(self.parts):
            self._to_middle(place, part, sides)

    def _to_middle(self, place: NDArray[np.int64], part: Part, sides: tuple[int, ...]) -> None:
        """Sort a part's slots by the middle of their neighbours; those without keep their height."""
        number = len(part.slots)
        total, lines = np.zeros(number), np.zeros(number)
        for side in sides:
            mine, other, line = part.lines[side]
            height = (place[other] - self._begin[other]) * self._scale[other] + self._ports[side][line]
            total += np.bincount(mine, height, number)
            lines += np.bincount(mine, minlength=number)
        own = self.height(place)[part.slots]
        middle = np.where(lines > 0, total / np.maximum(lines, 1), own)
        order = np.lexsort((own, middle, self.group[part.slots], self.mesh.layer[part.slots]))
        place[part.slots[order]] = part.slots


def _crossings(mesh: Mesh, place: NDArray[np.int64]) -> int:
    return count_crossings(place[mesh.left], place[mesh.right])
