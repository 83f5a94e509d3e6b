"""Listings that come in pages: what is asked next, when it ends, and whether nothing was lost on the way.

A list shifts while it is read: rows that are added push others to the next page, rows that are deleted pull
others to the page before. What follows from it, for each kind of paging alike:

- A row whose key stood on an earlier page is dropped; the one read first stays.
- A key that stands twice on one page with different rows is an error: nothing shifts within a page, so it is
  no key, and dropping would lose a row. Two rows that are alike in everything are one.
- A row without its key is an error, since nobody could tell whether it was there before.
- Where the service tells a total, fewer rows than it at the end, or a total that shrinks, mean that a row may
  have slipped by: the listing is read again from its beginning, for the rows not seen yet.

So a listing is whole or an error. One thing cannot be seen: a row that slips by because another was deleted,
where no total is told (a bare list, a cursor) or as many rows were added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.errors import Malformed, TooLarge
from dataexplore.html import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Row = Mapping[str, Any]
    Ask = Callable[[dict[str, str | int]], Any]

__all__ = ["by_cursor", "by_number", "by_offset", "by_start_index"]

MAX_PAGES = 10_000
MAX_EMPTY_PAGES = 100
MAX_READINGS = 3
_FIX = "Ask again; if it stays so, ask whoever runs the service."


def by_number(ask: Ask, *, rows: str, page_size: int, key: str = "id") -> Iterator[Row]:
    """Read pages that are numbered from 1: ``page``, ``page_size``, ``count``, ``total_pages`` and ``rows``.

    Args:
        ask: sends the query it is given and returns the parsed answer.
        rows: the field that has the rows.
        page_size: rows to ask for.
        key: the field that tells rows apart.

    Raises:
        Malformed: a page is not one, is another than the one asked for, or rows are missing at the end.
        TooLarge: the listing does not end.
    """
    listing = _Listing(key)
    number = 1
    while True:
        place = f"page {number}"
        answer = _object(ask({"page": number, "page_size": page_size}), place)
        if _whole(answer, "page", place) != number:
            raise Malformed(f"Asked for {place} of a listing, the service sent page {answer['page']}.", _FIX)
        page = _rows(answer, rows, place)
        yield from listing.new(page, place)
        listing.count(_whole(answer, "count", place))
        number += 1
        if not page or number > _whole(answer, "total_pages", place) or listing.shrank:
            if listing.complete():
                return
            number = 1


def by_offset(ask: Ask, *, limit: int, rows: str | None = None, key: str = "id") -> Iterator[Row]:
    """Read pages by ``offset`` and ``limit``, up to the first empty one.

    The next offset counts the rows that came, not those asked for: a service may allow fewer, or ignore the
    limit. One that sends the same page twice ignores the offset: if it sent more rows than it was asked for,
    or as many as its total says, these are all it has and the listing is over; else nobody can tell, and it
    is an error.

    Args:
        ask: sends the query it is given and returns the parsed answer.
        limit: rows to ask for.
        rows: the field that has the rows, beside ``total``, which may be missing; None for a bare list.
        key: the field that tells rows apart.

    Raises:
        Malformed: a page is not one, comes twice, or rows are missing at the end.
        TooLarge: the listing does not end.
    """
    listing = _Listing(key)
    offset = 0
    before: list[Row] = []
    while True:
        place = f"offset {offset}"
        answer = ask({"limit": limit, "offset": offset})
        page = _rows(answer, rows, place)
        if page and [row.get(key) for row in page] == [row.get(key) for row in before]:
            if (len(page) > limit or _told(answer, rows)) and listing.complete():
                return
            raise Malformed(f"The service sent a page of a listing twice, at {place}.", _FIX)
        yield from listing.new(page, place)
        if _told(answer, rows):
            listing.count(_whole(answer, "total", place))
        offset, before = offset + len(page), page
        if not page or listing.shrank:
            if listing.complete():
                return
            offset, before = 0, []


def by_cursor(
    ask: Ask, *, limit: int, cursor: str, rows: str = "data", after: str = "next", key: str = "id"
) -> Iterator[Row]:
    """Read pages that name the next one by a cursor; an empty page with a cursor goes on.

    Args:
        ask: sends the query it is given and returns the parsed answer.
        limit: rows to ask for.
        cursor: the query's parameter for it.
        rows: the field that has the rows.
        after: the field that has the next cursor; missing, null or empty at the end.
        key: the field that tells rows apart.

    Raises:
        Malformed: a page is not one, a cursor came before, or a hundred pages on end have nothing new.
        TooLarge: the listing does not end.
    """
    listing = _Listing(key)
    query: dict[str, str | int] = {"limit": limit}
    used: set[str | int] = set()
    empty = 0
    while True:
        place = f"cursor {_shown(query[cursor])}" if cursor in query else "its beginning"
        answer = _object(ask(dict(query)), place)
        page = _rows(answer, rows, place)
        new = listing.new(page, place)
        yield from new
        following = answer.get(after)
        if following is None or following == "":
            return
        empty = 0 if new else empty + 1
        if type(following) not in (str, int) or following in used or empty > MAX_EMPTY_PAGES:
            raise Malformed(f"The listing does not go on after {place}: next is {_shown(following)}.", _FIX)
        used.add(following)
        query[cursor] = following


def by_start_index(ask: Ask, *, count: int, key: str = "id") -> Iterator[Row]:
    """Read SCIM pages: ``startIndex`` from 1, ``totalResults`` and ``Resources``.

    A service that calls its first row 0 is understood, and its rows are still all there or an error.

    Args:
        ask: sends the query it is given and returns the parsed answer.
        count: rows to ask for.
        key: the field that tells rows apart.

    Raises:
        Malformed: a page is not one, is another than the one asked for, or rows are missing at the end.
        TooLarge: the listing does not end.
    """
    listing = _Listing(key)
    start = 1
    while True:
        place = f"startIndex {start}"
        answer = _object(ask({"startIndex": start, "count": count}), place)
        if answer.get("startIndex", start) not in (start, start - 1):
            raise Malformed(f"Asked for {place}, the service sent {_shown(answer['startIndex'])}.", _FIX)
        # RFC 7644 lets a service leave the field out when there is nothing.
        page = _rows(answer, "Resources", place) if answer.get("Resources") is not None else []
        yield from listing.new(page, place)
        total = _whole(answer, "totalResults", place)
        listing.count(total)
        start += len(page)
        if not page or start > total or listing.shrank:
            if listing.complete():
                return
            start = 1


class _Listing:
    """What was read of one listing, and what its total says about the rest.

    Attributes:
        readings: how often it was begun.
        shrank: its total became less while it was read.
    """

    def __init__(self, key: str) -> None:
        self.readings = 1
        self.shrank = False
        self._key = key
        self._seen: set[tuple[type, Any]] = set()
        self._total: int | None = None
        self._pages = 0

    def new(self, page: list[Row], place: str) -> list[Row]:
        """Give the rows of a page that no earlier page had."""
        self._pages += 1
        if self._pages > MAX_PAGES:
            raise TooLarge(f"The listing has over {MAX_PAGES:,} pages.", "Narrow it with its filters.")
        here: dict[tuple[type, Any], Row] = {}
        for row in page:
            value = row.get(self._key)
            if type(value) not in (str, int):
                raise Malformed(f"A row at {place} of a listing has no {self._key}.", _FIX)
            name = (type(value), value)
            if here.setdefault(name, row) != row:
                raise Malformed(
                    f"Two rows at {place} of a listing have the {self._key} {_shown(value)}.", _FIX
                )
        new = [name for name in here if name not in self._seen]
        self._seen.update(new)
        return [here[name] for name in new]

    def count(self, total: int) -> None:
        """Take the service's own count."""
        self.shrank = self._total is not None and total < self._total
        self._total = total

    def complete(self) -> bool:
        """Tell whether all is there; otherwise the listing must be begun again.

        Raises:
            Malformed: it was, and is still not whole.
        """
        if not self.shrank and (self._total is None or len(self._seen) >= self._total):
            return True
        self.readings += 1
        if self.readings <= MAX_READINGS:
            return False
        if self.shrank:
            raise Malformed("The listing loses rows faster than it can be read.", "Narrow it, or ask again.")
        raise Malformed(
            f"The listing has {self._total:,} rows by its own count, but {len(self._seen):,} came.", _FIX
        )


def _told(answer: Any, rows: str | None) -> bool:
    """Tell whether a page says how many rows there are: Talend's contract lets it say nothing."""
    return rows is not None and answer.get("total") is not None


def _object(answer: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise Malformed(f"The answer at {place} is no page of a listing.", _FIX)
    return answer


def _rows(answer: Any, name: str | None, place: str) -> list[Row]:
    page = answer if name is None else _object(answer, place).get(name)
    if not isinstance(page, list) or not all(isinstance(row, dict) for row in page):
        raise Malformed(f"The answer at {place} has no list of {name or 'rows'}.", _FIX)
    return page


def _whole(answer: Mapping[str, Any], name: str, place: str) -> int:
    value = answer.get(name)
    if type(value) is not int or value < 0:
        raise Malformed(f"The answer at {place} of a listing has no {name}.", _FIX)
    return value


def _shown(value: object) -> str:
    return visible(repr(value))[:80]
