"""Options of a request by the names of the contract."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["any_of", "known_options", "names_list"]


def known_options(given: Mapping[str, Any], known: type) -> dict[str, Any]:
    """Give the options that are set.

    Args:
        given: what was passed by name.
        known: the TypedDict that lists the names.

    Raises:
        InputError: a name is not one of them; the nearest is told.
    """
    names = known.__annotations__
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise InputError(f"There is no option {name!r}.", f"{hint}Known: {', '.join(sorted(names))}.")
    return {name: value for name, value in given.items() if value is not None}


def names_list(names: str | Iterable[str]) -> list[str]:
    """Give names as a list; one text is one name."""
    return [names] if isinstance(names, str) else list(names)


def any_of(value: object) -> str | None:
    """Write a filter: several values, joined by commas, mean any of them.

    Raises:
        InputError: one of several has a comma, and would be read as two.
    """
    if value is None:
        return None
    if isinstance(value, (str, int)):
        return str(value)
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise InputError(f"{value!r} is no filter.", "Use a text, a number, or a list of them.")
    texts = [str(each) for each in value]
    if any("," in each for each in texts):
        raise InputError(
            f"A value of the filter {value!r} has a comma.", "Filter for it after reading the list."
        )
    return ",".join(texts)
