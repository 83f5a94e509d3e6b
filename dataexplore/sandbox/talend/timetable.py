"""What starts by itself: plans by their triggers, as fast as the sandbox's pace lets time go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.sandbox.pace import keep_time
from dataexplore.sandbox.talend import calendar
from dataexplore.sandbox.talend.company import PLAN
from dataexplore.sandbox.talend.engine import Starter

if TYPE_CHECKING:
    from datetime import datetime

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.talend.company import Company
    from dataexplore.sandbox.talend.engine import Engine

__all__ = ["Timetable"]


class Timetable:
    """Starts what comes due until the server closes; what a paused plan misses is not made up."""

    def __init__(self, platform: Platform, company: Company, engine: Engine) -> None:
        self._records = platform.records
        self._company = company
        self._engine = engine
        keep_time(platform, self._start_due, "triggers")

    def _start_due(self, since: datetime, now: datetime) -> None:
        self._company.ensure()
        for plan in self._records.all(PLAN):
            if not plan["runConfig"] or (plan["pause"] or {}).get("pause"):
                continue
            if next(calendar.instants(plan["runConfig"]["trigger"], since, now), None) is not None:
                self._engine.start_plan(plan, Starter("SCHEDULED", "talend", "SERVICE"))
