"""The fields of an execution request, checked as the contract says."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.execution import Target
from dataexplore.sandbox.warehouse import CONNECTIONS

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["mapping", "read", "target", "text"]


async def read(request: Request) -> dict[str, Any]:
    """Read the body, a JSON object; numbers keep their digits."""
    try:
        body = json.loads(await request.body(), parse_float=Decimal, parse_constant=_refuse_constant)
        json.dumps(body, ensure_ascii=False, default=str).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise Refusal.invalid("The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise Refusal.invalid("The request body must be a JSON object")
    return body


def text(body: dict[str, Any], field: str, missing: str) -> str:
    """Give a text field; blank counts as missing."""
    value = body.get(field)
    if value is None:
        raise Refusal.invalid(missing)
    if not isinstance(value, str):
        raise Refusal.invalid(f"{field} must be a string")
    if not value.strip():
        raise Refusal.invalid(missing)
    return value


def mapping(body: dict[str, Any], field: str) -> dict[str, Any]:
    """Give an object field, empty when it is not there."""
    value = body.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal.invalid(f"{field} must be an object")
    return value


def target(body: dict[str, Any], *, overridable: bool = False) -> Target:
    """Find the connection that a request names, with its overrides where the operation has them."""
    if body.get("connection") is None:
        raise Refusal.invalid("Connection is required")
    reference = mapping(body, "connection")
    name = text(reference, "name", "Connection name is required")
    if name not in CONNECTIONS:
        raise Refusal.missing(f"Connection not found: {name}")
    overrides = mapping(reference, "overrides") if overridable else {}
    for setting, value in overrides.items():
        if setting not in ("database", "schema"):
            raise Refusal.invalid(f"Unknown connection override: {setting}")
        if value is not None and not isinstance(value, str):
            raise Refusal.invalid(f"{setting} must be a string")
    return Target(CONNECTIONS[name], overrides.get("database") or None, overrides.get("schema") or None)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
