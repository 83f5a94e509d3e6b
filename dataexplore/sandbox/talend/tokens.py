"""Tokens of Talend's service accounts, and how long they live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dataexplore.sandbox.guard import ACCOUNT, TOKENS
from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.requests import Text  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.guard import Issued

__all__ = ["Tokens"]

KNOB = "/_sandbox/talend/tokens"
FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store"}


class Grant(BaseModel):
    """What is asked for, in OAuth's own spelling; the audience may be any, for there is one sandbox."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    grant_type: Literal["client_credentials"]
    audience: Text


class Life(BaseModel):
    """How long the tokens live that are given from now on."""

    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(ge=0, le=86_400)]


class Tokens:
    """Gives tokens to whom the guard knows by client id and secret."""

    def __init__(self, issued: Issued) -> None:
        self._issued = issued

    def routes(self) -> list[Route]:
        """Give the routes of this part, its knob included."""
        return [
            Route(TOKENS, self.give, methods=["POST"]),
            Route(KNOB, self.turn, methods=["POST", "DELETE"]),
        ]

    async def give(self, request: Request) -> JSONResponse:
        """Give the account a token; its life is told as text, as the service does."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
            given = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
            try:
                Grant.model_validate(given)
            except ValidationError:
                raise requests.refuse("grant_type must be client_credentials, with an audience") from None
        else:
            await requests.body(request, Grant)
        token = self._issued.issue(request.scope[ACCOUNT])
        told = {"access_token": token, "token_type": "Bearer", "expires_in": str(int(self._issued.life_s))}
        return JSONResponse(told, headers=NO_STORE)

    async def turn(self, request: Request) -> Response:
        """Say how long the next tokens live; with DELETE end those there are, and give long ones again."""
        if request.method == "DELETE":
            self._issued.end()
            return Response(status_code=204)
        try:
            life = TypeAdapter(Life).validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, 400)
        self._issued.life_s = life.seconds
        return Response(status_code=204)
