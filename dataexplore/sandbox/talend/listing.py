"""One page of a listing: cut by offset and limit, with the count of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from starlette.responses import JSONResponse

from dataexplore.sandbox.talend import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

__all__ = ["MOST", "page", "window"]

Item = TypeVar("Item")

MOST = 100
FURTHEST = 2**31 - 1


def window(request: Request, *, most: int = MOST, usual: int = MOST) -> tuple[int, int]:
    """Read which part is asked for: after how many, and how many.

    Raises:
        Refusal: An offset below 0, a limit below 1 or above ``most`` (400).
    """
    offset = requests.whole(request, "offset", 0, least=0, most=FURTHEST)
    return offset, requests.whole(request, "limit", usual, least=1, most=most)


def page(
    request: Request, items: Sequence[Item], answer: Callable[[Item], Any] = lambda item: item
) -> JSONResponse:
    """Answer with the part of ``items`` that the request asks for; ``answer`` writes each.

    Raises:
        Refusal: There is no such part in any listing (400).
    """
    offset, limit = window(request)
    found = [answer(item) for item in items[offset : offset + limit]]
    return JSONResponse({"items": found, "limit": limit, "offset": offset, "total": len(items)})
