"""Paths whose ID is blank or ends in a slash; nothing has such an ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from dataexplore.sandbox.coalesce import requests
from dataexplore.sandbox.errors import COALESCE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from dataexplore.sandbox.platform import Platform

__all__ = ["Nowhere"]

METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]


class Nowhere:
    """Answers in place of a redirect to the path without the slash, which is another thing's."""

    def __init__(self, platform: Platform) -> None:
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give a route for each root with a slash behind it, or behind more."""
        return [
            Route(path, self.refuse, methods=METHODS)
            for root in COALESCE
            for path in (f"{root}/", f"{root}/{{rest:path}}/")
        ]

    async def refuse(self, request: Request) -> Response:
        """Say that there is nothing."""
        raise requests.absent(request, "There is nothing with a blank ID or a slash in it", bare=self._bare)
