"""Since when: ``30m``, ``12h``, ``7d``, ``2w`` or a date."""

from __future__ import annotations

import datetime as dt
import re

from dataexplore.errors import InputError

__all__ = ["read_since"]

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_HINT = "Write 30m, 12h, 7d, 2w, or a date such as 2026-11-20."


def read_since(text: str, now: dt.datetime) -> dt.datetime:
    """Read the beginning of a window, in UTC.

    Args:
        text: an amount before now, or a date, with or without a time.
        now: the present.

    Raises:
        InputError: it is neither, or lies ahead.
    """
    try:
        found = _read(text.strip(), now)
    except (ValueError, OverflowError):
        raise InputError(f"{text!r} is no beginning of a time.", _HINT) from None
    if found >= now:
        raise InputError(f"{text!r} lies ahead of now, {now:%Y-%m-%d %H:%M} UTC.", _HINT)
    return found


def _read(text: str, now: dt.datetime) -> dt.datetime:
    ago = re.fullmatch(r"([0-9]+)([mhdw])", text, re.IGNORECASE)
    if ago:
        return now - dt.timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])})
    date = dt.datetime.fromisoformat(text)
    return date.replace(tzinfo=dt.UTC) if date.tzinfo is None else date.astimezone(dt.UTC)
