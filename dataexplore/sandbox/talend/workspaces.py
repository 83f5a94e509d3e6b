"""Talend's workspaces: listed, created, changed, removed with all they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox import moments
from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.company import (
    ARTIFACT,
    CONNECTION,
    ENVIRONMENT,
    ORCHESTRATION,
    PLAN,
    RESOURCE,
    TASK,
    WORKSPACE,
    Company,
    moment,
)
from dataexplore.sandbox.talend.fiql import compile_filter
from dataexplore.sandbox.talend.requests import Fields, Text
from dataexplore.sandbox.talend.seeds import PEOPLE, USER
from dataexplore.sandbox.talend.usage import plans_of, tasks_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record, Records

__all__ = ["Workspaces", "describe", "remove_workspace"]

NAMES = (
    *("id", "name", "description", "owner", "type", "protectedUpgrade"),
    *("environment.id", "environment.name", "environment.description", "environment.default"),
)
HELD = (PLAN, TASK, ARTIFACT, CONNECTION, RESOURCE)


class WorkspaceInput(Fields):
    """What a workspace may say of itself."""

    name: Text
    description: str = ""
    owner: Text = USER


class NewWorkspace(WorkspaceInput):
    """A workspace lies in an environment for good."""

    environment_id: Text


class WorkspaceChange(WorkspaceInput):
    """Whether only artifacts of a workspace upgrade its tasks is said later."""

    protected_upgrade: bool = False


class Workspaces:
    """The workspaces; each environment has two from the start."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._company = Company(platform)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, several = self._company.route, f"{ORCHESTRATION}/workspaces"
        return [
            route("GET", several, self.list),
            route("POST", several, self.create),
            route("PUT", f"{several}/{{id}}", self.update),
            route("DELETE", f"{several}/{{id}}", self.delete),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the workspaces that a filter lets pass."""
        test = compile_filter(request.query_params.get("query", ""), NAMES)
        told = (self._company.told_workspace(one["id"]) for one in self._records.all(WORKSPACE))
        return JSONResponse([one for one in told if test(one)])

    async def create(self, request: Request) -> JSONResponse:
        """Add a custom workspace to an environment."""
        given = await requests.body(request, NewWorkspace)
        environment = self._company.refer(ENVIRONMENT, given.environment_id)["id"]
        self._check_name(given.name, environment)
        made = self._company.add(
            WORKSPACE,
            lambda _: describe(given.name, environment, owner=given.owner, description=given.description),
        )
        return JSONResponse(self._answer(made), 201)

    async def update(self, request: Request) -> Response:
        """Change what is sent."""
        sent = (await requests.body(request, WorkspaceChange)).sent()
        workspace = self._company.find(request, WORKSPACE, "id")
        self._check_name(sent["name"], workspace["environment"], but=workspace["id"])
        if "owner" in sent:
            sent["ownerFullName"] = PEOPLE.get(sent["owner"], sent["owner"])
        sent["updateDate"] = moments.now()
        self._records.change(WORKSPACE, workspace["id"], lambda record: record | sent)
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """Remove a custom workspace and all it holds, unless another one uses some of that."""
        workspace = self._company.find(request, WORKSPACE, "id")
        if workspace["type"] != "Custom":
            raise requests.refuse(f"The workspace {workspace['name']!r} is not custom and stays")
        number = workspace["id"]
        for kind in HELD:
            for held in self._records.all(kind):
                if held["workspace"] == number and (users := _use_elsewhere(self._records, held)):
                    raise requests.conflict(f"{held['name']!r} is used elsewhere: {', '.join(users)}")
        remove_workspace(self._records, workspace)
        return Response(status_code=204)

    def _check_name(self, name: str, environment: int, *, but: int | None = None) -> None:
        if any(
            one["name"] == name and one["environment"] == environment and one["id"] != but
            for one in self._records.all(WORKSPACE)
        ):
            raise requests.refuse(f"The environment has another workspace named {requests.show(name)}")

    def _answer(self, record: Record) -> dict[str, Any]:
        fields = ("name", "description", "owner", "ownerFullName", "type")
        return {
            "id": record["ref"],
            **{name: record[name] for name in fields},
            "createDate": moment(record["createDate"]),
            "updateDate": moment(record["updateDate"]),
            "environmentId": self._company.get(ENVIRONMENT, record["environment"])["ref"],
        }


def _use_elsewhere(records: Records, held: Record) -> list[str]:
    users = plans_of(records, held["ref"]) + tasks_of(records, held["ref"])
    return [user["name"] for user in users if user["workspace"] != held["workspace"]]


def describe(name: str, environment: int, *, owner: str, description: str = "") -> Record:
    """Describe a new custom workspace."""
    now = moments.now()
    return {
        "name": name,
        "description": description,
        "owner": owner,
        "ownerFullName": PEOPLE.get(owner, owner),
        "type": "Custom",
        "environment": environment,
        "createDate": now,
        "updateDate": now,
        "protectedUpgrade": False,
    }


def remove_workspace(records: Records, workspace: Record) -> None:
    """Remove a workspace after all it holds."""
    for kind in HELD:
        for held in records.all(kind):
            if held["workspace"] == workspace["id"]:
                records.remove(kind, held["id"])
    records.remove(WORKSPACE, workspace["id"])
