"""One page of a listing: sorted, cut, with a cursor to where it goes on."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from starlette.responses import JSONResponse

from dataexplore.sandbox.coalesce.requests import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.requests import Request

    from dataexplore.sandbox.records import Record

__all__ = ["MOST", "USUAL", "Asked", "Direction", "Page", "cut", "field", "page", "read"]

Direction = Literal["asc", "desc"]

MOST = 500
USUAL = 100
# More than any limit that makes a difference; int() itself refuses some thousand digits.
DIGITS = 18
# Texts are put in order by their beginning: the cursor holds it, and travels in an address.
BEGINNING = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is asked for: how many, in which order, after which cursor."""

    limit: int = USUAL
    order_by: str = "id"
    direction: Direction = "asc"
    starting_from: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The records of one page, and the cursor of the following one; None at the end."""

    records: list[Record]
    next: str | None


def field(name: str) -> Callable[[Record], Any]:
    """Order by a field of the record."""
    return lambda record: record.get(name)


def read(
    query: Mapping[str, str], orders: Iterable[str], *, most: int = MOST, usual: Asked | None = None
) -> Asked:
    """Read the query of a listing; ``usual`` is what counts for what it leaves out.

    Raises:
        Refusal: A limit below 1 or none, an order or a direction that is not known (400).
    """
    usual = usual or Asked()
    order_by = query.get("orderBy", usual.order_by)
    known = ("id", *(name for name in orders if name != "id"))
    if order_by not in known:
        raise refuse(f"orderBy must be one of {', '.join(known)}")
    direction = query.get("orderByDirection", usual.direction)
    if direction not in ("asc", "desc"):
        raise refuse("orderByDirection must be asc or desc")
    limit = _limit(query["limit"], most) if "limit" in query else usual.limit
    return Asked(limit, order_by, "desc" if direction == "desc" else "asc", query.get("startingFrom"))


def cut(
    records: Iterable[Record],
    asked: Asked,
    *,
    listing: str,
    order: Callable[[Record], Any],
    filters: Mapping[str, Any] | None = None,
) -> Page:
    """Give the page that is asked for: those without a value last, equal ones by number.

    The cursor is the place of the page's last record, not a count: what is added or removed elsewhere moves
    nothing. It belongs to this ``listing``, these ``filters``, this order and this direction.

    Raises:
        Refusal: The cursor is of another listing, or of none (400).
    """
    descending = asked.direction == "desc"
    places = [((_shorten(order(record)), record["id"]), record) for record in records]
    known = [one for one in places if one[0][0] is not None]
    known.sort(key=lambda one: one[0], reverse=descending)
    unknown = [one for one in places if one[0][0] is None]
    unknown.sort(key=lambda one: one[0][1], reverse=descending)
    scope = [listing, dict(filters or {}), asked.order_by, asked.direction]
    if asked.starting_from is not None:
        value, number = _open(asked.starting_from, scope)
        unknown = [
            one for one in unknown if value is not None or _follows(one[0][1], number, descending=descending)
        ]
        known = [
            one
            for one in known
            if value is not None and _follows(one[0], (value, number), descending=descending)
        ]
    rows = known + unknown
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return Page([record for _, record in rows], _seal(rows[-1][0], scope) if more else None)


def page(
    request: Request,
    records: Iterable[Record],
    *,
    listing: str,
    orders: Mapping[str, Callable[[Record], Any]],
    answer: Callable[[Record], Any],
    bare: bool,
    filters: Mapping[str, Any] | None = None,
    most: int = MOST,
    usual: Asked | None = None,
) -> JSONResponse:
    """Answer one page of a listing; beyond the seed it also tells what it is a page of.

    ``records`` are those that pass the ``filters``; ``orders`` are all fields that may order them, ``id`` by
    the record's number unless it says otherwise.

    Raises:
        Refusal: As :func:`read` and :func:`cut`.
    """
    asked = read(request.query_params, orders, most=most, usual=usual)
    rows = list(records)
    order = orders.get(asked.order_by, field("id"))
    found = cut(rows, asked, listing=listing, order=order, filters=filters)
    body: dict[str, Any] = {"data": [answer(record) for record in found.records], "next": found.next}
    if not bare:
        body |= {
            "total": len(rows),
            "limit": asked.limit,
            "orderBy": asked.order_by,
            "orderByDirection": asked.direction,
        }
    return JSONResponse(body)


def _limit(text: str, most: int) -> int:
    digits = text.lstrip("0")
    if not re.fullmatch("[0-9]+", digits):
        raise refuse("limit must be a whole number of at least 1")
    return most if len(digits) > DIGITS else min(int(digits), most)


def _shorten(value: Any) -> Any:
    return value[:BEGINNING] if isinstance(value, str) else value


def _follows(place: Any, last: Any, *, descending: bool) -> bool:
    return bool(place < last if descending else place > last)


def _seal(place: Any, scope: list[Any]) -> str:
    whole = json.dumps([_check([scope, place]), *place], ensure_ascii=True)
    return base64.urlsafe_b64encode(whole.encode()).decode().rstrip("=")


def _open(cursor: str, scope: list[Any]) -> tuple[Any, int]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        check, *place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if check == _check([scope, place]) and _seal(place, scope) == cursor:
            value, number = place
            return value, number
    except (ValueError, TypeError, RecursionError):
        pass
    raise refuse("startingFrom must be the next of the page before, of the same listing, filters and order")


def _check(whole: list[Any]) -> str:
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:12]
