"""Bad days to order: a service that answers 429 or 503 for a while, for tests and demonstrations."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Faults", "FaultyDays"]

OWN = "/_sandbox/"
WORDS = {
    401: "Unauthorized",
    403: "Forbidden",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Fault(BaseModel):
    """What is answered instead, so many times or so many seconds long; to requests below ``path``.

    ``retry_after`` is the header, as it is to be sent; ``empty`` leaves out the body.
    """

    model_config = ConfigDict(extra="forbid")

    status: Literal[401, 403, 429, 500, 502, 503, 504]
    path: str = "/"
    times: Annotated[int, Field(ge=1, le=10_000)] | None = None
    seconds: Annotated[float, Field(gt=0, le=3600)] | None = None
    retry_after: str | None = None
    empty: bool = False


@dataclass(slots=True)
class _Order:
    """A fault, how often it is left to be answered (None: as often as asked), and until when."""

    fault: Fault
    left: int | None
    until: float


class Faults:
    """What was ordered; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[_Order] = []

    def route(self) -> Route:
        """Give the route that orders."""
        return Route(f"{OWN}faults", self.order, methods=["POST", "DELETE"])

    async def order(self, request: Request) -> Response:
        """Order a fault, or with DELETE end them all."""
        if request.method == "DELETE":
            with self._lock:
                self._ordered.clear()
            return Response(status_code=204)
        try:
            fault = Fault.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, 400)
        once = fault.times is None and fault.seconds is None
        until = float("inf") if fault.seconds is None else time.monotonic() + fault.seconds
        with self._lock:
            self._ordered.append(_Order(fault, 1 if once else fault.times, until))
        return Response(status_code=204)

    def take(self, path: str) -> Fault | None:
        """Give what this request gets instead of an answer, None on a good day."""
        if path.startswith(OWN) or not self._ordered:
            return None
        with self._lock:
            now = time.monotonic()
            self._ordered = [order for order in self._ordered if order.until > now and order.left != 0]
            order = next((order for order in self._ordered if path.startswith(order.fault.path)), None)
            if order is None:
                return None
            if order.left is not None:
                order.left -= 1
            return order.fault


class FaultyDays:
    """Stands between the guard and the services."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._faults.take(scope["path"]) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
        response = (
            Response(status_code=fault.status, headers=headers)
            if fault.empty
            else JSONResponse(
                Refusal(fault.status, WORDS[fault.status]).body(scope["path"]), fault.status, headers
            )
        )
        await response(scope, receive, send)
