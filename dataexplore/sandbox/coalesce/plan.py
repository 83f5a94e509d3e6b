"""In which order the nodes of a run go: what each waits for, and what is skipped when one fails."""

from __future__ import annotations

from collections import deque
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dataexplore.sandbox.records import Record

__all__ = ["Plan", "names_needed"]

Name = tuple[str, str]  # a node's location and name


class Plan:
    """The nodes of one run by their places, handed out when all they need is done.

    What needs a node that failed is skipped: it would build on what is not there. What needs a node that is
    not in the run waits for what that one needs, for it may have changed below it.

    Raises:
        ValueError: The nodes need each other in a circle.
    """

    def __init__(self, chosen: Sequence[Name], needs: Mapping[Name, Sequence[Name]]) -> None:
        places = {name: place for place, name in enumerate(chosen)}
        self._needs = {
            place: {places[each] for each in _nearest(name, needs, places)} for name, place in places.items()
        }
        self._order = TopologicalSorter(self._needs)
        try:
            self._order.prepare()
        except CycleError as error:
            circle = " -> ".join(chosen[place][1] for place in error.args[1])
            raise ValueError(f"Nodes need each other in a circle: {circle}") from error
        self._ready: deque[int] = deque()
        self._bad: set[int] = set()
        self.skipped: list[int] = []
        self._advance()

    def take(self) -> int | None:
        """Give the place of a node that can begin now, None when none can."""
        return self._ready.popleft() if self._ready else None

    def done(self, place: int, *, well: bool) -> list[int]:
        """Note that a node has ended; give the places that are skipped because of it."""
        if not well:
            self._bad.add(place)
        self._order.done(place)
        before = len(self.skipped)
        self._advance()
        return self.skipped[before:]

    @property
    def over(self) -> bool:
        """Whether nothing is left to begin or to wait for."""
        return not self._order.is_active()

    def _advance(self) -> None:
        while fresh := sorted(self._order.get_ready()):
            for place in fresh:
                if self._bad.isdisjoint(self._needs[place]):
                    self._ready.append(place)
                    continue
                self._bad.add(place)
                self.skipped.append(place)
                self._order.done(place)


def names_needed(nodes: Sequence[Record]) -> dict[Name, list[Name]]:
    """Give what each node of an environment or a workspace reads."""
    return {
        (node["location"], node["name"]): [
            (each["locationName"], each["nodeName"]) for each in node["dependencies"]
        ]
        for node in nodes
    }


def _nearest(name: Name, needs: Mapping[Name, Sequence[Name]], chosen: Mapping[Name, int]) -> Iterator[Name]:
    """Find the nearest chosen nodes above one, past those that are not."""
    seen = {name}
    above = deque(needs.get(name, ()))
    while above:
        each = above.popleft()
        if each == name:  # it reads itself, or comes back to itself: a circle, which the order will find
            yield each
        if each in seen:
            continue
        seen.add(each)
        if each in chosen:
            yield each
        else:
            above.extend(needs.get(each, ()))
