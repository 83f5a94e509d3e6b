"""When a plan starts next: its run configuration and the first of its events, each asked for once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataexplore.errors import NotFound
from dataexplore.plans.triggers import in_words, local
from dataexplore.reports.words import minute

if TYPE_CHECKING:
    from dataexplore.clients.talend import PlanExecutable, RunConfig, TalendClient

__all__ = ["Schedule", "run_config"]

# How far ahead the next start of a trigger may lie, in days for each of its intervals.
_REACH = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31}
_REACH_OF_OTHERS = 7
_FURTHEST = 400


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a plan starts by itself.

    Attributes:
        config: its run configuration; None without one.
        next: its next start, as the service tells it; None when none is told.
        days: so many days ahead were asked for; 0 when nothing was.
    """

    config: RunConfig | None
    next: dt.datetime | None = None
    days: int = 0

    @classmethod
    def read(cls, client: TalendClient, plan: PlanExecutable, now: dt.datetime) -> Schedule:
        """Read the configuration of a plan, and its next start where it has one and is not paused."""
        config = run_config(client, plan.id)
        if config is None or plan.paused or config.trigger_type in {"MANUAL", "WEBHOOK"}:
            return cls(config)
        days = _reach(config)
        found = client.plans.events(plan.id or "", since=now, to=now + dt.timedelta(days=days))
        return cls(config, found[0] if found else None, days)

    @property
    def words(self) -> str:
        """The trigger in words, in its own zone."""
        return in_words(self.config)

    @property
    def next_utc(self) -> str | None:
        """The next start in UTC, to the minute."""
        return minute(self.next)

    @property
    def next_local(self) -> str:
        """The next start by the clock of the trigger's own zone, or why none is told."""
        if self.next is not None:
            return local(self.next, self.config)
        if self.days:
            return f"none in {self.days} days"
        return self.words if self.config is None or self.config.trigger_type in {"MANUAL", "WEBHOOK"} else ""


def run_config(client: TalendClient, plan_id: str | None) -> RunConfig | None:
    """Read the run configuration of a plan; None without one."""
    try:
        return client.plans.run_config(plan_id or "")
    except NotFound:
        return None


def _reach(config: RunConfig) -> int:
    kind = config.trigger_type or ""
    interval = max(config.interval or 1, 1)
    return min(_REACH[kind] * interval + 1, _FURTHEST) if kind in _REACH else _REACH_OF_OTHERS
