"""The time between two instants of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.clients.records import as_instant, first_of, whole

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["elapsed", "seconds"]


def elapsed(started: tuple[str, ...], ended: tuple[str, ...]) -> Any:
    """Read the seconds between two instants, each by the names it may have."""
    return whole(
        lambda raw: seconds(first_of(raw, as_instant, *started), first_of(raw, as_instant, *ended)),
        pa.float64(),
    )


def seconds(started_at: dt.datetime | None, ended_at: dt.datetime | None) -> float | None:
    """Give the seconds between two instants; None while one of them is not known."""
    return (ended_at - started_at).total_seconds() if started_at and ended_at else None
