"""The words Coalesce has for how far something is, and readers of what its services tell in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.clients.records import told
from dataexplore.clients.times import elapsed, seconds

if TYPE_CHECKING:
    import datetime as dt

__all__ = [
    "ENDED",
    "KNOWN",
    "as_count",
    "counter",
    "creator",
    "elapsed",
    "is_over",
    "plain_status",
    "seconds",
    "status",
    "vendor_status",
]

# The service has two vocabularies for the same; ours is the one of its contract.
_STATUSES = {
    "queued": "queued",
    "initializing": "queued",
    "waitingtorun": "queued",
    "running": "running",
    "rendering": "running",
    "success": "success",
    "completed": "success",
    "complete": "success",
    "failed": "failed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "skipped": "skipped",
}
KNOWN = frozenset(_STATUSES.values())
ENDED = frozenset({"success", "failed", "cancelled"})
_VENDOR = {"success": "completed", "cancelled": "canceled"}
_OF_TWO_WORDS = frozenset({"queued", "running"})


def status(*names: str) -> Any:
    """Read a status in either vocabulary as a word of the contract; an unknown word stays as it came."""
    return told(_status, pa.string(), *names)


def vendor_status(word: str) -> str | None:
    """Give the word by which the service filters its runs; None where it has two, for it takes only one."""
    return None if word in _OF_TWO_WORDS else _VENDOR.get(word, word)


def plain_status(word: str) -> str:
    """Give a word of either vocabulary as one of the contract."""
    return _STATUSES.get(word.casefold(), word)


def is_over(status: str | None, ended_at: dt.datetime | None) -> bool:
    """Tell whether the service works on a run no more.

    A word that nobody knows is no end by itself, since it may well be a new name for a kind of waiting; with
    a time of its end it is one. Waiting too long can be stopped; a run that was given up too early looks like
    one that is done.
    """
    return status in ENDED or (status not in KNOWN and ended_at is not None)


def counter(*names: str) -> Any:
    """Read a counter, a number or its digits as text."""
    return told(as_count, pa.int64(), *names)


def as_count(raw: Any) -> int | None:
    """Give a whole number, which may come as its digits; None for anything else."""
    if isinstance(raw, str) and raw.isascii() and raw.isdigit():
        return int(raw) if len(raw) < 19 else None  # noqa: PLR2004 - fits into 64 bits
    return raw if type(raw) is int else None


def creator(*names: str) -> Any:
    """Read who made something: a text, or an object with names and an id."""
    return told(_creator, pa.string(), *names)


def _status(raw: Any) -> str | None:
    return plain_status(raw) if isinstance(raw, str) and raw else None


def _creator(raw: Any) -> str | None:
    match raw:
        case {"firstName": str(first), "lastName": str(last)}:
            return f"{first} {last}".strip() or None
        case {"name": str(name)} | {"id": str(name)}:
            return name
        case {"id": int(number)}:
            return str(number)
        case str():
            return raw
        case _:
            return None
