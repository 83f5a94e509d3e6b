"""What would be sent: the exact request of something that changes the service, before anybody sends it."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataexplore.secret import Secret
from dataexplore.transport import Session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from dataexplore.transport import Operation

__all__ = ["Order", "Rehearsal"]


@dataclass(frozen=True, slots=True)
class Order:
    """A request that was not sent.

    Attributes:
        method: the HTTP verb.
        path: the path below the service's address.
        body: its JSON; secrets in it are :class:`Secret`.
    """

    method: str
    path: str
    body: Any

    @property
    def json(self) -> str:
        """The body as text, a secret as ``***``."""
        return json.dumps(self.body, indent=2, ensure_ascii=False, default=_masked)


class Rehearsal(Session):
    """A session that notes what it is told to send, and sends nothing."""

    def __init__(self) -> None:  # without a socket side, which it never needs
        self.orders: list[Order] = []

    def fetch(self, operation: Operation, names: Mapping[str, str] | None = None, **request: Any) -> Any:
        """Note the request, and answer as the scheduler does when it starts something."""
        self.orders.append(Order(operation.method, operation.target(names or {}), request.get("json")))
        return {"runCounter": 1}

    def naming(self, operation: Operation, *secrets: Secret) -> AbstractContextManager[None]:
        """Change no error: none comes from a service here."""
        del operation, secrets
        return nullcontext()


def _masked(value: object) -> str:
    if isinstance(value, Secret):
        return "***"
    raise TypeError(type(value).__name__)
