"""The token of each request: one that stays, or one that ends and is renewed in time.

Tokens stay a :class:`Secret`; only :class:`Header` reveals one, into the request on its way out.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import httpx

from dataexplore.errors import Cancelled, Unauthorized
from dataexplore.transport.clock import TICK_S
from dataexplore.transport.faults import interruption

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from dataexplore.secret import Secret
    from dataexplore.transport.clock import Call
    from dataexplore.transport.operations import Operation
    from dataexplore.transport.session import Session

__all__ = ["FixedToken", "Header", "Lease", "RenewedToken"]

_MARGIN_S = 60.0


class Header(httpx.Auth):
    """Puts a token, after the word for its kind, into the Authorization header."""

    def __init__(self, scheme: str, token: Secret) -> None:
        self._scheme = scheme
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request."""
        request.headers["Authorization"] = f"{self._scheme} {self._token.reveal()}"
        yield request


class FixedToken:
    """A token that stays as it is."""

    def __init__(self, token: Secret) -> None:
        self.secrets = (token,)

    def current(self, session: Session, call: Call) -> Secret:
        """Give the token."""
        del session, call
        return self.secrets[0]

    def renewable(self, token: Secret) -> bool:
        """Tell that there is no other."""
        del token
        return False

    def fix(self, status: int, operation: Operation) -> str:
        """Leave what to do to the general words."""
        del status, operation
        return ""


@dataclass(frozen=True, slots=True)
class Lease:
    """A token and the seconds it is good for, counted from when it was asked for."""

    token: Secret
    life_s: float


class Grant(Protocol):
    """Where the tokens of an account come from.

    Attributes:
        secrets: what it asks with.
    """

    secrets: tuple[Secret, ...]

    def ask(self, session: Session, *, deadline_s: float | None, on_wait: Callable[[], None] | None) -> Lease:
        """Ask the service for a new token, over a session's own sockets."""

    def fix(self, status: int, operation: Operation) -> str:
        """Say what to do when the service refused an operation (401, 403); empty for the general words."""


class RenewedToken:
    """An account's token: fetched when it is first needed, and again a minute before it ends.

    Several sessions may share it: one of their threads asks, the others wait for it. None of them asks again
    for what was refused while it waited.
    """

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._lock = threading.Lock()
        self._lease: tuple[Secret, float] | None = None
        self._known: tuple[Secret, ...] = ()
        self._asked = 0
        self._refusal: Unauthorized | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What an answer may echo: the last tokens, and what they were asked with."""
        return (*self._known, *self._grant.secrets)

    def current(self, session: Session, call: Call) -> Secret:
        """Give the token for an attempt that begins now.

        Raises:
            Unauthorized: the service gives none.
            RequestError: it cannot be asked.
        """
        asked = self._asked
        lease = self._lease
        if lease is None or call.clock.monotonic() >= lease[1]:
            with self._turn(call):
                lease = self._lease
                if lease is None or call.clock.monotonic() >= lease[1]:
                    if self._refusal is not None and asked != self._asked:
                        raise _again(self._refusal)
                    lease = self._lease = self._renewed(session, call)
        return lease[0]

    def renewable(self, token: Secret) -> bool:
        """Take note that the service refused a token; the next attempt gets another."""
        with self._lock:
            if self._lease is not None and self._lease[0] is token:
                self._lease = None
        return True

    def fix(self, status: int, operation: Operation) -> str:
        """Say what to do about a refusal."""
        return self._grant.fix(status, operation)

    def _renewed(self, session: Session, call: Call) -> tuple[Secret, float]:
        began = call.clock.monotonic()
        self._refusal = None
        try:
            new = self._grant.ask(session, deadline_s=call.remaining(), on_wait=call.on_wait)
        except Unauthorized as error:
            self._refusal = _again(error)
            raise
        finally:
            self._asked += 1
        self._known = (new.token, *self._known[:1])
        return new.token, began + new.life_s - min(_MARGIN_S, new.life_s / 2)

    @contextmanager
    def _turn(self, call: Call) -> Iterator[None]:
        while not self._lock.acquire(timeout=TICK_S):
            call.tick()
            if call.over:
                over = interruption(httpx.PoolTimeout(""), call)
                raise over or Cancelled("The call ended while it waited for a token.")
        try:
            yield
        finally:
            self._lock.release()


def _again(error: Unauthorized) -> Unauthorized:
    """Give the same error anew: each thread raises its own, with its own frames."""
    return Unauthorized(
        error.what,
        error.fix,
        service=error.service,
        operation=error.operation,
        status=error.status,
        request_id=error.request_id,
        detail=error.detail,
        code=error.code,
    )
