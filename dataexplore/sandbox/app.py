"""The application: every service's routes behind one guard."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox.coalesce.environments import Environments
from dataexplore.sandbox.coalesce.git_accounts import GitAccounts
from dataexplore.sandbox.coalesce.jobs import Jobs
from dataexplore.sandbox.coalesce.nodes import Nodes
from dataexplore.sandbox.coalesce.projects import Projects
from dataexplore.sandbox.coalesce.service import Running
from dataexplore.sandbox.coalesce.users import Users
from dataexplore.sandbox.coginiti.execution import Execute
from dataexplore.sandbox.datafold.audit_logs import AuditLogs
from dataexplore.sandbox.datafold.bi import Bi
from dataexplore.sandbox.datafold.ci import Ci
from dataexplore.sandbox.datafold.data_diffs import DataDiffs
from dataexplore.sandbox.datafold.data_sources import DataSources
from dataexplore.sandbox.datafold.explore import Explore
from dataexplore.sandbox.datafold.monitors import Monitors
from dataexplore.sandbox.datafold.spend import Spend
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.faults import Faults, FaultyDays
from dataexplore.sandbox.formats import stamp
from dataexplore.sandbox.guard import Guard, Issued
from dataexplore.sandbox.talend.artifacts import Artifacts
from dataexplore.sandbox.talend.connections import Connections
from dataexplore.sandbox.talend.environments import Environments as TalendEnvironments
from dataexplore.sandbox.talend.plans import Plans
from dataexplore.sandbox.talend.projects import Projects as TalendProjects
from dataexplore.sandbox.talend.promotion_runs import PromotionRuns
from dataexplore.sandbox.talend.promotions import Promotions
from dataexplore.sandbox.talend.resources import Resources
from dataexplore.sandbox.talend.service import Running as TalendRunning
from dataexplore.sandbox.talend.tasks import Tasks
from dataexplore.sandbox.talend.tokens import Tokens
from dataexplore.sandbox.talend.workspaces import Workspaces

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.platform import Platform

__all__ = ["create"]


class Service(Protocol):
    """One part of a vendor's service: made over the platform, it gives its routes."""

    def __init__(self, platform: Platform) -> None: ...

    def routes(self) -> list[Route]: ...


# The data sources come first: the others stand on what is there from the start.
DATAFOLD: tuple[type[Service], ...] = (DataSources, DataDiffs, Ci, Monitors, Bi, AuditLogs, Spend, Explore)
COALESCE: tuple[type[Service], ...] = (
    Running,
    Environments,
    Nodes,
    Jobs,
    Projects,
    Users,
    GitAccounts,
)
TALEND: tuple[type[Service], ...] = (
    TalendRunning,
    Plans,
    TalendEnvironments,
    Workspaces,
    Artifacts,
    Connections,
    TalendProjects,
    Promotions,
    PromotionRuns,
    Resources,
    Tasks,
)


def create(platform: Platform, *, token: str, paste_params: bool) -> Starlette:
    """Put the services together over one warehouse."""
    execute = Execute(platform.warehouse, platform.executions, paste_params=paste_params)

    async def queries(request: Request) -> JSONResponse:
        """List what runs now, for tests and the curious; no service has this."""
        del request
        running = [
            {
                "number": execution.number,
                "connection": execution.target.connection.name,
                "started_at": stamp(execution.started_ns),
                "sql": execution.sql[:200],
            }
            for execution in platform.executions.running.values()
        ]
        return JSONResponse({"data": running})

    faults = Faults()
    served = [route for service in (*DATAFOLD, *COALESCE, *TALEND) for route in service(platform).routes()]
    # Service accounts are beyond the vendors' seeds.
    issued = None if platform.bare else Issued()
    if issued:
        served += Tokens(issued).routes()
    application = Starlette(
        routes=[
            *execute.routes(),
            *served,
            Route("/_sandbox/queries", queries, methods=["GET"]),
            faults.route(),
        ],
        middleware=[Middleware(Guard, token=token, issued=issued), Middleware(FaultyDays, faults=faults)],
        exception_handlers={HTTPException: _refuse, Exception: _fault},
    )
    # A path with a slash too many, as of a blank ID, is not sent on to another thing's.
    application.router.redirect_slashes = False
    return application


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    refusal = Refusal(error.status_code, HTTPStatus(error.status_code).phrase)
    return JSONResponse(refusal.body(request.url.path), error.status_code, error.headers)


async def _fault(request: Request, error: Exception) -> JSONResponse:
    del error  # the server logs it
    refusal = Refusal(500, "Internal Server Error")
    return JSONResponse(refusal.body(request.url.path), refusal.status)
