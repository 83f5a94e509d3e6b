"""A service account's token: asked for with the client's id and secret, good for about half an hour."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dataexplore.clients.inputs import only_secret
from dataexplore.errors import (
    ConfigError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    RequestError,
    Unauthorized,
)
from dataexplore.secret import Secret
from dataexplore.settings import usable_token
from dataexplore.transport import Lease, Operation, RenewedToken

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.transport import Session

__all__ = ["CREATE", "ServiceAccount", "service_account"]

# Repeatable although it is a POST: asked twice, the service at most gives a second token that nobody uses and
# that ends by itself.
CREATE = Operation("createToken", "POST", "/security/oauth/token", repeatable=True, deadline_s=30.0)

_LIFE_S = 1800.0  # where the service does not say how long a token lives
_CHECK = "Check client_id and client_secret; an administrator of Talend can make a new secret."
_PROJECTS = "/orchestration/projects"


def service_account(client_id: str, client_secret: Secret, audience: str) -> RenewedToken:
    """Make what a session has instead of a token, for the account of a service.

    Args:
        client_id: the service account's id.
        client_secret: its secret.
        audience: the address whose operations are meant, such as ``https://api.eu.cloud.talend.com``.

    Raises:
        ConfigError: the id or the secret cannot be sent.
    """
    return RenewedToken(ServiceAccount(client_id, client_secret, audience))


class ServiceAccount:
    """Asks for the tokens of a service account; arguments as of :func:`service_account`."""

    def __init__(self, client_id: str, client_secret: Secret, audience: str) -> None:
        if not client_id.strip() or ":" in client_id or not client_id.isprintable():
            raise ConfigError(
                "client_id is empty, or has a colon or a control character.",
                "Copy the service account's id again, without anything around it.",
            )
        if not only_secret(client_secret).reveal():
            raise ConfigError("client_secret is empty.", "Copy the service account's secret again.")
        self._audience = audience
        self._pair = Secret(base64.b64encode(f"{client_id}:{client_secret.reveal()}".encode()).decode())
        self.secrets: tuple[Secret, ...] = (client_secret, self._pair)

    def ask(self, session: Session, *, deadline_s: float | None, on_wait: Callable[[], None] | None) -> Lease:
        """Ask for a token (POST /security/oauth/token).

        Raises:
            Unauthorized: the service gives this account none.
            Malformed: what it gives is no token; none of it is shown.
            RequestError: it failed, or could not be reached.
        """
        with session.naming(CREATE, *self.secrets):
            with suppress(KeyboardInterrupt):
                return self._lease(session, deadline_s, on_wait)
            raise KeyboardInterrupt  # anew: the frames of the first one may hold the token

    def _lease(self, session: Session, deadline_s: float | None, on_wait: Callable[[], None] | None) -> Lease:
        limit = CREATE.deadline_s if deadline_s is None else min(deadline_s, CREATE.deadline_s or deadline_s)
        try:
            lease = _read(
                session.fetch(
                    CREATE,
                    json={"grant_type": "client_credentials", "audience": self._audience},
                    deadline_s=limit,
                    on_wait=on_wait,
                    basic=self._pair,
                )
            )
            usable_token(lease.token, "Talend")
        except (Malformed, ConfigError):
            # Its own text may quote the answer, and that has the token.
            raise Malformed(
                "What Talend sent instead of a token for the service account cannot be used.",
                "Check the address; if it is right, ask whoever runs the service.",
            ) from None
        except (Unauthorized, Forbidden, Invalid, NotFound) as error:
            raise self._refused(error) from None
        return lease

    @staticmethod
    def _refused(error: RequestError) -> Unauthorized:
        said = f": {error.detail.rstrip('.')}." if error.detail else "."
        refused = Unauthorized(f"Talend gives the service account no token ({error.status}){said}", _CHECK)
        refused.service, refused.operation = error.service, error.operation
        refused.status, refused.request_id = error.status, error.request_id
        refused.detail, refused.code = error.detail, error.code
        return refused

    def fix(self, status: int, operation: Operation) -> str:
        """Say what to do when an operation was refused."""
        if status == 401:  # noqa: PLR2004
            again = "Ask again" if operation.repeatable else "Nothing was done: repeat it"
            return f"{again}, and a new token is fetched; {_CHECK[0].lower()}{_CHECK[1:]}"
        if operation.path.startswith(_PROJECTS):
            return (
                "Projects take a personal access token only, and this profile has a service account: "
                "use one with DATAEXPLORE_TALEND_TOKEN."
            )
        return "Give the service account the right in Talend's management console."


def _read(answer: Any) -> Lease:
    """Read a token and how long it lives, which comes as a number or as its digits."""
    match answer:
        case {"access_token": str()}:
            return Lease(Secret(answer["access_token"]), _seconds(answer.get("expires_in")))
        case _:
            raise Malformed("The answer has no token.")


def _seconds(told: Any) -> float:
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 10:  # noqa: PLR2004
        told = int(told)
    usable = isinstance(told, (int, float)) and not isinstance(told, bool) and told >= 0
    return float(told) if usable else _LIFE_S
