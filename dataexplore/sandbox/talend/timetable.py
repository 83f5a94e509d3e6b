"""What starts by itself: plans by their triggers, as fast as the sandbox's pace lets time go."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dataexplore.sandbox.talend import calendar
from dataexplore.sandbox.talend.company import PLAN
from dataexplore.sandbox.talend.engine import Starter

if TYPE_CHECKING:
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.talend.company import Company
    from dataexplore.sandbox.talend.engine import Engine

__all__ = ["Timetable"]

log = logging.getLogger("dataexplore.sandbox")

LOOK_EVERY_S = (0.25, 30.0)


class Timetable:
    """Starts what comes due until the server closes; what a paused plan misses is not made up."""

    def __init__(self, platform: Platform, company: Company, engine: Engine) -> None:
        self._platform = platform
        self._company = company
        self._engine = engine
        pace = platform.tempo.pace
        if pace:
            shortest, longest = LOOK_EVERY_S
            every = min(max(60 / pace, shortest), longest)
            threading.Thread(target=self._run, args=(pace, every), name="triggers", daemon=True).start()

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
        self._company.ensure()
        for plan in self._platform.records.all(PLAN):
            if not plan["runConfig"] or (plan["pause"] or {}).get("pause"):
                continue
            if next(calendar.instants(plan["runConfig"]["trigger"], since, now), None) is not None:
                self._engine.start_plan(plan, Starter("SCHEDULED", "talend", "SERVICE"))
