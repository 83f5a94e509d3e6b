"""An operation of a contract, and how names become the path of its URL."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Operation", "catalog_path"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one contract.

    Attributes:
        name: its operationId.
        method: the HTTP verb.
        path: its path below the base URL, with ``{names}`` to fill.
        repeatable: whether it may be sent again when its outcome is unknown. Declared by hand, never read off
            the verb: some GETs start work.
        deadline_s: total seconds a call may take; None for operations that run statements.
    """

    name: str
    method: str
    path: str
    repeatable: bool
    deadline_s: float | None = 60.0

    def target(self, names: Mapping[str, str]) -> str:
        """Fill the path. Each name is one segment, percent-encoded once; ``{+name}`` keeps its slashes.

        Raises:
            InputError: a name would leave its place in the path.
        """
        filled = self.path
        for name, value in names.items():
            filled = filled.replace(f"{{{name}}}", _segment(value))
            filled = filled.replace(f"{{+{name}}}", _segments(value))
        return filled


def catalog_path(path: str) -> str:
    """Check a path with slashes, such as ``@Shared/Reports/Revenue by day``, and give it back unchanged.

    Raises:
        InputError: it has an empty, ``.`` or ``..`` segment (encoded ones included), a backslash, a control
            character, or a slash at an end. On its way such a path would become another one.
    """
    for segment in path.split("/"):
        _segment(segment)
    return path


def _segments(path: str) -> str:
    return "/".join(_segment(segment) for segment in path.split("/"))


def _segment(name: str) -> str:
    # Decoded until nothing changes: a server may decode once more than it should.
    plain = name
    while (decoded := unquote(plain)) != plain:
        plain = decoded
    if not {"", ".", ".."}.isdisjoint(plain.split("/")):
        raise InputError(
            f"A path has the segment {name!r}, which would lead somewhere else.",
            "Write the full path without it.",
        )
    if "\\" in plain or any(unicodedata.category(character) == "Cc" for character in plain):
        raise InputError(
            f"The path segment {name!r} has a backslash or a control character.", "Use / between segments."
        )
    try:
        return quote(name, safe="@", errors="strict")
    except UnicodeEncodeError:
        raise InputError(f"The path segment {name!r} is not valid Unicode.", "Type it again.") from None
