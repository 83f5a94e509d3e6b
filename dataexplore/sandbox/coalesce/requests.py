"""Reading a request's path, query and body; what does not fit is a 400 of one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dataexplore.sandbox.bodies import Fields, Text, body, show
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Fields", "Text", "absent", "body", "flag", "number", "refuse", "show"]

# As the answers write them: no sign, no other script's digits, no more than the records can hold.
NUMBER = re.compile(r"[1-9][0-9]{0,17}")


def number(text: str) -> int | None:
    """Read a number as the answers write it; None when it is none of those."""
    return int(text) if NUMBER.fullmatch(text) else None


def flag(request: Request, name: str) -> bool:
    """Read true or false from the query; false when it is not there.

    Raises:
        Refusal: It is another word (400).
    """
    given = request.query_params.get(name, "false")
    if given not in ("true", "false"):
        raise refuse(f"{name} must be true or false")
    return given == "true"


def refuse(sentence: str) -> Refusal:
    """Make the answer to a request that does not fit."""
    return Refusal(400, sentence)


def absent(request: Request, sentence: str, *, bare: bool) -> Refusal:
    """Make the answer to a request about something that is not there.

    The seed knows 400 alone; who reads gets the 404 that the service was seen to give, unless ``bare``.
    """
    seen = request.method in ("GET", "HEAD") and not bare
    return Refusal(404 if seen else 400, sentence, code="NOT_FOUND")
