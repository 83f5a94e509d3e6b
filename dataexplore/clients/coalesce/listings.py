"""Coalesce's listings: pages that name the next one by a cursor, whole or an error."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from dataexplore.clients.answers import page_size, path_names
from dataexplore.clients.inputs import word
from dataexplore.clients.records import Record
from dataexplore.errors import InputError
from dataexplore.transport import by_cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dataexplore.transport import Operation, Session

__all__ = ["Listing", "pages"]

_PAGE_SIZE = 100  # what the service sends without being told, and what each of its listings allows

Kind = TypeVar("Kind", bound=Record)


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked of a listing besides its filters.

    Attributes:
        limit: at most so many; None for all.
        order_by: a field of the service's records, by the service's own name.
        direction: ``asc`` or ``desc``.
    """

    limit: int | None
    order_by: str
    direction: str

    def query(self) -> dict[str, str]:
        """Write the order, always: a service's own default may differ, and a cursor holds for one order only.

        Raises:
            InputError: the order or the direction is none.
        """
        if self.direction not in ("asc", "desc"):
            raise InputError(f"order_by_direction is {self.direction!r}.", 'Use "asc" or "desc".')
        return {"orderBy": word(self.order_by, "order_by"), "orderByDirection": self.direction}


def pages(
    session: Session,
    operation: Operation,
    kind: type[Kind],
    listing: Listing,
    *,
    names: dict[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    keys: tuple[str, ...] = ("id",),
    keep: Callable[[Kind], bool] | None = None,
    until: Callable[[Kind], bool] | None = None,
) -> Iterator[Kind]:
    """Read a listing, each page when it is needed; what was asked for is looked at before.

    Args:
        session: sends the questions.
        operation: the listing's.
        kind: what its rows are.
        listing: limit and order.
        names: fills the names of its path.
        query: its filters; what is None is left out.
        keys: the fields that may tell rows apart; the first that a row has does.
        keep: filters again what came, for a service that knows no such filter and sends everything.
        until: told each row before it is filtered; the first for which it is true ends the reading.

    Raises:
        InputError: the limit or the order cannot be used; at once, not at the first row.
        Malformed: a page cannot be trusted.
    """
    size = page_size(listing.limit, _PAGE_SIZE)
    fixed = {**(query or {}), **listing.query()}

    def ask(page: dict[str, str | int]) -> Any:
        return _keyed(session.fetch(operation, path_names(names), params={**fixed, **page}), keys)

    def read() -> Iterator[Kind]:
        with session.naming(operation):
            for row in by_cursor(ask, limit=_PAGE_SIZE if keep or until else size, cursor="startingFrom"):
                found = kind.read(row["row"])
                if until is not None and until(found):
                    return
                if keep is None or keep(found):
                    yield found

    return islice(read(), listing.limit)


def _keyed(answer: Any, keys: tuple[str, ...]) -> Any:
    """Put each row beside its key: services differ in its name, and in whether it is a number or its text."""
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return answer  # no page: the reading says so
    return {**answer, "data": [{"id": _key(row, keys), "row": row} for row in rows]}


def _key(row: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    values = (row.get(key) for key in keys)
    return next((str(value) for value in values if type(value) in {str, int} and value != ""), None)
