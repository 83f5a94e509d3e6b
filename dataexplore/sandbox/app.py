"""The application: every service's routes behind one guard."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox.coginiti.execution import Execute
from dataexplore.sandbox.formats import stamp
from dataexplore.sandbox.guard import Guard

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.stream import Executions
    from dataexplore.sandbox.warehouse import Warehouse

__all__ = ["create"]


def create(warehouse: Warehouse, executions: Executions, *, token: str, paste_params: bool) -> Starlette:
    """Put the services together over one warehouse."""
    execute = Execute(warehouse, executions, paste_params=paste_params)

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
            for execution in executions.running.values()
        ]
        return JSONResponse({"data": running})

    return Starlette(
        routes=[*execute.routes(), Route("/_sandbox/queries", queries, methods=["GET"])],
        middleware=[Middleware(Guard, token=token)],
        exception_handlers={HTTPException: _refuse, Exception: _fault},
    )


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, HTTPException)
    return JSONResponse({"message": HTTPStatus(error.status_code).phrase}, error.status_code, error.headers)


async def _fault(request: Request, error: Exception) -> JSONResponse:
    del request, error  # the server logs it
    return JSONResponse({"message": "Internal Server Error"}, 500)
