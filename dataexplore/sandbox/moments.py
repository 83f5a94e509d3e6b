"""Moments as text: ISO 8601 in UTC, to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["now", "read", "write"]


def now() -> str:
    """Write this moment."""
    return write(datetime.now(UTC))


def write(moment: datetime) -> str:
    """Write a moment; one without a zone is taken as UTC."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read(text: str) -> datetime:
    """Read a moment; one without a zone is taken as UTC.

    Raises:
        ValueError: The text is no date and no moment.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
