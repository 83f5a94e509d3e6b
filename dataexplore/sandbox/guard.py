"""Who may speak to the sandbox: who has the token, addresses it as loopback and is brief."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard"]

MAX_BODY_BYTES = 16 * 2**20
LOOPBACK = ("127.0.0.1", "localhost")
SCHEMES = ("bearer", "key")


class Guard:
    """Stands before every route; no answer of the sandbox carries a CORS header."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            self._check(headers)
            await self._app(scope, _bounded(receive), watched_send)
        except Refusal as refusal:
            if started:
                raise
            await JSONResponse(refusal.body(scope["path"]), refusal.status)(scope, receive, send)

    def _check(self, headers: Mapping[str, str]) -> None:
        # Host and Origin first: a page in a browser that was led here by name learns nothing else.
        host = headers.get("host", "")
        if _name(f"//{host}") not in LOOPBACK:
            raise Refusal(403, "Forbidden", "The sandbox answers to 127.0.0.1 and localhost only")
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            raise Refusal(403, "Forbidden", "The sandbox does not answer pages of another origin")
        scheme, _, token = headers.get("authorization", "").partition(" ")
        known = secrets.compare_digest(token.strip().encode("latin-1", "replace"), self._token)
        if not (known and scheme.lower() in SCHEMES):
            raise Refusal(401, "Unauthorized")
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > MAX_BODY_BYTES:
            raise _too_large()


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY_BYTES:
            raise _too_large()
        return message

    return counted


def _too_large() -> Refusal:
    return Refusal(413, "Payload Too Large", f"A request body holds at most {MAX_BODY_BYTES} bytes")
