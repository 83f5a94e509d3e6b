"""Coalesce's jobs, selections of nodes with a name: edited in a workspace, deployed to environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.coalesce import listing, requests, selectors
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, JOB, WORKSPACE, Organisation
from dataexplore.sandbox.coalesce.requests import Fields, Text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Jobs"]


class JobInput(Fields):
    """A job; without an include selector it takes every node, and takes the excluded away."""

    name: Text
    description: str = ""
    include_selector: str = ""
    exclude_selector: str = ""


class Jobs:
    """The jobs, which the contract does not know; four are there from the start."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._organisation = Organisation(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part; there are none in the contract."""
        if self._bare:
            return []
        route = self._organisation.route
        deployed, edited = "/environments/{environmentID}/jobs", "/workspaces/{workspaceID}/jobs"
        return [
            route("GET", deployed, self.list_deployed),
            route("GET", f"{deployed}/{{jobID}}", self.read_deployed),
            route("GET", edited, self.list_edited),
            route("POST", edited, self.create),
            route("GET", f"{edited}/{{jobID}}", self.read),
            route("PUT", f"{edited}/{{jobID}}", self.update),
            route("DELETE", f"{edited}/{{jobID}}", self.delete),
        ]

    async def list_deployed(self, request: Request) -> JSONResponse:
        """List the jobs of an environment."""
        number = self._organisation.find(request, ENVIRONMENT, "environmentID")["id"]
        jobs = [job for job in self._records.all(JOB) if number in job["environments"]]
        return self._page(request, jobs, "environmentID", number)

    async def read_deployed(self, request: Request) -> JSONResponse:
        """Read one job of an environment."""
        number = self._organisation.find(request, ENVIRONMENT, "environmentID")["id"]
        job = self._organisation.find(request, JOB, "jobID")
        if number not in job["environments"]:
            raise requests.absent(
                request, f"The environment {number} has no job {job['id']}", bare=self._bare
            )
        return JSONResponse(_answer(job, "environmentID", number))

    async def list_edited(self, request: Request) -> JSONResponse:
        """List the jobs of a workspace."""
        number = self._organisation.find(request, WORKSPACE, "workspaceID")["id"]
        jobs = [job for job in self._records.all(JOB) if job["workspace"] == number]
        return self._page(request, jobs, "workspaceID", number)

    async def create(self, request: Request) -> JSONResponse:
        """Add a job to a workspace; a deploy takes it to an environment."""
        sent = await _read(request)
        number = self._organisation.find(request, WORKSPACE, "workspaceID")["id"]
        self._organisation.check_name(JOB, sent["name"])
        empty = {"description": "", "includeSelector": "", "excludeSelector": ""}
        owned = {"workspace": number, "environments": []}
        job = self._organisation.add(JOB, lambda _: empty | sent | owned)
        return JSONResponse(_answer(job, "workspaceID", number))

    async def read(self, request: Request) -> JSONResponse:
        """Read one job of a workspace."""
        job = self._find(request)
        return JSONResponse(_answer(job, "workspaceID", job["workspace"]))

    async def update(self, request: Request) -> JSONResponse:
        """Change what is sent; the environments that have the job have the change, too."""
        sent = await _read(request)
        number = self._find(request)["id"]
        self._organisation.check_name(JOB, sent["name"], but=number)
        job = self._records.change(JOB, number, lambda record: record | sent)
        assert job is not None
        return JSONResponse(_answer(job, "workspaceID", job["workspace"]))

    async def delete(self, request: Request) -> Response:
        """Remove a job, from the environments that have it as well."""
        self._records.remove(JOB, self._find(request)["id"])
        return Response(status_code=204)

    def _find(self, request: Request) -> Record:
        number = self._organisation.find(request, WORKSPACE, "workspaceID")["id"]
        job = self._organisation.find(request, JOB, "jobID")
        if job["workspace"] != number:
            raise requests.absent(request, f"The workspace {number} has no job {job['id']}", bare=self._bare)
        return job

    def _page(self, request: Request, jobs: list[Record], owner: str, number: int) -> JSONResponse:
        return listing.page(
            request,
            jobs,
            listing="jobs",
            filters={owner: number},
            orders={name: listing.field(name) for name in ("name", "description")},
            answer=lambda job: _answer(job, owner, number),
            bare=self._bare,
        )


async def _read(request: Request) -> dict[str, Any]:
    sent = (await requests.body(request, JobInput)).sent()
    for name in ("includeSelector", "excludeSelector"):
        try:
            selectors.parse(sent.get(name, ""))
        except ValueError as error:
            raise requests.refuse(f"{name}: {error}") from None
    return sent


def _answer(job: Record, owner: str, number: int) -> dict[str, Any]:
    fields = ("name", "description", "includeSelector", "excludeSelector")
    return {"id": str(job["id"]), owner: str(number)} | {name: job[name] for name in fields}
