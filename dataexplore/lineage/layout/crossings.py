"""How often the lines between two neighbouring layers cross."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["count_crossings", "count_inversions", "count_straight"]


def count_crossings(left: NDArray[np.int64], right: NDArray[np.int64]) -> int:
    """Count pairs of lines that cross; lines that share an end do not.

    Args:
        left: where each line begins, (m,): a number for each place of all layers, growing with the layers.
        right: where it ends, likewise; so lines of different layers cannot cross.
    """
    order = np.lexsort((right, left))
    return count_inversions(right[order])


def count_straight(x: NDArray[np.float64], y: NDArray[np.float64]) -> int:
    """Count pairs of straight lines that cross, by comparing all with all; lines that touch do not.

    Args:
        x: of both ends of each line, (m, 2).
        y: likewise.
    """
    begin_x, end_x, begin_y, end_y = (ends[:, None] for ends in (*x.T, *y.T))

    def side(at: int) -> NDArray[np.float64]:
        """Tell on which side of each line (rows) the ends of the others (columns) lie."""
        sides: NDArray[np.float64] = (end_x - begin_x) * (y[:, at] - begin_y)
        sides -= (end_y - begin_y) * (x[:, at] - begin_x)
        return sides

    apart = side(0) * side(1) < 0
    return int((apart & apart.T).sum()) // 2


def count_inversions(values: NDArray[np.int64]) -> int:
    """Count pairs where the greater number stands first, in O(m log max) and without a loop over values."""
    if len(values) < 2:  # noqa: PLR2004 - a pair
        return 0
    total = 0
    values = values - values.min()
    begin = np.zeros(len(values), np.int64)  # where the run of values with the same upper bits begins
    for bit in reversed(range(int(values.max()).bit_length())):
        one = (values >> bit & 1) == 1
        ones: NDArray[np.int64] = np.cumsum(one) - one
        ones -= ones[begin]  # how many ones stand before, in the same run
        total += int(ones[~one].sum())
        # Zeros first, then ones, each in their order: the runs of the next bit.
        zeros = np.arange(len(values)) - begin - ones
        middle = begin + np.bincount(begin, ~one, len(values)).astype(np.int64)[begin]
        following = np.where(one, middle, begin)
        place = following + np.where(one, ones, zeros)
        values[place], begin[place] = values.copy(), following
    return total
