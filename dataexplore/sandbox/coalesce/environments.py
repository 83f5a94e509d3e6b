"""Coalesce's environments: listed, created, changed, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field
from starlette.responses import JSONResponse, Response

from dataexplore.sandbox import moments
from dataexplore.sandbox.coalesce import listing, requests
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, JOB, NODE, PROJECT, Organisation
from dataexplore.sandbox.coalesce.requests import Fields, Text
from dataexplore.sandbox.coalesce.seeds import CREATOR, map_locations

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Environments"]


class EnvironmentInput(Fields):
    """What the contract lets say of an environment."""

    name: Text
    project: str = ""


class EnvironmentSettings(EnvironmentInput):
    """What the service was seen to take beyond it."""

    description: str = ""
    oauth_enabled: bool = True
    run_time_parameters: dict[str, str] = Field(default_factory=dict)


class Environments:
    """The environments; three are there from the start."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._in_thread = platform.executions.in_thread
        self._organisation = Organisation(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, one = self._organisation.route, "/environments/{environmentID}"
        return [
            route("GET", "/environments", self.list_environments),
            route("POST", "/environments", self.create),
            route("GET", one, self.read),
            route("PUT", one, self.update),
            route("DELETE", one, self.delete),
        ]

    async def list_environments(self, request: Request) -> JSONResponse:
        """List the environments, in full when ``detail`` is asked for."""
        detail = requests.flag(request, "detail")
        active = self._organisation.active_runs() if detail else {}
        return listing.page(
            request,
            self._records.all(ENVIRONMENT),
            listing="environments",
            orders=self._orders(),
            answer=lambda record: self._answer(record, active) if detail else _summarise(record),
            bare=self._bare,
        )

    async def create(self, request: Request) -> JSONResponse:
        """Add an environment, whose tables go to schemas of their own in the database of dev."""
        sent = await self._read(request)
        self._organisation.check_name(ENVIRONMENT, sent["name"])
        record = self._organisation.add(ENVIRONMENT, lambda number: _make(number) | sent)
        return JSONResponse(self._answer(record, {}))

    async def read(self, request: Request) -> JSONResponse:
        """Read one environment."""
        record = self._organisation.find(request, ENVIRONMENT, "environmentID")
        return JSONResponse(self._answer(record, self._organisation.active_runs()))

    async def update(self, request: Request) -> JSONResponse:
        """Change what is sent."""
        sent = await self._read(request)
        number = self._organisation.find(request, ENVIRONMENT, "environmentID")["id"]
        self._organisation.check_name(ENVIRONMENT, sent["name"], but=number)
        changed = self._records.change(
            ENVIRONMENT, number, lambda record: record | sent | {"updatedAt": moments.now()}
        )
        assert changed is not None
        return JSONResponse(self._answer(changed, self._organisation.active_runs()))

    async def delete(self, request: Request) -> Response:
        """Remove an environment with its nodes and everyone's roles in it; its tables and its runs stay."""
        record = self._organisation.find(request, ENVIRONMENT, "environmentID")
        number = record["id"]
        if runs := self._organisation.active_runs().get(number):
            raise requests.refuse(f"The environment {number} runs {runs[0]}; wait for its end, or cancel it")
        self._records.remove(ENVIRONMENT, number)
        await self._in_thread(lambda: self._clear(number))
        return Response(status_code=204)

    async def _read(self, request: Request) -> dict[str, Any]:
        asked = await requests.body(request, EnvironmentInput if self._bare else EnvironmentSettings)
        sent = asked.sent()
        if "project" in sent and self._organisation.look_up(PROJECT, sent["project"]) is None:
            raise requests.refuse(f"There is no project {requests.show(sent['project'])}")
        return sent

    def _clear(self, number: int) -> None:
        for node in self._organisation.nodes(f"environment:{number}"):
            self._records.remove(NODE, node["id"])
        self._organisation.take_roles("environmentRoles", number)
        for job in self._records.all(JOB):
            if number in job["environments"]:
                self._records.change(
                    JOB, job["id"], lambda one: one | {"environments": _without(one, number)}
                )

    def _orders(self) -> dict[str, Callable[[Record], Any]]:
        names = (
            "name",
            "status",
            "project",
            "createdAt",
            *(() if self._bare else ("description", "updatedAt")),
        )
        return {name: listing.field(name) for name in names} | {"createdBy": _name_creator}

    def _answer(self, record: Record, active: dict[int, list[int]]) -> dict[str, Any]:
        if self._bare:
            return _summarise(record)
        fields = ("description", "updatedAt", "oauthEnabled", "runTimeParameters", "deployedCommit")
        return (
            _summarise(record)
            | {name: record[name] for name in fields if record[name] is not None}
            | {"currentMappings": record["mappings"], "currentlyRunningJobs": active.get(record["id"], [])}
        )


def _make(number: int) -> Record:
    now = moments.now()
    return {
        "project": None,
        "description": "",
        "status": "Waiting",
        "createdAt": now,
        "updatedAt": now,
        "createdBy": CREATOR,
        "mappings": map_locations("warehouse_dev", f"env{number}_"),
        "oauthEnabled": True,
        "runTimeParameters": {},
        "deployedCommit": None,
    }


def _without(job: Record, environment: int) -> list[int]:
    return [number for number in job["environments"] if number != environment]


def _summarise(record: Record) -> dict[str, Any]:
    fields = ("name", "status", "project", "createdAt")
    known = {name: record[name] for name in fields if record[name] is not None}
    return {"id": str(record["id"]), **known, "createdBy": _name_creator(record)}


def _name_creator(record: Record) -> str:
    creator = record["createdBy"]
    return f"{creator['firstName']} {creator['lastName']}"
