"""Selectors of nodes, ``{ location: "MARTS" name: "fact_orders" }``, written from plain names."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dataexplore.clients.coalesce.nodes import Node

__all__ = ["is_selector", "selector"]

_NEAR = 3


def is_selector(text: str) -> bool:
    """Tell whether a text is a selector already: names have no brace."""
    return "{" in text


def selector(names: Iterable[str], nodes: Sequence[Node]) -> str:
    """Write the selector of some nodes.

    Args:
        names: each ``fact_orders`` or ``marts.fact_orders``; letter cases matter only where two nodes differ
            in nothing else.
        nodes: those of the environment.

    Raises:
        InputError: there is no such node, with the near names; or several, with the location of each.
    """
    found = {node: None for name in names for node in [_find(name, nodes)]}
    if not found:
        raise InputError("No node is named.", "Write names, such as marts.fact_orders,dim_stores.")
    return " OR ".join(_pair(where, name) for where, name in found)


def _pair(where: str, name: str) -> str:
    # A service that keeps to its contract does not tell where a node stands.
    place = f"location: {_quoted(where)} " if where else ""
    return f"{{ {place}name: {_quoted(name)} }}"


def _find(wanted: str, nodes: Sequence[Node]) -> tuple[str, str]:
    known = list(dict.fromkeys((node.location or "", node.name) for node in nodes if node.name))
    for same in (lambda text: text, str.casefold):
        exact = same(wanted)
        found = [(where, name) for where, name in known if exact in {same(name), same(_path(where, name))}]
        if len(found) == 1:
            return found[0]
        if found:
            places = ", ".join(_path(where, name) for where, name in found)
            raise InputError(f"{wanted!r} names several nodes.", f"Write one of them: {places}.")
    spelled = {text.casefold(): text for where, name in known for text in (name, _path(where, name))}
    near = difflib.get_close_matches(wanted.casefold(), spelled, n=_NEAR)
    hint = f"Did you mean {' or '.join(spelled[each] for each in near)}?" if near else _some(known)
    raise InputError(f"There is no node {wanted!r} in this environment.", hint)


def _some(known: Sequence[tuple[str, str]]) -> str:
    if not known:
        return "Nothing is deployed to it."
    told = ", ".join(_path(where, name) for where, name in known[:_NEAR])
    return f"It has {len(known):,} nodes, such as {told}."


def _path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
