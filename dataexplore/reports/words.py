"""How a status, a moment and a duration are written for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.html import visible

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["amount", "bar", "duration", "marked", "minute", "moment"]

# The shape tells them apart, also in print and for eyes that do not tell red from green.
_MARKS = {
    "success": "✓",
    "succeeded": "✓",
    "partial": "◑",
    "failed": "✗",
    "running": "↻",
    "queued": "…",
    "cancelled": "⊘",
    "skipped": "↷",
    "misfired": "!",
    "paused": "‖",
}
_UNKNOWN = "?"
_BAR = 10
_MINUTE, _HOUR = 60, 3600


def marked(status: str | None) -> str:
    """Write a status with its mark; a word that nobody knows keeps itself."""
    return f"{_MARKS.get(status or '', _UNKNOWN)} {visible(status or 'not told')}"


def moment(time: dt.datetime | None) -> str | None:
    """Write a moment in UTC, to the second."""
    return None if time is None else f"{time:%Y-%m-%d %H:%M:%S}"


def minute(time: dt.datetime | None) -> str | None:
    """Write a moment in UTC, to the minute."""
    return None if time is None else f"{time:%Y-%m-%d %H:%M}"


def duration(seconds: float | None) -> str | None:
    """Write a duration as people say it: ``1.7 s``, ``4 min 12 s``, ``1 h 02 min``."""
    if seconds is None:
        return None
    if round(seconds, 1) < _MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    return f"{whole // _HOUR:,} h {whole % _HOUR // _MINUTE:02} min"


def bar(done: int, every: int) -> str:
    """Draw how much is done, in letters: full only when all is."""
    full = done * _BAR // every if every else 0
    return "█" * full + "░" * (_BAR - full)


def amount(count: int, noun: str) -> str:
    """Write how many: ``1 run``, ``20 runs``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
