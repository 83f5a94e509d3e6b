"""Python values as the JSON that a service's ``params`` and ``args`` take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from dataexplore.errors import InputError

__all__ = ["sendable"]


def sendable(value: Any) -> Any:  # noqa: PLR0911 - one line a kind of value
    """Turn a value into JSON without changing it: dates as ISO text, decimals never rounded.

    Args:
        value: None, a boolean, number, text, date, time, UUID, a numpy, pandas or Arrow scalar, or a list or
            map of these.

    Raises:
        InputError: JSON has no form for it.
    """
    value = _unwrapped(value)
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            if math.isfinite(value):
                return value
        case Decimal():
            # A text where a double would round: the database casts it, and no digit is lost.
            return float(value) if value.is_finite() and Decimal(repr(float(value))) == value else str(value)
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): sendable(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [sendable(item) for item in value]
    raise InputError(
        f"A value of type {type(value).__name__} cannot be sent as a parameter.",
        "Pass a text, number, date, time, or a list or map of these.",
    )


def _unwrapped(value: Any) -> Any:
    """Give the Python value inside a scalar or a one-dimensional array of another library."""
    kind = type(value).__name__
    if kind in {"NaTType", "NAType"}:
        return None
    if kind == "datetime64":
        # Its own text, because item() gives a bare number where Python's datetime is too coarse.
        return None if str(value) == "NaT" else str(value)
    if hasattr(value, "as_py"):
        return value.as_py()
    if getattr(value, "ndim", None) == 1:
        return list(value)
    return value.item() if getattr(value, "shape", None) == () else value
