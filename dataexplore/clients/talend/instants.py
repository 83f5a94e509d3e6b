"""Instants as the service asks for them: milliseconds since 1970 in UTC."""

from __future__ import annotations

import datetime as dt

from dataexplore.errors import InputError

__all__ = ["milliseconds", "window"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)


def milliseconds(value: dt.datetime, what: str) -> int:
    """Give an instant as milliseconds since 1970, cut to whole ones; ``what`` names the argument.

    Raises:
        InputError: it is no datetime, has no time zone, or lies before 1970.
    """
    if not isinstance(value, dt.datetime):
        raise InputError(f"{what} is {value!r}.", "Pass a datetime with a time zone.")
    if value.utcoffset() is None:
        raise InputError(
            f"{what}, {value.isoformat(sep=' ')}, has no time zone.",
            "Add one, as in datetime(2026, 1, 31, tzinfo=UTC).",
        )
    since_epoch = (value.astimezone(dt.UTC) - _EPOCH) // _MILLISECOND
    if since_epoch < 0:
        raise InputError(f"{what}, {value.isoformat(sep=' ')}, lies before 1970.", "Use a later one.")
    return since_epoch


def window(
    since: dt.datetime | None, until: dt.datetime | None, *, names: tuple[str, str] = ("since", "until")
) -> tuple[int | None, int | None]:
    """Give the two ends of a window in milliseconds; ``names`` are the arguments' names.

    Raises:
        InputError: an end is no instant, or the first comes after the second.
    """
    first = None if since is None else milliseconds(since, names[0])
    last = None if until is None else milliseconds(until, names[1])
    if first is not None and last is not None and first > last:
        raise InputError(f"{names[0]} is after {names[1]}.", "Exchange them.")
    return first, last
