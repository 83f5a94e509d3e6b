"""The one place that builds HTML, and only from escaped text."""

from __future__ import annotations

import html as _html
import unicodedata

__all__ = ["Markup", "element", "join", "text", "visible"]

# What may be put on an element. No event handlers, no links to scripts: a fixed list, not a filter.
_ATTRIBUTES = frozenset(
    {"aria-label", "class", "colspan", "dir", "id", "lang", "role", "scope", "style", "title"},
)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Markup(str):
    """HTML that :func:`element` built. Anything else is text and gets escaped."""

    __slots__ = ()


def visible(value: str) -> str:
    r"""Make control and direction-changing characters visible, as ``\x1b``; newline and tab stay.

    A terminal escape or a right-to-left override in a cell must not repaint what stands around it.
    """
    if value.isprintable():  # the common case: isprintable is False for every character replaced below
        return value
    return "".join(_visible_character(character) for character in value)


def _visible_character(character: str) -> str:
    if character in "\n\t":
        return character
    if character in _BIDI or unicodedata.category(character) in {"Cc", "Cs"}:
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - one byte, two digits
    return character


def text(value: object) -> Markup:
    """Escape ``value`` for use between tags or in an attribute; a :class:`Markup` passes as it is."""
    if isinstance(value, Markup):
        return value
    return Markup(_html.escape(visible(str(value)), quote=True))


def join(*children: object) -> Markup:
    """Put children side by side, each escaped unless it is :class:`Markup`."""
    return Markup("".join(text(child) for child in children))


def element(tag: str, *children: object, **attributes: str) -> Markup:
    """Build one element: ``element("td", value, class_="num")``.

    A trailing underscore of an attribute's name is dropped, other underscores become hyphens.

    Raises:
        ValueError: an attribute outside the fixed list.
    """
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        attribute = name.rstrip("_").replace("_", "-")
        if attribute not in _ATTRIBUTES:
            raise ValueError(f"The attribute {attribute!r} is not one of {sorted(_ATTRIBUTES)}.")
        parts.append(f' {attribute}="{text(value)}"')
    parts.append(">")
    return Markup("".join(parts) + join(*children) + f"</{tag}>")
