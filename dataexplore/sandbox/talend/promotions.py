"""Talend's promotions: from which environment to which, who may run them, and what they would do."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field
from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.account import who
from dataexplore.sandbox.talend.company import ENVIRONMENT, ORCHESTRATION, PROMOTION, Company, moment
from dataexplore.sandbox.talend.fiql import compile_filter
from dataexplore.sandbox.talend.promoting import SCOPES, Spec, lacking, promote
from dataexplore.sandbox.talend.requests import Fields, Text
from dataexplore.sandbox.talend.seeds import PEOPLE, SERVICE_ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

    Handler = Callable[[Request], Awaitable[Response]]

__all__ = ["Context", "Promotions", "Scope", "read_scope"]

Context = Annotated[str, Field(max_length=255)]
Scope = Literal["WORKSPACE", "PLAN", "FLOW", "ACTION"]
NAMES = (
    *("executable", "id", "name", "description"),
    *("sourceEnvironment.id", "sourceEnvironment.name", "targetEnvironment.id", "targetEnvironment.name"),
)
# Who may run one: what the path calls it, its field, who there is of it, and whether twice is a conflict.
ALLOWED: dict[str, tuple[str, str, Collection[str], bool]] = {
    "users": ("userId", "users", PEOPLE, True),
    "service-accounts": ("serviceAccountId", "serviceAccounts", SERVICE_ACCOUNTS, False),
}


class NewPromotion(Fields):
    """From where to where; it is called after both."""

    source_environment_id: Text
    target_environment_id: Text
    description: str = ""


class Description(Fields):
    """What of a promotion may change."""

    description: str


class Advanced(Fields):
    """The one thing that an analysis is about."""

    id: str | None = None
    type: str | None = None


class Details(Fields):
    """How a promotion would go."""

    keep_target_run_profiles: bool = False
    keep_target_resources: bool = False
    context: Context | None = None
    promotion_advanced_info: Advanced | None = None


class Promotions:
    """The promotions; one from Development to Production is there from the start."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._records = platform.records
        self._company = Company(platform)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, several = self._company.route, f"{ORCHESTRATION}/executables/promotions"
        one = f"{several}/{{promotionId}}"
        routes = [
            route("GET", several, self.list_all),
            route("POST", several, self.create),
            route("GET", one, self.read),
            route("PATCH", one, self.update),
            route("POST", one, self.analyze),
            route("DELETE", one, self.delete),
            route("GET", f"{one}/users", self.list_allowed),
        ]
        for noun, (parameter, *_) in ALLOWED.items():
            path = f"{one}/{noun}/{{{parameter}}}"
            routes += [route("PUT", path, self._adder(noun)), route("DELETE", path, self._remover(noun))]
        return routes

    async def list_all(self, request: Request) -> JSONResponse:
        """List the promotions that a filter lets pass; their descriptions are told one by one."""
        test = compile_filter(request.query_params.get("_s", ""), NAMES)
        told = [self._answer(one) for one in self._records.all(PROMOTION)]
        found = [one for one in told if test(one | {"id": one["executable"]})]
        return JSONResponse([{name: one[name] for name in one if name != "description"} for one in found])

    async def create(self, request: Request) -> JSONResponse:
        """Add a promotion; there is one from one environment to another."""
        given = await requests.body(request, NewPromotion)
        source = self._company.refer(ENVIRONMENT, given.source_environment_id, requests.absent)
        target = self._company.refer(ENVIRONMENT, given.target_environment_id, requests.absent)
        ends = source["id"], target["id"]
        if source["id"] == target["id"]:
            raise requests.refuse("A promotion leads to another environment")
        if any((one["source"], one["target"]) == ends for one in self._records.all(PROMOTION)):
            raise requests.conflict(f"There is a promotion from {source['name']} to {target['name']}")
        user, kind = who(request)
        made = self._company.add(
            PROMOTION,
            lambda _: {
                "name": f"{source['name']} to {target['name']}",
                "description": given.description,
                "source": source["id"],
                "target": target["id"],
                "users": [user] if kind == "HUMAN" else [],
                "serviceAccounts": [user] if kind == "SERVICE" else [],
            },
        )
        return JSONResponse(self._answer(made), 201)

    async def read(self, request: Request) -> JSONResponse:
        """Read one promotion."""
        return JSONResponse(self._answer(self._find(request)))

    async def update(self, request: Request) -> Response:
        """Change the description."""
        given = await requests.body(request, Description)
        return self._change(self._find(request), {"description": given.description})

    async def analyze(self, request: Request) -> JSONResponse:
        """Tell what a promotion would do, without doing it."""
        given = await requests.body(request, Details)
        promotion = self._find(request)
        advanced = given.promotion_advanced_info or Advanced()
        scope, subject = read_scope(self._company, promotion, advanced.type, advanced.id)
        spec = Spec(given.keep_target_resources, given.keep_target_run_profiles, scope, subject)
        started = moment()
        workspaces = promote(self._platform, promotion, spec, dry=True)
        told: dict[str, Any] = {
            "executionId": str(uuid.uuid4()),
            "startTimestamp": started,
            "triggerTimestamp": started,
            "finishTimestamp": moment(),
            "userId": who(request)[0],
            "promotionId": promotion["ref"],
            "pipelineId": promotion["ref"],
            "keepTargetResources": given.keep_target_resources,
            "keepTargetRunProfiles": given.keep_target_run_profiles,
            "defective": bool(lacking(workspaces, dry=True)[0]),
            "status": "ANALIZED",
            "workspaces": workspaces,
            "engines": [],
            "clusters": [],
        }
        if scope:
            told["advanced"] = {"artifactId": subject, "artifactType": scope}
        if given.context is not None:
            told["context"] = given.context
        return JSONResponse(told)

    async def delete(self, request: Request) -> Response:
        """Remove a promotion; what it brought stays."""
        self._records.remove(PROMOTION, self._find(request)["id"])
        return Response(status_code=204)

    async def list_allowed(self, request: Request) -> JSONResponse:
        """List who may run a promotion."""
        record = self._find(request)
        allowed = {"userIds": record["users"], "serviceAccountIds": record["serviceAccounts"]}
        return JSONResponse({"executable": record["ref"], **allowed})

    def _adder(self, noun: str) -> Handler:
        async def add(request: Request) -> Response:
            promotion, name, allowed = self._find_allowed(request, noun)
            _, field, _, once = ALLOWED[noun]
            if name in allowed and once:
                raise requests.conflict(f"{name} has the promotion already")
            return self._change(promotion, {field: [one for one in allowed if one != name] + [name]})

        return add

    def _remover(self, noun: str) -> Handler:
        async def remove(request: Request) -> Response:
            promotion, name, allowed = self._find_allowed(request, noun)
            if name not in allowed:
                raise requests.absent(f"{name} does not have the promotion")
            return self._change(promotion, {ALLOWED[noun][1]: [one for one in allowed if one != name]})

        return remove

    def _find_allowed(self, request: Request, noun: str) -> tuple[Record, str, list[str]]:
        parameter, field, known, _ = ALLOWED[noun]
        promotion = self._find(request)
        name = request.path_params[parameter]
        if name not in known:
            raise requests.absent(f"There is no {noun.replace('-', ' ')[:-1]} {requests.show(name)}")
        return promotion, name, promotion[field]

    def _find(self, request: Request) -> Record:
        return self._company.find(request, PROMOTION, "promotionId")

    def _change(self, promotion: Record, change: Record) -> Response:
        self._records.change(PROMOTION, promotion["id"], lambda record: record | change)
        return Response(status_code=204)

    def _answer(self, record: Record) -> dict[str, Any]:
        return {
            "executable": record["ref"],
            "name": record["name"],
            "sourceEnvironment": self._company.told_environment(record["source"]),
            "targetEnvironment": self._company.told_environment(record["target"]),
            "description": record["description"],
        }


def read_scope(
    company: Company, promotion: Record, scope: str | None, subject: str | None
) -> tuple[str | None, str | None]:
    """Read which one thing a promotion is to be about; nothing at all means the whole environment.

    Raises:
        Refusal: Half of it is told, or there is no such thing in the source (400).
    """
    if scope is None and subject is None:
        return None, None
    if scope is None or subject is None:
        raise requests.refuse("What a promotion is about is told by its id and its type")
    if scope not in SCOPES:
        raise requests.refuse(f"The type must be one of {', '.join(SCOPES)}")
    found = company.refer(SCOPES[scope], subject)
    environment = found["environment"] if scope == "WORKSPACE" else company.environment_of(found)
    if environment != promotion["source"]:
        raise requests.refuse(f"{found['name']!r} is not in the environment that the promotion comes from")
    return scope, subject
