"""Datafold's audit log: what requests changed, latest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold import requests
from dataexplore.sandbox.datafold.requests import Fields, Moment

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.platform import Platform

__all__ = ["AuditLogs"]


class Range(Fields):
    """From when to when, both included; without a zone it is UTC."""

    start_date: Moment | None = None
    end_date: Moment | None = None


class AuditLogs:
    """What :meth:`Platform.audit` noted."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        return [Route("/api/v1/audit_logs", self.list, methods=["GET"])]

    async def list(self, request: Request) -> JSONResponse:
        """List the entries, those of a range when the body tells one."""
        asked = await requests.optional_body(request, Range) or Range()
        # As text: every entry is written in the same form, so their order is that of the time.
        first = moments.write(asked.start_date) if asked.start_date else ""
        last = moments.write(asked.end_date) if asked.end_date else "~"
        entries = [entry for entry in self._records.all("audit_log") if first <= entry["timestamp"] <= last]
        logs = [{name: value for name, value in entry.items() if name != "id"} for entry in reversed(entries)]
        return JSONResponse({"logs": logs})
