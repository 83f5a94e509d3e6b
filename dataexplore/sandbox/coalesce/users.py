"""Coalesce's people and their roles: in the organisation, in a project, in an environment."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.coalesce import listing, requests
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, PROJECT, USER, Organisation
from dataexplore.sandbox.coalesce.requests import Fields, Text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Users"]

# Where a role holds: the parameter of its path, what that names, and where a user's record keeps the roles.
PLACES = {
    "project": ("projectID", PROJECT, "projectRoles"),
    "environment": ("environmentID", ENVIRONMENT, "environmentRoles"),
}


class RoleInput(Fields):
    """A role; any word is one."""

    role: Text


class Users:
    """The people; five are there from the start, and stay."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._organisation = Organisation(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, roles = self._organisation.route, "/users/{userID}/roles"
        scoped = [
            one
            for scope, (parameter, _, _) in PLACES.items()
            for one in (
                route("PUT", f"{roles}/{scope}/{{{parameter}}}", partial(self.set_role, scope)),
                route("DELETE", f"{roles}/{scope}/{{{parameter}}}", partial(self.delete_role, scope)),
            )
        ]
        return [
            route("GET", "/users", self.list),
            route("PUT", f"{roles}/org", self.set_org_role),
            route("DELETE", f"{roles}/org", self.delete_org_role),
            *scoped,
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the people."""
        return listing.page(
            request,
            self._records.all(USER),
            listing="users",
            orders={name: listing.field(name) for name in ("email", "name", "orgRole")},
            answer=self._answer,
            bare=self._bare,
        )

    async def set_org_role(self, request: Request) -> JSONResponse:
        """Give a role in the whole organisation, in place of any other."""
        asked = await requests.body(request, RoleInput)
        user = self._find(request)
        self._records.change(USER, user["id"], lambda record: record | {"orgRole": asked.role})
        return JSONResponse({"userID": user["userID"], "role": asked.role, "scope": "org"})

    async def delete_org_role(self, request: Request) -> Response:
        """Take the role in the organisation away."""
        user = self._find(request)
        if user["orgRole"] is None:
            raise requests.absent(
                request, f"{user['userID']} has no role in the organisation", bare=self._bare
            )
        self._records.change(USER, user["id"], lambda record: record | {"orgRole": None})
        return Response(status_code=204)

    async def set_role(self, scope: str, request: Request) -> JSONResponse:
        """Give a role in one project or environment, in place of any other there."""
        asked = await requests.body(request, RoleInput)
        parameter, kind, roles = PLACES[scope]
        user = self._find(request)
        place = str(self._organisation.find(request, kind, parameter)["id"])
        self._records.change(
            USER, user["id"], lambda record: record | {roles: record[roles] | {place: asked.role}}
        )
        return JSONResponse({"userID": user["userID"], "role": asked.role, "scope": scope})

    async def delete_role(self, scope: str, request: Request) -> Response:
        """Take the role in one project or environment away."""
        parameter, _, roles = PLACES[scope]
        user = self._find(request)
        place = request.path_params[parameter]
        if place not in user[roles]:
            told = f"{user['userID']} has no role in the {scope} {requests.show(place)}"
            raise requests.absent(request, told, bare=self._bare)
        left = {key: role for key, role in user[roles].items() if key != place}
        self._records.change(USER, user["id"], lambda record: record | {roles: left})
        return Response(status_code=204)

    def _find(self, request: Request) -> Record:
        wanted = request.path_params["userID"]
        for user in self._records.all(USER):
            if user["userID"] == wanted:
                return user
        raise requests.absent(request, f"There is no user {requests.show(wanted)}", bare=self._bare)

    def _answer(self, record: Record) -> dict[str, Any]:
        seed = {"id": record["userID"], "email": record["email"], "name": record["name"]}
        if record["orgRole"] is not None:
            seed["orgRole"] = record["orgRole"]
        return seed if self._bare else seed | {roles: record[roles] for _, _, roles in PLACES.values()}
