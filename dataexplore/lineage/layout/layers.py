"""Which layer each card stands in: sources left, consumers right, edges as short as they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["break_cycles", "choose_layers"]

_MOST_PUSHED = 40
_LOOKS = 60  # a card, in all: where cards hang together closely, each move looks at many


def break_cycles(count: int, source: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Choose edges such that nothing runs in a circle once they are turned around.

    Those are the edges that lead back to a card on the way to it, searched depth first from the cards that
    nothing leads to. Edges from a card to itself are not chosen.

    Args:
        count: how many cards there are.
        source: the card each edge comes from, (m,).
        target: the card it leads to, (m,).

    Returns:
        True for each edge to turn, (m,).
    """
    turned = np.zeros(len(source), np.bool_)
    order, waiting = _peel(count, source, target)
    if len(order) == count:
        return turned
    going = [list[tuple[int, int]]() for _ in range(count)]
    for edge, (start, end) in enumerate(zip(source.tolist(), target.tolist(), strict=True)):
        if start != end and waiting[start] and waiting[end]:
            going[start].append((edge, end))
    left, entered = 1, 2
    state = [0] * count
    for root in range(count):
        if state[root] or not waiting[root]:
            continue
        state[root] = entered
        stack = [(root, iter(going[root]))]
        while stack:
            card, edges = stack[-1]
            for edge, end in edges:
                if state[end] == entered:
                    turned[edge] = True
                elif not state[end]:
                    state[end] = entered
                    stack.append((end, iter(going[end])))
                    break
            else:
                state[card] = left
                stack.pop()
    return turned


def choose_layers(
    count: int, source: NDArray[np.int64], target: NDArray[np.int64], pins: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Give each card a layer such that every edge leads to the right.

    Without pins a card stands as far left as its sources let it, and then right beside its nearest consumer
    where that makes its edges shorter. With a pin it stands there, unless an edge pushes it farther right.

    Args:
        count: how many cards there are.
        source: the card each edge comes from, (m,); no edge leads back to its own card, nor in a circle.
        target: the card it leads to, (m,).
        pins: the layer wanted for each card, (n,); negative: none.
    """
    wanted = [-1] * count if pins is None else pins.tolist()
    layer = [max(pin, 0) for pin in wanted]
    following = _neighbours(count, source, target)
    sources = _neighbours(count, target, source)
    order, _ = _peel(count, source, target)
    for card in order:
        beside = layer[card] + 1
        for end in following[card]:
            layer[end] = max(layer[end], beside)
    for card in reversed(order):
        if following[card] and wanted[card] < 0 and len(following[card]) >= len(sources[card]):
            layer[card] = min(layer[end] for end in following[card]) - 1
    _shorten(layer, following, sources, [pin >= 0 for pin in wanted])
    return np.array(layer, np.int64)


def _shorten(
    layer: list[int], following: list[list[int]], sources: list[list[int]], fixed: list[bool]
) -> None:
    """Move cards by a layer, with those that must give way, as long as edges get shorter in all."""
    looked_at, enough = 0, _LOOKS * len(layer)
    moved = True
    while moved and looked_at < enough:
        moved = False
        for card in range(len(layer)):
            for step, ahead, behind in ((1, following, sources), (-1, sources, following)):
                if not ahead[card]:
                    continue
                pushed = _pushed(card, step, layer, ahead)
                looked_at += len(pushed) or _MOST_PUSHED
                shorter = sum(len(ahead[each]) - len(behind[each]) for each in pushed)
                if shorter > 0 and not any(fixed[each] or layer[each] + step < 0 for each in pushed):
                    for each in pushed:
                        layer[each] += step
                    moved = True


def _pushed(card: int, step: int, layer: list[int], ahead: list[list[int]]) -> list[int]:
    """Give a card and those it pushes on by moving one layer; when they are too many, nothing may move."""
    pushed = {card}
    waiting = [card]
    for each in waiting:  # grows while it is read
        for end in ahead[each]:
            if layer[end] == layer[each] + step and end not in pushed:
                pushed.add(end)
                waiting.append(end)
        if len(waiting) > _MOST_PUSHED:
            return []
    return waiting


def _peel(count: int, source: NDArray[np.int64], target: NDArray[np.int64]) -> tuple[list[int], list[bool]]:
    """Give the cards in an order that follows the edges, and which are left because they hang on a circle."""
    following = _neighbours(count, source, target)
    real = source != target
    missing = np.bincount(target[real], minlength=count).tolist()
    order = [card for card in range(count) if not missing[card]]
    for card in order:  # grows while it is read
        for end in following[card]:
            missing[end] -= 1
            if not missing[end]:
                order.append(end)
    return order, [number > 0 for number in missing]


def _neighbours(count: int, source: NDArray[np.int64], target: NDArray[np.int64]) -> list[list[int]]:
    following = [list[int]() for _ in range(count)]
    for start, end in zip(source.tolist(), target.tolist(), strict=True):
        if start != end:
            following[start].append(end)
    return following
