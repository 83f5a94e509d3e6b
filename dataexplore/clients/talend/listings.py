"""Talend's listings: pages by offset up to an empty one, and bare lists; whole or an error."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from dataexplore.clients.answers import page_size, path_names
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records
from dataexplore.errors import InputError
from dataexplore.transport import by_offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dataexplore.transport import Operation, Session

__all__ = ["MOST", "bare", "changes", "in_environment", "optional", "pages"]

MOST = 100  # rows of one page: what the service allows, and what it sends without being told

Kind = TypeVar("Kind", bound=Record)


class Placed(Protocol):
    """What lives in an environment."""

    @property
    def environment(self) -> str | None: ...

    @property
    def environment_id(self) -> str | None: ...


Item = TypeVar("Item", bound=Placed)


def pages(
    session: Session,
    operation: Operation,
    kind: type[Kind],
    *,
    limit: int | None,
    names: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    key: str = "id",
    most: int = MOST,
) -> Iterator[Kind]:
    """Read a listing, each page when it is needed; what was asked for is looked at before.

    Args:
        session: sends the questions.
        operation: the listing's.
        kind: what its rows are.
        limit: at most so many records; None for all.
        names: fills the names of its path.
        query: its filters; what is None is left out.
        key: the field that tells rows apart.
        most: rows of the largest page.

    Raises:
        InputError: the limit is none; at once, not at the first row.
        Malformed: a page cannot be trusted.
    """
    size = page_size(limit, most)

    def ask(page: dict[str, str | int]) -> Any:
        return session.fetch(operation, path_names(names), params={**(query or {}), **page})

    def read() -> Iterator[Kind]:
        with session.naming(operation):
            for row in by_offset(ask, limit=size, rows="items", key=key):
                yield kind.read(row)

    return islice(read(), limit)


def bare(
    session: Session,
    operation: Operation,
    kind: type[Kind],
    *,
    names: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
) -> Records[Kind]:
    """Read a listing that comes whole, as a list without pages."""
    answer = session.fetch(operation, path_names(names), params=query)
    with session.naming(operation):
        return Records.read(answer, kind)


def optional(value: str | int | None, what: str) -> str | None:
    """Give an id to filter by; None for no filter."""
    return None if value is None else identifier(value, what)


def in_environment(known: Sequence[Item], environment: str | None) -> list[Item]:
    """Give those of an environment, by its id or its name in any letter case; without one, all.

    Raises:
        InputError: nothing known lives in such an environment.
    """
    if environment is None:
        return [*known]
    wanted = word(environment, "environment")
    found = [each for each in known if each.environment_id == wanted] or [
        each for each in known if (each.environment or "").casefold() == wanted.casefold()
    ]
    if known and not found:
        names = sorted({each.environment for each in known if each.environment})
        raise InputError(f"Nothing is in an environment {wanted!r}.", f"Known: {', '.join(names)}.")
    return found


def changes(**fields: Any) -> dict[str, Any]:
    """Give the fields of a body that were given; what is None is left out."""
    return {name: value for name, value in fields.items() if value is not None}
