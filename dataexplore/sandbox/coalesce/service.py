"""The part of Coalesce that runs: scheduler, runs, their past and present, and the knobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.sandbox.coalesce import past
from dataexplore.sandbox.coalesce.deployment import Deployment
from dataexplore.sandbox.coalesce.engine import Engine
from dataexplore.sandbox.coalesce.knobs import Knobs
from dataexplore.sandbox.coalesce.node_knobs import NodeKnobs
from dataexplore.sandbox.coalesce.node_work import NodeWork
from dataexplore.sandbox.coalesce.organisation import Organisation
from dataexplore.sandbox.coalesce.run_book import RunBook
from dataexplore.sandbox.coalesce.runs import Runs
from dataexplore.sandbox.coalesce.scheduler import Scheduler
from dataexplore.sandbox.coalesce.timetable import Timetable

if TYPE_CHECKING:
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform

__all__ = ["Running"]


class Running:
    """What runs on one warehouse: these parts share one book and one engine."""

    def __init__(self, platform: Platform) -> None:
        book = RunBook(platform.records)
        organisation = Organisation(platform, then=lambda: past.seed(platform, organisation, book))
        knobs = NodeKnobs()
        engine = Engine(platform, book, NodeWork(platform, organisation, knobs))
        scheduler = Scheduler(platform, organisation, book, engine)
        Timetable(platform, scheduler, book)  # before the engine: when both end, it starts nothing more
        platform.jobs.at_close(engine.close)
        self._parts = (
            Runs(platform, organisation, book),
            scheduler,
            Knobs(platform, knobs, Deployment(platform, organisation, book, engine)),
        )

    def routes(self) -> list[Route]:
        """Give the routes of all parts."""
        return [route for part in self._parts for route in part.routes()]
