"""A run of a promotion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.records import Record, anything, flag, instant, record, text
from dataexplore.clients.talend.words import is_over, status
from dataexplore.clients.times import elapsed

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["PromotionRun"]


@record
class PromotionRun(Record):
    """A run of a promotion.

    Attributes:
        execution_id: its id; None when the service only said that it began.
        status: ``running``, ``succeeded``, ``failed``, or another word; a promotion with warnings succeeded.
        message: the service's words about it.
        defective: whether something is wrong with what was promoted.
        workspaces: the report, for each workspace what was promoted and what became of it.
        raw_status: the status in the service's own word.
    """

    execution_id: str | None = text("executionId")
    status: str | None = status("status")
    promotion_id: str | None = text("promotionId")
    started_at: dt.datetime | None = instant("startTimestamp")
    finished_at: dt.datetime | None = instant("finishTimestamp")
    duration_s: float | None = elapsed(("startTimestamp",), ("finishTimestamp",))
    message: str | None = text("statusMessage")
    defective: bool | None = flag()
    triggered_at: dt.datetime | None = instant("triggerTimestamp")
    user_id: str | None = text("userId")
    user_type: str | None = text("userType")
    keep_target_resources: bool | None = flag("keepTargetResources")
    keep_target_run_profiles: bool | None = flag("keepTargetRunProfiles")
    context: str | None = text()
    workspaces: Any = anything(None, "workspaces")
    engines: Any = anything(None, "engines")
    clusters: Any = anything(None, "clusters")
    raw_status: str | None = text("status")

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more."""
        return is_over(self.status, self.finished_at)
