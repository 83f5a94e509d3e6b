"""Paths of tables and columns: parts joined by dots, case kept; one with a dot or a quote is in quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["WHOLE", "complete_path", "join_path", "read_path", "split_path"]

# database, schema, table: how most services name a table, and so with how many parts a name is whole.
WHOLE = 3

_PART = re.compile(r'"((?:[^"]|"")*+)"|([^."]+)')
_QUOTED = 'Write a part with a dot or a quote as "a.part", each quote inside it twice.'
_SHOWN = 200


def join_path(parts: Sequence[str]) -> str:
    """Write a path as text; :func:`split_path` reads it back.

    Raises:
        InputError: there is no part, or one is not text.

    >>> join_path(("shop", "raw", "web visits.2026"))
    'shop.raw."web visits.2026"'
    """
    if not parts or not all(isinstance(part, str) for part in parts):
        raise InputError(f"{parts!r} is no path.", "Give its parts as texts: database, schema, table.")
    return ".".join(_written(part) for part in parts)


def complete_path(parts: Sequence[str], database: str | None, schema: str | None) -> tuple[str, ...]:
    """Put the missing left parts before a table's own, where they are known.

    >>> complete_path(("marts", "sales"), "shop", None)
    ('shop', 'marts', 'sales')
    """
    missing = (database, schema)[: max(0, WHOLE - len(parts))]
    known = tuple(part for part in missing if part is not None)
    return (*known, *parts) if len(known) == len(missing) else tuple(parts)


def split_path(text: str) -> tuple[str, ...]:
    """Read a path into its parts, without their quotes. Nothing else is changed: blanks and case stay.

    Raises:
        InputError: a quote is not closed or stands inside an unquoted part, something follows a closing
            quote, or a part is empty without being written as two quotes.

    >>> split_path('shop.raw."web visits.2026"')
    ('shop', 'raw', 'web visits.2026')
    """
    parts = []
    at = 0
    while part := _PART.match(text, at):
        quoted, plain = part.groups()
        parts.append(plain if quoted is None else quoted.replace('""', '"'))
        at = part.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            what = "text after a closing quote" if quoted is not None else "a quote inside an unquoted part"
            raise InputError(f"The path {_shown(text)} has {what} (character {at + 1}).", _QUOTED)
        at += 1
    if text.startswith('"', at):
        raise InputError(f"The path {_shown(text)} opens a quote that is never closed.", _QUOTED)
    raise InputError(
        f"The path {_shown(text)} has an empty part (character {at + 1}).",
        'Write database.schema.table; a name that really is empty is "".',
    )


def read_path(path: str | Sequence[str]) -> tuple[str, ...]:
    """Give the parts of a path that comes as text or already in parts.

    Raises:
        InputError: it cannot be read.
    """
    return split_path(path if isinstance(path, str) else join_path(path))


def _written(part: str) -> str:
    if part and "." not in part and '"' not in part:
        return part
    return '"' + part.replace('"', '""') + '"'


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
