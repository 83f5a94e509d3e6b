"""Talend's resources: files that tasks are given."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.talend import listing, requests
from dataexplore.sandbox.talend.company import ORCHESTRATION, RESOURCE, WORKSPACE, Company
from dataexplore.sandbox.talend.multipart import read_parts
from dataexplore.sandbox.talend.requests import Fields, Text
from dataexplore.sandbox.talend.usage import check_unused, tasks_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Resources"]

# The records are read as a whole; the vendor does not say what its own limit is.
MOST_BYTES = 4 * 2**20


class NewResource(Fields):
    """What the JSON part of a form says of the file beside it."""

    name: Text
    workspace_id: Text
    description: str = ""
    file: bool = True


class ResourceChange(Fields):
    """What of a resource may change."""

    name: Text | None = None
    description: str | None = None


class Resources:
    """The resources; the contract's seed knows how one is created, and no more."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._company = Company(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, several = self._company.route, f"{ORCHESTRATION}/resources"
        one = f"{several}/{{resourceId}}"
        create = route("POST", several, self.create)
        if self._bare:
            return [create]
        return [
            create,
            route("GET", several, self.list),
            route("GET", one, self.read),
            route("PATCH", one, self.update),
            route("DELETE", one, self.delete),
            route("PUT", f"{one}/upload", self.upload),
            route("PUT", f"{one}/move/{{targetWorkspaceId}}", self.move),
        ]

    async def create(self, request: Request) -> JSONResponse:
        """Add a resource with its file."""
        parts = await read_parts(request)
        for name in ("resource", "file"):
            if name not in parts:
                raise requests.refuse(f"The form has no part named {name}")
        given = requests.read(parts["resource"], NewResource, name="The part named resource")
        content = _encode(parts["file"])
        workspace = self._company.refer(WORKSPACE, given.workspace_id, requests.absent)["id"]
        record = {
            "name": given.name,
            "description": given.description,
            "workspace": workspace,
            "file": given.file,
            "content": content,
        }
        self._check_name(given.name, record)
        return JSONResponse(self._answer(self._company.add(RESOURCE, lambda _: record)), 201)

    async def list(self, request: Request) -> JSONResponse:
        """List the resources of a name and a place."""
        name = requests.name_filter(request, filled=True)
        asked = self._company.asked(request, requests.absent)
        found = [one for one in self._records.all(RESOURCE) if asked(one) and name in one["name"].casefold()]
        return listing.page(request, found, self._answer)

    async def read(self, request: Request) -> JSONResponse:
        """Read what is known of one resource, which its content is not part of."""
        return JSONResponse(self._answer(self._company.find(request, RESOURCE, "resourceId")))

    async def update(self, request: Request) -> Response:
        """Change what is sent."""
        given = await requests.body(request, ResourceChange)
        record = self._company.find(request, RESOURCE, "resourceId")
        if given.name is not None and self._company.takes(RESOURCE, given.name, record):
            raise requests.refuse(f"The workspace has another resource named {requests.show(given.name)}")
        change = given.model_dump(exclude_none=True)
        self._records.change(RESOURCE, record["id"], lambda one: one | change)
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """Remove a resource that no task uses."""
        record = self._company.find(request, RESOURCE, "resourceId")
        check_unused(record["name"], tasks_of(self._records, record["ref"]))
        self._records.remove(RESOURCE, record["id"])
        return Response(status_code=204)

    async def upload(self, request: Request) -> Response:
        """Replace the file of a resource."""
        parts = await read_parts(request)
        if "file" not in parts:
            raise requests.refuse("The form has no part named file")
        change = {"content": _encode(parts["file"]), "file": True}
        record = self._company.find(request, RESOURCE, "resourceId")
        self._records.change(RESOURCE, record["id"], lambda one: one | change)
        return Response(status_code=204)

    async def move(self, request: Request) -> JSONResponse:
        """Move a resource to another workspace of its environment."""
        record = self._company.find(request, RESOURCE, "resourceId")
        target = self._company.find(request, WORKSPACE, "targetWorkspaceId")
        if target["environment"] != self._company.environment_of(record):
            raise requests.refuse(f"The workspace {target['name']!r} is in another environment")
        self._check_name(record["name"], record | {"workspace": target["id"]})
        moved = self._records.change(RESOURCE, record["id"], lambda one: one | {"workspace": target["id"]})
        assert moved is not None
        return JSONResponse(self._answer(moved))

    def _check_name(self, name: str, record: Record) -> None:
        if self._company.takes(RESOURCE, name, record):
            raise requests.conflict(f"The workspace has another resource named {requests.show(name)}")

    def _answer(self, record: Record) -> dict[str, Any]:
        return {
            "id": record["ref"],
            "name": record["name"],
            "description": record["description"],
            "workspaceInfo": self._company.told_workspace(record["workspace"]),
            "file": record["file"],
        }


def _encode(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Refusal(413, "Payload Too Large", f"A resource holds at most {MOST_BYTES} bytes")
    return base64.b64encode(content).decode()
