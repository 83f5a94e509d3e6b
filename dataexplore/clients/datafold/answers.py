"""Listings that Datafold sends in pages, as records; an error in reading names the operation."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from dataexplore.clients.answers import Names, page_size, path_names
from dataexplore.clients.records import Record
from dataexplore.transport import by_number, by_offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dataexplore.transport import Operation, Session

__all__ = ["fetch_numbered", "fetch_offset"]

_PAGE_SIZE = 100
_OFFSET_LIMIT = 1000

Kind = TypeVar("Kind", bound=Record)


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
    size = page_size(limit, _PAGE_SIZE)

    def ask(page: dict[str, str | int]) -> Any:
        return session.fetch(operation, path_names(names), params={**(query or {}), **page})

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
    size = page_size(limit, _OFFSET_LIMIT)

    def ask(page: dict[str, str | int]) -> Any:
        return session.fetch(operation, path_names(names), params={**(query or {}), **page})

    with session.naming(operation):
        for row in islice(by_offset(ask, limit=size), limit):
            yield kind.read(row)
