"""Coalesce's projects: listed, created, changed, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox import moments
from dataexplore.sandbox.coalesce import listing, requests
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, JOB, PROJECT, WORKSPACE, Organisation
from dataexplore.sandbox.coalesce.requests import Fields, Text
from dataexplore.sandbox.coalesce.seeds import CREATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Projects"]


class ProjectInput(Fields):
    """What a project may say of itself."""

    name: Text
    description: str = ""


class Projects:
    """The projects; one is there from the start."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._organisation = Organisation(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, one = self._organisation.route, "/projects/{projectID}"
        return [
            route("GET", "/projects", self.list),
            route("POST", "/projects", self.create),
            route("GET", one, self.read),
            route("PUT", one, self.update),
            route("DELETE", one, self.delete),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the projects."""
        names = ("name", "createdAt", "createdBy", *(() if self._bare else ("description",)))
        return listing.page(
            request,
            self._records.all(PROJECT),
            listing="projects",
            orders={name: listing.field(name) for name in names},
            answer=self._answerer(request),
            bare=self._bare,
        )

    async def create(self, request: Request) -> JSONResponse:
        """Add a project."""
        sent = (await requests.body(request, ProjectInput)).sent()
        self._organisation.check_name(PROJECT, sent["name"])
        made = {
            "description": "",
            "createdAt": moments.now(),
            "createdBy": f"{CREATOR['firstName']} {CREATOR['lastName']}",
        }
        return JSONResponse(self._answer(self._organisation.add(PROJECT, lambda _: made | sent)))

    async def read(self, request: Request) -> JSONResponse:
        """Read one project."""
        answer = self._answerer(request)
        return JSONResponse(answer(self._organisation.find(request, PROJECT, "projectID")))

    async def update(self, request: Request) -> JSONResponse:
        """Change what is sent."""
        sent = (await requests.body(request, ProjectInput)).sent()
        number = self._organisation.find(request, PROJECT, "projectID")["id"]
        self._organisation.check_name(PROJECT, sent["name"], but=number)
        changed = self._records.change(PROJECT, number, lambda record: record | sent)
        assert changed is not None
        return JSONResponse(self._answer(changed))

    async def delete(self, request: Request) -> Response:
        """Remove a project in which nothing is left, and everyone's roles in it."""
        number = self._organisation.find(request, PROJECT, "projectID")["id"]
        for kind, noun in ((ENVIRONMENT, "environment"), (WORKSPACE, "workspace")):
            if left := _belonging(self._records.all(kind), number):
                raise requests.refuse(f"The project {number} still has the {noun} {left[0]['name']!r}")
        self._records.remove(PROJECT, number)
        self._organisation.take_roles("projectRoles", number)
        return Response(status_code=204)

    def _answerer(self, request: Request) -> Callable[[Record], dict[str, Any]]:
        """Read what else is wanted of each project: its workspaces, their jobs."""
        if self._bare:
            return self._answer
        with_workspaces = requests.flag(request, "includeWorkspaces")
        with_jobs = requests.flag(request, "includeJobs")

        def answer(record: Record) -> dict[str, Any]:
            body = self._answer(record)
            workspaces = _belonging(self._records.all(WORKSPACE), record["id"])
            if with_workspaces:
                body["workspaces"] = _name(workspaces)
            if with_jobs:
                numbers = {workspace["id"] for workspace in workspaces}
                body["jobs"] = _name(job for job in self._records.all(JOB) if job["workspace"] in numbers)
            return body

        return answer

    def _answer(self, record: Record) -> dict[str, Any]:
        fields = ("name", "createdAt", "createdBy", *(() if self._bare else ("description",)))
        return {"id": str(record["id"])} | {name: record[name] for name in fields}


def _belonging(records: Iterable[Record], project: int) -> list[Record]:
    return [record for record in records if record["project"] == str(project)]


def _name(records: Iterable[Record]) -> list[dict[str, str]]:
    return [{"id": str(record["id"]), "name": record["name"]} for record in records]
