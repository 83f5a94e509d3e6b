"""Time as an argument: the clock, and one call's deadline, ticks and cancel."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TICK_S", "Call", "Clock"]

# Nothing blocks longer than this: the progress line moves, a cancel from another thread is seen, and Ctrl-C
# works on Windows too, where it does not interrupt a blocked read.
TICK_S = 0.1


class Clock:
    """The real clock. Tests pass one that only counts."""

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; Ctrl-C ends the waiting."""
        time.sleep(seconds)


@dataclass(slots=True)
class Call:
    """One call's time: when it must end, who is told that it still waits, and who may cancel it.

    It travels to the network stream as the request's "timeout" (see wire.py).
    """

    clock: Clock
    deadline_s: float | None = None
    cancel: threading.Event = field(default_factory=threading.Event)
    on_wait: Callable[[], None] | None = None
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock.monotonic()

    def remaining(self) -> float | None:
        """Seconds until the deadline, never below 0; None without one."""
        if self.deadline_s is None:
            return None
        return max(0.0, self.started + self.deadline_s - self.clock.monotonic())

    @property
    def over(self) -> bool:
        """Whether waiting makes no sense any more."""
        return self.cancel.is_set() or self.remaining() == 0.0

    def wait(self, seconds: float) -> None:
        """Wait between two attempts; it ends early when the call is over."""
        end = self.clock.monotonic() + seconds
        while not self.over and (left := end - self.clock.monotonic()) > 0:
            self.clock.sleep(min(left, TICK_S))
            self.tick()

    def tick(self) -> None:
        """Tell the caller that the call still waits."""
        if self.on_wait is not None:
            self.on_wait()
