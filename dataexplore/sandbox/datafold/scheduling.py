"""When something that is repeated comes next, and what starts it then."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.sandbox.jobs import Jobs

__all__ = ["check_cron", "next_due", "tick_every_minute"]

log = logging.getLogger("dataexplore.sandbox")

CRON_FIELDS = 5
ADVICE = "write five fields, as in 0 5 * * *"


def check_cron(text: str) -> str:
    """Check a crontab of five fields, and give it back.

    Raises:
        ValueError: It is none.
    """
    try:
        CronSim(text, datetime.now(UTC))
    except CronSimError as error:
        raise ValueError(f"{error}; {ADVICE}") from error
    # CronSim takes a sixth field, for seconds.
    if len(text.split()) != CRON_FIELDS:
        raise ValueError(f"Wrong number of fields; {ADVICE}")
    return text


def next_due(schedule: dict[str, Any], after: datetime) -> datetime | None:
    """Give the first time after ``after`` (UTC) of a monitor's schedule, None when there is none."""
    interval = schedule.get("interval")
    if interval is None:
        return next(CronSim(schedule["cron"], after), None) if "cron" in schedule else None
    if interval["every"] == "hour":
        return after.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    at = time.fromisoformat(interval["utc_at"]) if interval.get("utc_at") else time(interval.get("hour") or 0)
    due = datetime.combine(after.date(), at.replace(tzinfo=None), UTC)
    return due if due > after else due + timedelta(days=1)


def tick_every_minute(jobs: Jobs, tick: Callable[[datetime, datetime], None]) -> None:
    """Call ``tick(since, now)`` at each full minute until the server closes; ``since`` is the tick before."""

    def run() -> None:
        since = datetime.now(UTC)
        while not jobs.closing.wait(60 - datetime.now(UTC).timestamp() % 60):
            now = datetime.now(UTC)
            try:
                tick(since, now)
            except Exception:
                # The next minute is another one; while the server ends, what a tick needs may be gone.
                if not jobs.closing.is_set():
                    log.exception("What was due was not started")
            since = now

    jobs.keep(threading.Thread(target=run, name="schedule", daemon=True))
