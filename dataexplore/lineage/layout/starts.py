"""First orders of the slots, good in the large: what hangs together stands together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["depth_first", "find_components", "from_the_right", "smooth_heights"]

_ROUNDS = 120


def find_components(count: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number what hangs together, the largest first."""
    label = np.arange(count)
    while True:
        lowest = np.minimum(label[left], label[right])
        following = label.copy()
        np.minimum.at(following, label[left], lowest)
        np.minimum.at(following, label[right], lowest)
        following = following[following]
        if np.array_equal(following, label):
            break
        label = following
    _, label, sizes = np.unique(label, return_inverse=True, return_counts=True)
    rank = np.empty_like(sizes)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return rank[label.reshape(-1)]


def depth_first(
    left: NDArray[np.int64], right: NDArray[np.int64], group: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Number the slots as a walk along the lines meets them, from the left end of the layers."""
    onward = [list[int]() for _ in group]
    back = [list[int]() for _ in group]
    for start, end in zip(left.tolist(), right.tolist(), strict=True):
        onward[start].append(end)
        back[end].append(start)
    met = [-1] * len(group)
    number = 0
    for root in [slot for slot, sources in enumerate(back) if not sources]:
        stack = [root]
        while stack:
            slot = stack.pop()
            if met[slot] < 0:
                met[slot] = number
                number += 1
                stack += onward[slot]
                stack += back[slot]
    return np.array(met, float)


def from_the_right(
    left: NDArray[np.int64], right: NDArray[np.int64], group: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Number the slots as :func:`depth_first` does, from the right end."""
    return depth_first(right, left, group)


def smooth_heights(
    left: NDArray[np.int64], right: NDArray[np.int64], group: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give each slot a height that differs little along lines: near to the graph's second eigenvector."""
    count = len(group)
    degree = np.bincount(left, minlength=count) + np.bincount(right, minlength=count)
    mass = np.maximum(degree, 1).astype(float)
    whole = np.bincount(group, mass)
    height: NDArray[np.float64] = np.sin(np.arange(count) * 1.7) + np.linspace(-1, 1, count)
    for _ in range(_ROUNDS):
        height -= (np.bincount(group, height * mass) / whole)[group]
        near = np.bincount(left, height[right], count) + np.bincount(right, height[left], count)
        height = height + near / mass
        height /= max(np.abs(height).max(), 1e-9)
    return height
