"""The present goes on: what is scheduled comes due as fast as the sandbox's pace lets time go."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.sandbox.platform import Platform

__all__ = ["keep_time"]

log = logging.getLogger("dataexplore.sandbox")

SHORTEST_S, LONGEST_S = 0.25, 30.0


def keep_time(platform: Platform, start_due: Callable[[datetime, datetime], None], name: str) -> None:
    """Call ``start_due(since, now)`` again and again until the server closes; never at a pace of 0.

    ``since`` is the ``now`` of the call before. These are the times of the schedules: at a pace of 1440 a day
    of them passes in a minute. What is started has the times of the clock, whatever the pace.
    """
    pace = platform.tempo.pace

    def run() -> None:
        every = min(max(60 / pace, SHORTEST_S), LONGEST_S)
        opened = since = datetime.now(UTC)
        while not platform.jobs.closing.wait(every):
            now = opened + (datetime.now(UTC) - opened) * pace
            try:
                start_due(since, now)
            except Exception:
                # The next time is another one; while the server ends, what is needed may be gone.
                if not platform.jobs.closing.is_set():
                    log.exception("What was due was not started")
            since = now

    if pace:
        platform.jobs.keep(threading.Thread(target=run, name=name, daemon=True))
