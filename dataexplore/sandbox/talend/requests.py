"""Reading a request's path, query and body; what does not fit is a 400 of one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import field_validator

from dataexplore.sandbox import bodies
from dataexplore.sandbox.bodies import Text, body, read, show
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = [
    "Fields",
    "Text",
    "absent",
    "body",
    "conflict",
    "name_filter",
    "read",
    "refuse",
    "show",
    "text",
    "whole",
]

WHOLE = re.compile(r"[0-9]{1,19}")


class Fields(bodies.Fields):
    """An object of a request; None is what it leaves out, never what it says: the contract has no null."""

    @field_validator("*", mode="after")
    @classmethod
    def _refuse_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("must not be null")
        return value


def text(request: Request, name: str) -> str | None:
    """Read a text with something in it from the query; None when it is not there.

    Raises:
        Refusal: It is empty (400).
    """
    given = request.query_params.get(name)
    if given == "":
        raise refuse(f"{name} must not be empty")
    return given


def name_filter(request: Request, *, filled: bool = False) -> str:
    """Read the filter on names; without one the empty text, which every name contains.

    Raises:
        Refusal: It is empty though it must be ``filled`` (400).
    """
    given = text(request, "name") if filled else request.query_params.get("name")
    return (given or "").casefold()


def whole(request: Request, name: str, usual: int, *, least: int, most: int) -> int:
    """Read a whole number from the query.

    Raises:
        Refusal: It is none, or outside its range (400).
    """
    given = request.query_params.get(name)
    if given is None:
        return usual
    if not WHOLE.fullmatch(given) or not least <= int(given) <= most:
        raise refuse(f"{name} must be a whole number from {least} to {most}")
    return int(given)


def refuse(sentence: str) -> Refusal:
    """Make the answer to a request that does not fit."""
    return Refusal(400, "Bad Request", sentence)


def absent(sentence: str) -> Refusal:
    """Make the answer to a request about something that is not there."""
    return Refusal(404, "Not Found", sentence)


def conflict(sentence: str) -> Refusal:
    """Make the answer to a request that what is there stands against."""
    return Refusal(409, "Conflict", sentence)
