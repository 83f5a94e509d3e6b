"""What is due: the instants at which a plan's trigger will start it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dataexplore.sandbox.talend import calendar, listing, requests
from dataexplore.sandbox.talend.company import ORCHESTRATION, PLAN, moment
from dataexplore.sandbox.talend.windows import read_instant

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.talend.company import Company

__all__ = ["Events"]

# A trigger of every minute has half a million instants a year.
MOST = timedelta(days=366)


class Events:
    """The calendar of the plans."""

    def __init__(self, platform: Platform, company: Company) -> None:
        self._in_thread = platform.executions.in_thread
        self._company = company

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        path = f"{ORCHESTRATION}/executables/plans/{{planId}}/run-config/events"
        return [self._company.route("GET", path, self.list)]

    async def list(self, request: Request) -> JSONResponse:
        """List the instants of a window that ends with ``to`` and begins with ``from``, or now.

        Nothing is due while a plan is paused.
        """
        plan = self._company.find(request, PLAN, "planId")
        until = read_instant(request.query_params.get("to"), "to")
        if until is None:
            raise requests.refuse("to is missing")
        after = read_instant(request.query_params.get("from"), "from") or datetime.now(UTC)
        if after > until:
            raise requests.refuse("from is after to")
        if until - after > MOST:
            raise requests.refuse(f"from and to are more than {MOST.days} days apart")
        if not plan["runConfig"]:
            raise requests.absent(f"The plan {plan['name']} has no run configuration")
        # The first instant of the window is in it.
        trigger, low = plan["runConfig"]["trigger"], after - timedelta(microseconds=1)
        paused = (plan["pause"] or {}).get("pause")
        found = [] if paused else await self._in_thread(lambda: [*calendar.instants(trigger, low, until)])
        return listing.page(request, found, lambda due: moment(due.isoformat()))
