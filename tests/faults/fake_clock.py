"""A clock that only counts: sleeping takes no time, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.transport import Clock

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeClock(Clock):
    """Counts the seconds asked to sleep; ``on_sleep`` is called instead of waiting."""

    def __init__(self, on_sleep: Callable[[], None] | None = None) -> None:
        self.now = 0.0
        self._on_sleep = on_sleep

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self._on_sleep is not None:
            self._on_sleep()
