"""What starts by itself: the company's jobs by their crontabs, as fast as the sandbox's pace lets time go."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cronsim import CronSim

from dataexplore.sandbox.coalesce.run_book import ENDED
from dataexplore.sandbox.coalesce.start_requests import Start
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.sandbox.coalesce.run_book import RunBook
    from dataexplore.sandbox.coalesce.scheduler import Scheduler
    from dataexplore.sandbox.platform import Platform

__all__ = ["SCHEDULES", "Schedule", "Timetable"]

log = logging.getLogger("dataexplore.sandbox")

LOOK_EVERY_S = (0.25, 30.0)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job of an environment, and when it starts: a crontab of five fields, in UTC."""

    job: int
    environment: int
    crontab: str

    def times(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Give every time it comes due after a moment and until another."""
        for due in CronSim(self.crontab, after):
            if due > until:
                return
            yield due


SCHEDULES = (
    Schedule(1, 3, "0 2 * * *"),
    Schedule(4, 2, "30 3 * * *"),
    Schedule(3, 3, "30 5 * * 1-5"),
    Schedule(2, 3, "0 9,13,17 * * *"),
)


class Timetable:
    """Starts what comes due until the server closes.

    The times of a run are those of the clock, whatever the pace: a day of schedules passes in a minute at a
    pace of 1440, and what it started is told as having run in that minute.
    """

    def __init__(self, platform: Platform, scheduler: Scheduler, book: RunBook) -> None:
        self._platform = platform
        self._scheduler = scheduler
        self._book = book
        pace = platform.tempo.pace
        if pace:
            shortest, longest = LOOK_EVERY_S
            every = min(max(60 / pace, shortest), longest)
            threading.Thread(target=self._run, args=(pace, every), name="timetable", daemon=True).start()

    def _run(self, pace: float, every: float) -> None:
        opened = since = datetime.now(UTC)
        while not self._platform.jobs.closing.wait(every):
            now = opened + (datetime.now(UTC) - opened) * pace
            try:
                self._start_due(since, now)
            except Exception:
                if not self._platform.jobs.closing.is_set():
                    log.exception("What was due was not started")
            since = now

    def _start_due(self, since: datetime, now: datetime) -> None:
        for schedule in SCHEDULES:
            if next(schedule.times(since, now), None) is None or self._is_underway(schedule):
                continue
            try:
                self._scheduler.begin(Start(str(schedule.environment), str(schedule.job)), user=None)
            except Refusal as refusal:  # its job or its environment was removed, or a deployment failed
                log.info("Job %d does not start: %s", schedule.job, refusal.message)

    def _is_underway(self, schedule: Schedule) -> bool:
        """Tell whether the last run of a job has not ended; a second one would only wait behind it."""
        return any(
            run["job"] == schedule.job
            and run["environment"] == schedule.environment
            and run["phase"] not in ENDED
            for run in self._book.runs()
        )
