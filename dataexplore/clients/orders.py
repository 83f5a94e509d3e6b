"""What starts or stops work in a service: shown before, sent once, and never left without where to look."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dataexplore.clients.inputs import word
from dataexplore.errors import (
    AnswerError,
    Cancelled,
    DeadlineExceeded,
    InputError,
    OutcomeUnknown,
    ServerFault,
)
from dataexplore.secret import Secret
from dataexplore.transport import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from dataexplore.transport import Operation

__all__ = ["Order", "Rehearsal", "looking", "text_parameters"]

_UNSURE = (OutcomeUnknown, ServerFault, DeadlineExceeded, Cancelled, AnswerError)


@dataclass(frozen=True, slots=True)
class Order:
    """A request that was not sent.

    Attributes:
        method: the HTTP verb.
        path: the path below the service's address.
        body: its JSON, None without one; secrets in it are :class:`Secret`.
    """

    method: str
    path: str
    body: Any

    @property
    def json(self) -> str:
        """The body as text, a secret as ``***``; empty without one."""
        if self.body is None:
            return ""
        return json.dumps(self.body, indent=2, ensure_ascii=False, default=_masked)


class Rehearsal(Session):
    """A session that notes what it is told to send, and sends nothing that could change the service.

    Args:
        answer: what it answers to an order.
        reads: asks the service what is only read on the way to an order; None where nothing is.
    """

    def __init__(self, answer: Any, reads: Session | None = None) -> None:  # no socket side of its own
        self.orders: list[Order] = []
        self._answer = answer
        self._reads = reads

    def fetch(self, operation: Operation, names: Mapping[str, str] | None = None, **request: Any) -> Any:
        """Note the request, and answer as the service does when it does what it is told."""
        if operation.repeatable and self._reads is not None:
            return self._reads.fetch(operation, names, **request)
        self.orders.append(Order(operation.method, operation.target(names or {}), request.get("json")))
        return self._answer

    def naming(self, operation: Operation, *secrets: Secret) -> AbstractContextManager[None]:
        """Name the operation on an error of what is read; an order that is noted has none."""
        return nullcontext() if self._reads is None else self._reads.naming(operation, *secrets)


@contextmanager
def looking(look: str, *, before: str = "") -> Iterator[None]:
    """Say where to look, on every end that leaves open whether the service did it.

    Args:
        look: what to do.
        before: an operation that comes before the order; where it failed, nothing was ordered.
    """
    try:
        yield
    except _UNSURE as error:
        if before and error.operation == before:
            raise
        error.fix = look
        error.args = (error.what, look)
        raise
    except KeyboardInterrupt:
        raise KeyboardInterrupt(look) from None


def text_parameters(parameters: Any) -> dict[str, str]:
    """Give parameters as the texts they are sent as.

    Raises:
        InputError: they are no mapping, or one of them cannot be a text.
    """
    if not isinstance(parameters, Mapping):
        raise InputError(
            f"The parameters are {parameters!r}.", 'Pass a mapping: {"load_date": "2026-11-20"}.'
        )
    return {word(name, "parameter's name"): _text(name, value) for name, value in parameters.items()}


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)) and math.isfinite(value):
        return str(value)
    raise InputError(
        f"The parameter {name!r} is {value!r}.", "A parameter is a text; numbers, True and False become one."
    )


def _masked(value: object) -> str:
    if isinstance(value, Secret):
        return "***"
    raise TypeError(type(value).__name__)
