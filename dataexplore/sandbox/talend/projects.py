"""Talend's projects, where jobs are written, and who may work in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox import moments
from dataexplore.sandbox.talend import listing, requests
from dataexplore.sandbox.talend.account import check_person
from dataexplore.sandbox.talend.company import ORCHESTRATION, PROJECT, Company, moment
from dataexplore.sandbox.talend.requests import Fields, Text
from dataexplore.sandbox.talend.seeds import GROUPS, PEOPLE, USER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

    Handler = Callable[[Request], Awaitable[Response]]

__all__ = ["Projects"]

# What may be allowed on a project: what the path calls it, its field, and who there is of it.
ALLOWED: dict[str, tuple[str, str, Collection[str]]] = {
    "user": ("userId", "users", PEOPLE),
    "group": ("groupId", "groups", GROUPS),
}


class NewProject(Fields):
    """A project keeps its name for good."""

    name: Text
    owner: Text
    url: Text
    description: str = ""


class ProjectChange(Fields):
    """What of a project may change."""

    owner: Text | None = None
    description: str | None = None
    url: Text | None = None


class Projects:
    """The projects; two are there from the start. Service accounts have no part in them."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._company = Company(platform)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        several = f"{ORCHESTRATION}/projects"
        one = f"{several}/{{projectId}}"
        routes = [
            self._route("GET", several, self.list_all),
            self._route("POST", several, self.create),
            self._route("GET", one, self.read),
            self._route("PUT", one, self.update),
            self._route("DELETE", one, self.delete),
        ]
        for noun, (parameter, field, _) in ALLOWED.items():
            path = f"{one}/{field}/{{{parameter}}}"
            routes += [
                self._route("GET", f"{one}/{field}", self._lister(noun)),
                self._route("PUT", path, self._adder(noun)),
                self._route("DELETE", path, self._remover(noun)),
            ]
        return routes

    async def list_all(self, request: Request) -> JSONResponse:
        """List the projects of a name."""
        name = requests.name_filter(request)
        found = [one for one in self._records.all(PROJECT) if name in one["name"].casefold()]
        return listing.page(request, found, _answer)

    async def create(self, request: Request) -> JSONResponse:
        """Add a project; what it is called among the files of jobs follows from its name."""
        given = await requests.body(request, NewProject)
        label = re.sub(r"\W+", "_", given.name).strip("_").upper() or "PROJECT"
        if any(one["technicalLabel"] == label for one in self._records.all(PROJECT)):
            raise requests.conflict(f"There is another project named {requests.show(given.name)}")
        self._check_url(given.url)
        now = moments.now()
        made = self._company.add(
            PROJECT,
            lambda _: {
                **given.model_dump(),
                "technicalLabel": label,
                "author": USER,
                "projectType": "DI",
                "repoType": "GIT",
                "createDate": now,
                "updateDate": now,
                "users": [USER],
                "groups": [],
            },
        )
        return JSONResponse(_answer(made), 201)

    async def read(self, request: Request) -> JSONResponse:
        """Read one project."""
        return JSONResponse(_answer(self._company.find(request, PROJECT, "projectId")))

    async def update(self, request: Request) -> JSONResponse:
        """Change what is sent."""
        given = await requests.body(request, ProjectChange)
        number = self._company.find(request, PROJECT, "projectId")["id"]
        if given.url is not None:
            self._check_url(given.url, but=number)
        change = given.model_dump(exclude_none=True) | {"updateDate": moments.now()}
        changed = self._records.change(PROJECT, number, lambda record: record | change)
        assert changed is not None
        return JSONResponse(_answer(changed))

    async def delete(self, request: Request) -> Response:
        """Remove a project; what was published from it stays."""
        self._records.remove(PROJECT, self._company.find(request, PROJECT, "projectId")["id"])
        return Response(status_code=204)

    def _route(self, method: str, path: str, handler: Handler) -> Route:
        async def attend(request: Request) -> Response:
            check_person(request)
            return await handler(request)

        return self._company.route(method, path, attend)

    def _check_url(self, url: str, *, but: int | None = None) -> None:
        if any(one["url"] == url and one["id"] != but for one in self._records.all(PROJECT)):
            raise requests.conflict("Another project has this repository")

    def _lister(self, noun: str) -> Handler:
        async def list_allowed(request: Request) -> JSONResponse:
            project = self._company.find(request, PROJECT, "projectId")
            return JSONResponse({"projectId": project["ref"], f"{noun}Ids": project[ALLOWED[noun][1]]})

        return list_allowed

    def _adder(self, noun: str) -> Handler:
        async def add(request: Request) -> Response:
            project, name, allowed = self._find_allowed(request, noun)
            if name in allowed:
                raise requests.conflict(f"The {noun} {name} is allowed already")
            return self._allow(project, noun, [*allowed, name])

        return add

    def _remover(self, noun: str) -> Handler:
        async def remove(request: Request) -> Response:
            project, name, allowed = self._find_allowed(request, noun)
            if name not in allowed:
                raise requests.absent(f"The {noun} {name} is not allowed on the project")
            return self._allow(project, noun, [one for one in allowed if one != name])

        return remove

    def _find_allowed(self, request: Request, noun: str) -> tuple[Record, str, list[str]]:
        parameter, field, known = ALLOWED[noun]
        project = self._company.find(request, PROJECT, "projectId")
        name = request.path_params[parameter]
        if name not in known:
            raise requests.absent(f"There is no {noun} {requests.show(name)}")
        return project, name, project[field]

    def _allow(self, project: Record, noun: str, allowed: list[str]) -> Response:
        field = ALLOWED[noun][1]
        self._records.change(PROJECT, project["id"], lambda record: record | {field: allowed})
        return Response(status_code=204)


def _answer(record: Record) -> dict[str, Any]:
    fields = ("name", "technicalLabel", "description", "url", "author", "owner", "projectType", "repoType")
    return {
        "id": record["ref"],
        **{name: record[name] for name in fields},
        "createDate": moment(record["createDate"]),
        "updateDate": moment(record["updateDate"]),
    }
