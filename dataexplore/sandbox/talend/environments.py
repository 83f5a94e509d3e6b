"""Talend's environments: listed, created with a first workspace, changed, removed with all they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.company import ENVIRONMENT, ORCHESTRATION, PROMOTION, WORKSPACE, Company
from dataexplore.sandbox.talend.fiql import compile_filter
from dataexplore.sandbox.talend.requests import Fields, Text
from dataexplore.sandbox.talend.seeds import USER
from dataexplore.sandbox.talend.workspaces import describe, remove_workspace

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform

__all__ = ["Environments"]

Containers = Annotated[int, Field(ge=0, lt=2**31)]
NAMES = ("id", "name", "description", "maxCloudContainers", "default")


class EnvironmentInput(Fields):
    """What an environment may say of itself."""

    name: Text
    description: str = ""
    max_cloud_containers: Containers = 0


class NewEnvironment(EnvironmentInput):
    """An environment comes with a workspace."""

    workspace_name: Text
    owner: Text = USER


class Environments:
    """The environments; Development and Production are there from the start."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._company = Company(platform)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, several = self._company.route, f"{ORCHESTRATION}/environments"
        return [
            route("GET", several, self.list),
            route("POST", several, self.create),
            route("PUT", f"{several}/{{Id}}", self.update),
            route("DELETE", f"{several}/{{Id}}", self.delete),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the environments that a filter lets pass."""
        test = compile_filter(request.query_params.get("query", ""), NAMES)
        told = (self._company.told_environment(one["id"]) for one in self._records.all(ENVIRONMENT))
        return JSONResponse([one for one in told if test(one)])

    async def create(self, request: Request) -> JSONResponse:
        """Add an environment and its first custom workspace."""
        given = await requests.body(request, NewEnvironment)
        self._check_name(given.name)
        sent = given.sent()
        name, owner = sent.pop("workspaceName"), sent.pop("owner", given.owner)
        environment = self._company.add(ENVIRONMENT, lambda _: {"description": "", "default": False, **sent})
        self._company.add(WORKSPACE, lambda _: describe(name, environment["id"], owner=owner))
        return JSONResponse(self._company.told_environment(environment["id"]), 201)

    async def update(self, request: Request) -> Response:
        """Change what is sent; where its tasks land follows its name."""
        sent = (await requests.body(request, EnvironmentInput)).sent()
        number = self._company.find(request, ENVIRONMENT, "Id")["id"]
        self._check_name(sent["name"], but=number)
        self._records.change(ENVIRONMENT, number, lambda record: record | sent)
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """Remove an environment that no promotion uses, and all it holds."""
        environment = self._company.find(request, ENVIRONMENT, "Id")
        number = environment["id"]
        users = [
            one["name"] for one in self._records.all(PROMOTION) if number in (one["source"], one["target"])
        ]
        if users:
            body: dict[str, Any] = {"Usage Details": f"Used by promotions: {', '.join(users)}"}
            return JSONResponse(body, 403)
        for workspace in self._records.all(WORKSPACE):
            if workspace["environment"] == number:
                remove_workspace(self._records, workspace)
        self._records.remove(ENVIRONMENT, number)
        return Response(status_code=204)

    def _check_name(self, name: str, *, but: int | None = None) -> None:
        # Two that differ in case alone would land their tables in one schema.
        if any(
            one["name"].lower() == name.lower() and one["id"] != but for one in self._records.all(ENVIRONMENT)
        ):
            raise requests.conflict(f"There is another environment named {requests.show(name)}")
