"""The colours of still pictures, light and dark: text stands out from every ground it is on by 4.5 to 1."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["DARK", "LIGHT", "Colours"]


class Colours(NamedTuple):
    """Colours as ``#rrggbb``.

    Attributes:
        ground: of the picture.
        card: of a card.
        faint_card: of a card that is not lit while others are.
        soft: behind lit columns.
        border: of a card.
        text: of names.
        muted: of what stands beside them.
        dim: of text on cards that are not lit.
        link: of lines.
        faint_link: of lines that are not lit while others are.
        accent: of what is lit, and of the focus.
    """

    ground: str
    card: str
    faint_card: str
    soft: str
    border: str
    text: str
    muted: str
    dim: str
    link: str
    faint_link: str
    accent: str


LIGHT = Colours(
    ground="#ffffff",
    card="#ffffff",
    faint_card="#fafbfc",
    soft="#e6eefc",
    border="#c3ccd6",
    text="#15202e",
    muted="#55606f",
    dim="#6a7482",
    link="#a3afbd",
    faint_link="#dfe4ea",
    accent="#1a5fd0",
)
DARK = Colours(
    ground="#111417",
    card="#1b2026",
    faint_card="#14181c",
    soft="#1d3050",
    border="#414b57",
    text="#e9edf1",
    muted="#a8b1bd",
    dim="#88929f",
    link="#5d6976",
    faint_link="#2a3138",
    accent="#86b4ff",
)
