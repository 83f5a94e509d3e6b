"""Which executions a history is about: those that overlap a window of time, of a status, of a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dataexplore.sandbox import moments
from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.company import ENVIRONMENT, WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from starlette.requests import Request

    from dataexplore.sandbox.errors import Refusal
    from dataexplore.sandbox.records import Record
    from dataexplore.sandbox.talend.company import Company

__all__ = ["LAST_DAYS", "Window", "read_instant"]

LAST_DAYS = 60
# As far as the calendar goes in milliseconds.
FURTHEST_MS = 253_402_300_799_999


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked of a history; None asks for nothing.

    ``low`` and ``high`` are moments as the records write them: an execution is meant when it ran at any time
    between them.
    """

    low: str | None = None
    high: str | None = None
    status: str | None = None
    environment: str | None = None
    workspace: str | None = None

    @classmethod
    def read(cls, request: Request, company: Company, statuses: Collection[str], *, places: bool) -> Window:
        """Read the query of a history; ``places`` where it may name an environment and a workspace.

        Raises:
            Refusal: Something in it cannot be (400).
        """
        query = request.query_params
        days = requests.whole(request, "lastDays", LAST_DAYS, least=1, most=LAST_DAYS)
        return cls.of(
            company,
            statuses,
            low=read_instant(query.get("from"), "from"),
            high=read_instant(query.get("to"), "to"),
            days=days,
            status=query.get("status"),
            environment=requests.text(request, "environmentId") if places else None,
            workspace=requests.text(request, "workspaceId") if places else None,
        )

    @classmethod
    def of(
        cls,
        company: Company,
        statuses: Collection[str],
        *,
        low: datetime | None,
        high: datetime | None,
        days: int,
        status: str | None,
        environment: str | None,
        workspace: str | None,
        refusing: Callable[[str], Refusal] = requests.refuse,
    ) -> Window:
        """Make a window; without a beginning and an end it is the last ``days``.

        Raises:
            Refusal: The beginning is after the end, or a status is none (400), or a place is none, which is a
                400 too unless ``refusing`` makes another.
        """
        if low and high and low > high:
            raise requests.refuse("from is after to")
        if low is None and high is None:
            low = datetime.now(UTC) - timedelta(days=days)
        if status is not None and status not in statuses:
            raise requests.refuse(f"status must be one of {', '.join(statuses)}")
        for kind, ref in ((ENVIRONMENT, environment), (WORKSPACE, workspace)):
            if ref is not None:
                company.refer(kind, ref, refusing)
        return cls(
            moments.write(low) if low else None,
            moments.write(high) if high else None,
            status,
            environment,
            workspace,
        )

    def pick(self, executions: Iterable[Record], statuses: dict[str, str], began: str) -> list[Record]:
        """Give the executions that are meant; ``began`` is the field that tells when one began."""
        return [one for one in executions if self._means(one, statuses, began)]

    def _means(self, one: Record, statuses: dict[str, str], began: str) -> bool:
        # As text: every moment is written in the same form, so their order is that of the time.
        return (
            (self.low is None or one["finished"] is None or one["finished"] >= self.low)
            and (self.high is None or one[began] <= self.high)
            and self.status in (None, statuses[one["detail"]])
            and self.environment in (None, one["environment"])
            and self.workspace in (None, one["workspace"])
        )


def read_instant(text: str | None, name: str) -> datetime | None:
    """Read milliseconds since 1970; None when there are none.

    Raises:
        Refusal: They are no such number (400).
    """
    if text is None:
        return None
    if not requests.WHOLE.fullmatch(text) or int(text) > FURTHEST_MS:
        raise requests.refuse(f"{name} must be a number of milliseconds since 1970")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))
