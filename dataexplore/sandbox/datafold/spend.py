"""Datafold's spend: what the organisation's comparisons and checks would have cost."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.platform import Platform

__all__ = ["Spend"]

# The prices are ours; each kind of record with the field that tells when it was.
PRICES = (("datadiff", "created_at", Decimal("0.04")), ("monitor_run", "started_at", Decimal("0.002")))
DAILY_CAP, MONTHLY_CAP = Decimal(20), Decimal(200)


class Spend:
    """The sum over what ran today and in this month, UTC."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        return [Route("/api/internal/bolt/org/spend", self.read, methods=["GET"])]

    async def read(self, request: Request) -> JSONResponse:
        """Read the spend; nothing is refused when a cap is reached."""
        del request
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        return JSONResponse(
            {
                "daily_spend_usd": self._since(today),
                "daily_cap_usd": str(DAILY_CAP),
                "monthly_spend_usd": self._since(today[:7]),
                "monthly_cap_usd": str(MONTHLY_CAP),
                "enforced": False,
            }
        )

    def _since(self, period: str) -> str:
        return str(
            sum(
                price
                * sum((record.get(moment) or "").startswith(period) for record in self._records.all(kind))
                for kind, moment, price in PRICES
            )
        )
