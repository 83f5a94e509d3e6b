"""Talend's connections: what tasks log in with. An encrypted value is taken and never told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox import moments
from dataexplore.sandbox.talend import listing, requests
from dataexplore.sandbox.talend.company import CONNECTION, ORCHESTRATION, WORKSPACE, Company, moment
from dataexplore.sandbox.talend.requests import Fields, Text
from dataexplore.sandbox.talend.usage import check_unused, tasks_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Connections"]


class Parameter(Fields):
    """One setting of a connection."""

    name: Text
    value: str | None = None
    encrypted: bool = False


class NewConnection(Fields):
    """A connection lies in a workspace for good."""

    name: Text
    workspace_id: Text
    app: Text
    parameters: list[Parameter]


class ConnectionChange(Fields):
    """What of a connection may change."""

    name: Text | None = None
    parameters: list[Parameter] | None = None


class Connections:
    """The connections; the shop's database, a bank's files and a chat are there from the start."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._company = Company(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, several = self._company.route, f"{ORCHESTRATION}/connections"
        one = f"{several}/{{connectionId}}"
        return [
            route("GET", several, self.list),
            route("POST", several, self.create),
            route("GET", one, self.read),
            route("PUT", one, self.update),
            route("DELETE", one, self.delete),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the connections of a name and a place."""
        name, found = requests.name_filter(request), self._records.all(CONNECTION)
        if not self._bare:
            found = list(filter(self._company.asked(request, requests.absent), found))
        return listing.page(request, [one for one in found if name in one["name"].casefold()], self._answer)

    async def create(self, request: Request) -> JSONResponse:
        """Add a connection to a workspace."""
        given = await requests.body(request, NewConnection)
        workspace = self._company.refer(WORKSPACE, given.workspace_id)["id"]
        record = {
            "name": given.name,
            "app": given.app,
            "workspace": workspace,
            "parameters": _merge(given.parameters, ()),
            "createDate": moments.now(),
        }
        self._check_name(given.name, record)
        return JSONResponse(self._answer(self._company.add(CONNECTION, lambda _: record)), 201)

    async def read(self, request: Request) -> JSONResponse:
        """Read one connection."""
        return JSONResponse(self._answer(self._company.find(request, CONNECTION, "connectionId")))

    async def update(self, request: Request) -> JSONResponse:
        """Change what is sent; an encrypted parameter that is sent without a value keeps the one it has."""
        given = await requests.body(request, ConnectionChange)
        record = self._company.find(request, CONNECTION, "connectionId")
        change: dict[str, Any] = {}
        if given.name is not None:
            self._check_name(given.name, record)
            change["name"] = given.name
        if given.parameters is not None:
            change["parameters"] = _merge(given.parameters, record["parameters"])
        changed = self._records.change(CONNECTION, record["id"], lambda one: one | change)
        assert changed is not None
        return JSONResponse(self._answer(changed))

    async def delete(self, request: Request) -> Response:
        """Remove a connection that no task uses."""
        record = self._company.find(request, CONNECTION, "connectionId")
        check_unused(record["name"], tasks_of(self._records, record["ref"]))
        self._records.remove(CONNECTION, record["id"])
        return Response(status_code=204)

    def _check_name(self, name: str, record: Record) -> None:
        if self._company.takes(CONNECTION, name, record):
            raise requests.conflict(f"The workspace has another connection named {requests.show(name)}")

    def _answer(self, record: Record) -> dict[str, Any]:
        return {
            "id": record["ref"],
            "name": record["name"],
            "app": record["app"],
            "createDate": moment(record["createDate"]),
            "parameters": [_tell(parameter) for parameter in record["parameters"]],
            "workspace": self._company.told_workspace(record["workspace"]),
        }


def _merge(given: Iterable[Parameter], before: Iterable[Record]) -> list[Record]:
    kept = {one["name"]: one["value"] for one in before if one["encrypted"]}
    merged = {
        one.name: {
            "name": one.name,
            "value": kept.get(one.name) if one.encrypted and one.value is None else one.value,
            "encrypted": one.encrypted,
        }
        for one in given
    }
    return list(merged.values())


def _tell(parameter: Record) -> dict[str, Any]:
    told = {"name": parameter["name"], "encrypted": parameter["encrypted"]}
    if not parameter["encrypted"] and parameter["value"] is not None:
        told["value"] = parameter["value"]
    return told
