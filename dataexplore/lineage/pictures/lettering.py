"""Text on cards: made harmless, measured, and shortened in the middle until it fits."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from dataexplore.html import visible

__all__ = ["elide", "measure", "one_line", "wrap"]

# Widths in parts of the font's size, of a wide sans serif (DejaVu Sans, which matplotlib brings): most fonts
# of a browser are narrower, so what fits by these fits there too.
_WIDTHS = (
    (0.29, "iljI'|.,:;! "),
    (0.42, 'frt()[]{}/\\-"`'),
    (0.60, "acehknosuvxyzbdgpq_0123456789?*^~<>=+$#JLFTEPS"),
    (0.75, "ABCKRVXYZUDHNGOQ&"),
    (1.0, "mwMW@%…"),
)
_WIDTH = {character: width for width, characters in _WIDTHS for character in characters}
_CAREFUL = 1.07
_LONGEST = 400  # no card shows more; measuring 10 kB would only take time
ELLIPSIS = "…"


def one_line(value: str) -> str:
    r"""Give a name in one line with control and direction-changing characters visible, as ``\n``."""
    if len(value) > _LONGEST:
        value = value[: _LONGEST // 2] + ELLIPSIS + value[-_LONGEST // 2 :]
    return visible(value).replace("\n", "\\n").replace("\t", "\\t")


@lru_cache(maxsize=4096)
def measure(value: str, size: float, *, bold: bool = False) -> float:
    """Give the width that a text takes at most, in the unit of ``size``."""
    width = sum(_WIDTH.get(character) or _other_width(character) for character in value)
    return width * size * _CAREFUL * (1.1 if bold else 1.0)


def _other_width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.1 if unicodedata.east_asian_width(character) in "WFA" else 0.8


@lru_cache(maxsize=4096)
def elide(value: str, width: float, size: float, *, bold: bool = False) -> str:
    """Shorten a text in the middle until it fits: both its beginning and its end tell tables apart."""
    if measure(value, size, bold=bold) <= width:
        return value
    low, high = 0, len(value) - 1
    while low < high:
        kept = (low + high + 1) // 2
        if measure(_shortened(value, kept), size, bold=bold) <= width:
            low = kept
        else:
            high = kept - 1
    return _shortened(value, low)


def _shortened(value: str, kept: int) -> str:
    head = (kept + 1) // 2
    return value[:head] + ELLIPSIS + value[len(value) - (kept - head) :]


def wrap(value: str, width: float, size: float, lines: int = 6) -> list[str]:
    """Break a text between words into lines that fit; the last of ``lines`` is shortened."""
    broken = [""]
    for word in value.split(" "):
        longer = f"{broken[-1]} {word}".strip()
        if broken[-1] and measure(longer, size) > width:
            broken.append(word)
        else:
            broken[-1] = longer
    if len(broken) > lines:
        broken[lines - 1 :] = [" ".join(broken[lines - 1 :])]
    return [elide(line, width, size) for line in broken]
