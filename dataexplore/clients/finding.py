"""One thing among many, found by its id or its name; near names are told when there is none."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Protocol, TypeVar

from dataexplore.clients.inputs import identifier
from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["find"]

_TOLD = 20


class Named(Protocol):
    """What can be found."""

    @property
    def id(self) -> str | None: ...

    @property
    def name(self) -> str | None: ...


Item = TypeVar("Item", bound=Named)


def find(
    ask: Callable[[], Sequence[Item]],
    name_or_id: str | int,
    what: str,
    *,
    place: Callable[[Item], str | None] | None = None,
) -> Item:
    """Find the one with this id, else with this name, else with this name in other letter cases.

    Args:
        ask: gives all there are; not asked for an id that is none.
        name_or_id: which is meant.
        what: what they are, such as ``"plan"``.
        place: tells where one stands, to tell namesakes apart.

    Raises:
        InputError: none is meant, or several; the near ones are named.
    """
    wanted = identifier(name_or_id, what)
    known = ask()
    for found in (
        [each for each in known if each.id == wanted],
        [each for each in known if each.name == wanted],
        [each for each in known if (each.name or "").casefold() == wanted.casefold()],
    ):
        if len(found) > 1:
            ids = ", ".join(_id_and_place(each, place) for each in found[:_TOLD])
            raise InputError(f"Several {what}s are called {wanted!r}.", f"Use an id: {ids}.")
        if found:
            return found[0]
    raise _unknown(wanted, known, what)


def _id_and_place(each: Item, place: Callable[[Item], str | None] | None) -> str:
    where = place(each) if place else None
    return f"{each.id} ({where})" if where else str(each.id)


def _unknown(wanted: str, known: Sequence[Item], what: str) -> InputError:
    by_case = {each.name.casefold(): each.name for each in known if each.name}
    near = difflib.get_close_matches(wanted.casefold(), by_case, n=1)
    hint = f"Did you mean {by_case[near[0]]!r}? " if near else ""
    told = ", ".join(f"{each.name} ({each.id})" for each in known[:_TOLD])
    more = f" and {len(known) - _TOLD} more" if len(known) > _TOLD else ""
    return InputError(f"There is no {what} {wanted!r}.", f"{hint}Known: {told or 'none yet'}{more}.")
