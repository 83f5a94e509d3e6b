"""Answers as records: one, a list, or a listing in pages; an error in reading names the operation."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from dataexplore.clients.records import Record, Records
from dataexplore.errors import InputError
from dataexplore.transport import by_number, by_offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dataexplore.transport import Operation, Session

__all__ = ["fetch_list", "fetch_numbered", "fetch_offset", "fetch_record"]

_PAGE_SIZE = 100
_OFFSET_LIMIT = 1000

Kind = TypeVar("Kind", bound=Record)
Names = dict[str, int] | None


def fetch_record(
    session: Session, operation: Operation, kind: type[Kind], names: Names = None, **request: Any
) -> Kind:
    """Send an operation and read its answer as one record; arguments as of :meth:`Session.fetch`."""
    answer = session.fetch(operation, _texts(names), **request)
    with session.naming(operation):
        return kind.read(answer)


def fetch_list(session: Session, operation: Operation, kind: type[Kind], **request: Any) -> Records[Kind]:
    """Send an operation and read its answer, a bare list that comes whole."""
    answer = session.fetch(operation, **request)
    with session.naming(operation):
        return Records.read(answer, kind)


def fetch_numbered(
    session: Session,
    operation: Operation,
    kind: type[Kind],
    *,
    rows: str,
    names: Names = None,
    query: Mapping[str, Any] | None = None,
    limit: int | None = None,
    key: str = "id",
) -> Iterator[Kind]:
    """Read a listing with numbered pages, each page when it is needed; at most ``limit`` records."""
    size = _size(limit, _PAGE_SIZE)

    def ask(page: dict[str, str | int]) -> Any:
        return session.fetch(operation, _texts(names), params={**(query or {}), **page})

    with session.naming(operation):
        for row in islice(by_number(ask, rows=rows, page_size=size, key=key), limit):
            yield kind.read(row)


def fetch_offset(
    session: Session,
    operation: Operation,
    kind: type[Kind],
    *,
    names: Names = None,
    query: Mapping[str, Any] | None = None,
    limit: int | None = None,
) -> Iterator[Kind]:
    """Read a listing of bare lists by offset, each page when it is needed; at most ``limit`` records."""
    size = _size(limit, _OFFSET_LIMIT)

    def ask(page: dict[str, str | int]) -> Any:
        return session.fetch(operation, _texts(names), params={**(query or {}), **page})

    with session.naming(operation):
        for row in islice(by_offset(ask, limit=size), limit):
            yield kind.read(row)


def _texts(names: Names) -> dict[str, str]:
    return {name: str(value) for name, value in (names or {}).items()}


def _size(limit: int | None, most: int) -> int:
    if limit is None:
        return most
    if type(limit) is not int or limit < 1:
        raise InputError(f"limit is {limit!r}.", "Use a whole number from 1, or None for all.")
    return min(limit, most)
