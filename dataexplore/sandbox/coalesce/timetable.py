"""What starts by itself: the company's jobs by their crontabs, as fast as the sandbox's pace lets time go."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cronsim import CronSim

from dataexplore.sandbox.coalesce.run_book import ENDED
from dataexplore.sandbox.coalesce.start_requests import Start
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.pace import keep_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from dataexplore.sandbox.coalesce.run_book import RunBook
    from dataexplore.sandbox.coalesce.scheduler import Scheduler
    from dataexplore.sandbox.platform import Platform

__all__ = ["SCHEDULES", "Schedule", "Timetable"]

log = logging.getLogger("dataexplore.sandbox")


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
    """Starts what comes due until the server closes."""

    def __init__(self, platform: Platform, scheduler: Scheduler, book: RunBook) -> None:
        self._scheduler = scheduler
        self._book = book
        keep_time(platform, self._start_due, "timetable")

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
