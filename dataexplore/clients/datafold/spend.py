"""What the service's language models cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.records import Record, exact, flag, record
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from decimal import Decimal

    from dataexplore.transport import Session

__all__ = ["OrgSpend", "Spend"]

GET = Operation(
    "get_org_spend_api_internal_bolt_org_spend_get", "GET", "/api/internal/bolt/org/spend", repeatable=True
)


@record
class OrgSpend(Record):
    """The organisation's spend and caps, in US dollars.

    Attributes:
        enforced: whether the caps stop anything.
    """

    daily_spend_usd: Decimal | None = exact()
    daily_cap_usd: Decimal | None = exact()
    monthly_spend_usd: Decimal | None = exact()
    monthly_cap_usd: Decimal | None = exact()
    enforced: bool | None = flag()


class Spend:
    """The operation on spend."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self) -> OrgSpend:
        """Read spend and caps (GET /api/internal/bolt/org/spend)."""
        return fetch_record(self._session, GET, OrgSpend)
