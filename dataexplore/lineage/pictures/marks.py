"""Marks of a status: a shape and a colour for each word, so that neither must be told apart alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["STATUSES", "Mark", "read_status"]

Points = tuple[tuple[float, float], ...]


class Mark(NamedTuple):
    """A status as it is drawn, from -1 to 1 around its middle.

    Attributes:
        colour: on a light ground.
        dark: on a dark ground.
        polygons: what is filled; none for a disc.
        radius: of the disc.
        ring: whether only the disc's edge is drawn.
    """

    colour: str
    dark: str
    polygons: tuple[Points, ...] = ()
    radius: float = 0.0
    ring: bool = False


def _bar(low: float, high: float) -> Points:
    return ((-1, low), (1, low), (1, high), (-1, high))


_CROSS: Points = (
    (-1, -0.5), (-0.5, -1), (0, -0.5), (0.5, -1), (1, -0.5), (0.5, 0),
    (1, 0.5), (0.5, 1), (0, 0.5), (-0.5, 1), (-1, 0.5), (-0.5, 0),
)  # fmt: skip
# The palette of Okabe and Ito, which the common kinds of colour blindness keep apart, darkened or lightened
# until each stands out from its ground by 3 to 1.
STATUSES: Mapping[str, Mark] = {
    "ok": Mark("#008a64", "#1fb28a", radius=0.9),
    "failed": Mark("#c94f00", "#f0803c", (_CROSS,)),
    "alert": Mark("#c94f00", "#f0803c", (((0, -1), (1.05, 0.85), (-1.05, 0.85)),)),
    "different": Mark("#b85c92", "#d98ab9", (_bar(-0.7, -0.2), _bar(0.2, 0.7))),
    "stale": Mark("#a87200", "#e69f00", (((0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)),)),
    "running": Mark("#0072b2", "#56a8e0", (((-0.75, -1), (1.05, 0), (-0.75, 1)),)),
    "queued": Mark("#2787b8", "#56b4e9", radius=0.75, ring=True),
    "cancelled": Mark("#6b7280", "#9aa3af", (_bar(-1, 1),)),
    "skipped": Mark("#6b7280", "#9aa3af", (_bar(-0.25, 0.25),)),
    "unknown": Mark("#6b7280", "#9aa3af", radius=0.45),
}
_OTHER_WORDS = {
    "succeeded": "ok",
    "success": "ok",
    "passed": "ok",
    "error": "failed",
    "diff": "different",
    "canceled": "cancelled",
}


def read_status(word: str) -> str:
    """Give the status that a word means; one that is not known is ``"unknown"``.

    Raises:
        InputError: it is no text.
    """
    if not isinstance(word, str):
        raise InputError(f"{word!r} is no status.", f"Use one of {', '.join(STATUSES)}.")
    lower = word.lower()
    known = _OTHER_WORDS.get(lower, lower)
    return known if known in STATUSES else "unknown"
