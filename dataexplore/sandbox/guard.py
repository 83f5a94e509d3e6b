"""Who may speak to the sandbox: who has the token, addresses it as loopback and is brief."""

from __future__ import annotations

import base64
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ACCOUNT", "SERVICE_ACCOUNT", "TOKENS", "Guard", "Issued"]

MAX_BODY_BYTES = 16 * 2**20
LOOPBACK = ("127.0.0.1", "localhost")
SCHEMES = ("bearer", "key")

# Talend's service accounts: where they get a token with a client id and the sandbox's own token as the
# secret, and below which paths that token is good.
TOKENS = "/security/oauth/token"
SERVICE_ACCOUNT = "sandbox-service"
SERVED = ("/orchestration/", "/processing/", "/monitoring/")
LIFE_S = 30 * 60
# Where a request's scope says which service account asks.
ACCOUNT = "dataexplore.account"


class Issued:
    """The tokens that service accounts were given, each good for its life; kept nowhere else."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[str, float]] = {}
        self.life_s: float = LIFE_S

    def issue(self, account: str) -> str:
        """Give an account a token."""
        now = time.monotonic()
        self._tokens = {token: one for token, one in self._tokens.items() if one[1] > now}
        token = secrets.token_urlsafe(32)
        self._tokens[token] = (account, now + self.life_s)
        return token

    def find(self, token: str) -> str | None:
        """Give the account whose token this is, None when it is nobody's, or has ended."""
        account, end = self._tokens.get(token, (None, 0.0))
        return account if time.monotonic() < end else None

    def end(self) -> None:
        """End every token now, and give long ones again."""
        self._tokens.clear()
        self.life_s = LIFE_S


class Guard:
    """Stands before every route; no answer of the sandbox carries a CORS header.

    Without ``issued``, there are no service accounts.
    """

    def __init__(self, app: ASGIApp, token: str, issued: Issued | None = None) -> None:
        self._app = app
        self._token = token.encode()
        self._issued = issued

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
            scope[ACCOUNT] = self._authorize(scope["path"], headers.get("authorization", ""))
            _measure(headers)
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

    def _authorize(self, path: str, given: str) -> str | None:
        """Give the service account that asks, None for the one person who has the sandbox's own token."""
        scheme, _, token = given.partition(" ")
        scheme, token = scheme.lower(), token.strip()
        if self._issued and path == TOKENS:
            client, secret = _read_basic(token) if scheme == "basic" else ("", "")
            if self._is_own(secret) and client == SERVICE_ACCOUNT:
                return client
            raise Refusal(401, "Unauthorized")
        if scheme in SCHEMES and self._is_own(token):
            return None
        account = self._issued.find(token) if self._issued and scheme == "bearer" else None
        if account is None or not path.startswith(SERVED):
            raise Refusal(401, "Unauthorized")
        return account

    def _is_own(self, token: str) -> bool:
        return secrets.compare_digest(token.encode("utf-8", "replace"), self._token)


def _read_basic(pair: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(pair, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, secret


def _measure(headers: Mapping[str, str]) -> None:
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
