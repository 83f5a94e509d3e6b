"""Coalesce's Git accounts: listed, created, changed, removed; their tokens are never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, SecretStr
from starlette.responses import JSONResponse, Response

from dataexplore.sandbox import moments
from dataexplore.sandbox.coalesce import listing, requests
from dataexplore.sandbox.coalesce.organisation import GIT_ACCOUNT, Organisation
from dataexplore.sandbox.coalesce.requests import Fields, Text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["GitAccounts"]


class GitAccountInput(Fields):
    """An account with a Git host. The sandbox signs in nowhere, so it needs no token."""

    provider: Text
    username: Text
    token: Annotated[SecretStr, Field(exclude=True)] = SecretStr("")


class GitAccounts:
    """The accounts; two are there from the start."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._organisation = Organisation(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, one = self._organisation.route, "/gitAccounts/{gitAccountID}"
        return [
            route("GET", "/gitAccounts", self.list),
            route("POST", "/gitAccounts", self.create),
            route("GET", one, self.read),
            route("PUT", one, self.update),
            route("DELETE", one, self.delete),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the accounts."""
        return listing.page(
            request,
            self._records.all(GIT_ACCOUNT),
            listing="gitAccounts",
            orders={name: listing.field(name) for name in ("provider", "username", "createdAt")},
            answer=_answer,
            bare=self._bare,
        )

    async def create(self, request: Request) -> JSONResponse:
        """Add an account."""
        sent = (await requests.body(request, GitAccountInput)).sent()
        record = self._organisation.add(
            GIT_ACCOUNT,
            lambda number: {"gitAccountID": f"g{number}", **sent, "createdAt": moments.now()},
        )
        return JSONResponse(_answer(record))

    async def read(self, request: Request) -> JSONResponse:
        """Read one account."""
        return JSONResponse(_answer(self._find(request)))

    async def update(self, request: Request) -> JSONResponse:
        """Change an account."""
        sent = (await requests.body(request, GitAccountInput)).sent()
        changed = self._records.change(GIT_ACCOUNT, self._find(request)["id"], lambda record: record | sent)
        assert changed is not None
        return JSONResponse(_answer(changed))

    async def delete(self, request: Request) -> Response:
        """Remove an account."""
        self._records.remove(GIT_ACCOUNT, self._find(request)["id"])
        return Response(status_code=204)

    def _find(self, request: Request) -> Record:
        wanted = request.path_params["gitAccountID"]
        for account in self._records.all(GIT_ACCOUNT):
            if account["gitAccountID"] == wanted:
                return account
        raise requests.absent(request, f"There is no Git account {requests.show(wanted)}", bare=self._bare)


def _answer(record: Record) -> dict[str, Any]:
    fields = ("provider", "username", "createdAt")
    return {"id": record["gitAccountID"]} | {name: record[name] for name in fields}
