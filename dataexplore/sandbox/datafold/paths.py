"""Paths of tables and columns as the API writes them: ``warehouse.marts."odd.name"``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from dataexplore.sandbox.execution import quote

__all__ = ["Path", "quote_path", "split_path"]

_PART = re.compile(r'"((?:[^"]|"")*)"(?=\.|\Z)|([^".]+)(?=\.|\Z)')


def split_path(text: str) -> tuple[str, ...]:
    """Read the parts; one with a dot or a quote stands in double quotes, with the quotes inside doubled.

    Raises:
        ValueError: A part is empty, or its quotes do not match.
    """
    parts = []
    position = 0
    while found := _PART.match(text, position):
        quoted, bare = found.groups()
        parts.append(bare if quoted is None else quoted.replace('""', '"'))
        position = found.end() + 1
    if position != len(text) + 1:
        raise ValueError(f"{text} is no path: each part is a name, or a name in double quotes")
    return tuple(parts)


def quote_path(text: str) -> str:
    """Write a path as SQL.

    Raises:
        ValueError: It is none.
    """
    return ".".join(quote(part) for part in split_path(text))


def _check(text: str) -> str:
    split_path(text)
    return text


# A path in a request.
Path = Annotated[str, AfterValidator(_check)]
