"""Instants as the service reads them."""

from __future__ import annotations

import datetime as dt

from dataexplore.errors import InputError

__all__ = ["instant_text"]


def instant_text(value: dt.datetime | str | None) -> str | None:
    """Write an instant in RFC 3339, in UTC; a text passes as it is.

    Raises:
        InputError: a datetime without a time zone; nobody could tell which instant is meant.
    """
    if not isinstance(value, dt.datetime):
        return value
    if value.utcoffset() is None:
        raise InputError(
            f"{value.isoformat(sep=' ')} has no time zone.",
            "Add one, as in datetime(2026, 1, 31, tzinfo=UTC).",
        )
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
