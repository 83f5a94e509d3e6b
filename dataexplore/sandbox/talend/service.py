"""The part of Talend that runs: executions, their past and present, the calendar, the knobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.sandbox.talend import past
from dataexplore.sandbox.talend.company import Company
from dataexplore.sandbox.talend.engine import Engine
from dataexplore.sandbox.talend.events import Events
from dataexplore.sandbox.talend.execution_book import ExecutionBook
from dataexplore.sandbox.talend.knobs import Knobs
from dataexplore.sandbox.talend.plan_executions import PlanExecutions
from dataexplore.sandbox.talend.task_executions import TaskExecutions
from dataexplore.sandbox.talend.task_knobs import TaskKnobs
from dataexplore.sandbox.talend.task_work import TaskWork
from dataexplore.sandbox.talend.timetable import Timetable

if TYPE_CHECKING:
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform

__all__ = ["Running"]


class Running:
    """What runs on one warehouse: these parts share one book and one engine."""

    def __init__(self, platform: Platform) -> None:
        book = ExecutionBook(platform.records)

        def then() -> None:
            work.prepare()
            past.seed(platform, company, book)

        company = Company(platform, then)
        knobs = TaskKnobs()
        work = TaskWork(platform, company, knobs)
        engine = Engine(platform, company, book, work)
        Timetable(platform, company, engine)  # before the engine: when both end, it starts nothing more
        platform.jobs.at_close(engine.close)
        self._routes = Events(platform, company).routes() + Knobs(platform, company, knobs).routes()
        if not platform.bare:
            self._routes += PlanExecutions(platform, company, book, engine).routes()
            self._routes += TaskExecutions(platform, company, book, engine).routes()

    def routes(self) -> list[Route]:
        """Give the routes of all parts."""
        return self._routes
