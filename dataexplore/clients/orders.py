"""What starts or stops work in a service: sent once, and never left without a word where to look."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import contextmanager
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

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["looking", "text_parameters"]

_UNSURE = (OutcomeUnknown, ServerFault, DeadlineExceeded, Cancelled, AnswerError)


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
