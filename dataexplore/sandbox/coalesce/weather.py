"""What went well and what went wrong on a day of the past: good weather mostly, and some storms.

Everything follows from the seed and the date, so that the past is the same on every machine. The worst days
are those that the monitors tell of, too: from 13 to 15 October 2026 the marts were not rebuilt, and on the
14th the warehouse could not be reached. Ten weeks later, and ten before, it was as bad.
"""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from dataexplore.sandbox.execution import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Fate", "Weather"]

STORM = date(2026, 10, 13)
CALM_DAYS = 70
# By the weekday, Monday first: how long the work takes.
LOAD = (1.25, 1.1, 1.0, 1.0, 1.1, 0.85, 0.75)
# A table that grows slower to build each day until somebody looks into it, after the storm.
CREEPING, CREEP = "int_customer_events", 0.02
# Tables that fail now and then, how often, and what the database says then.
FLAKY: Mapping[str, tuple[float, str]] = {
    "int_web_sessions": (
        0.05,
        "Out of Memory Error: could not allocate block of size 256.0 KiB (953.6 MiB/953.6 MiB used)",
    ),
    "fact_order_lines": (
        0.012,
        'TransactionContext Error: Catalog write-write conflict on alter with "fact_order_lines"',
    ),
}
NO_GRANT = "Permission Error: role TRANSFORMER has no USAGE on schema raw; ask its owner to grant it"
TYPO = """Binder Error: Referenced column "custmer_id" not found in FROM clause!
Candidate bindings: "customer_id\""""
# On these days of five weeks the shop's own events did not come, and nobody noticed at once.
DRY, DRY_EVERY, DRY_DAYS = date(2026, 9, 19), 35, 2
OF_EVENTS = "web_funnel"


class Fate(NamedTuple):
    """What becomes of a node: how much longer it takes than usual, its error if it fails, and its rows.

    ``empty`` is a success that wrote no row.
    """

    slowness: float
    error: str | None = None
    empty: bool = False


class Weather:
    """The luck of one run."""

    def __init__(self, seed: int, began: datetime, environment: str) -> None:
        self._day = began.date()
        self._environment = environment
        self._luck = random.Random(f"{seed} {began.isoformat()} {environment}")  # noqa: S311 - no secret
        self._storm_day = (self._day - STORM).days % CALM_DAYS

    @property
    def is_storm(self) -> bool:
        """Whether nothing could be built in production that day."""
        return self._environment == "prod" and self._storm_day <= 2  # noqa: PLR2004 - three days

    def fate(self, node: Mapping[str, Any]) -> Fate:
        """Tell what becomes of a node of this run."""
        slowness = LOAD[self._day.weekday()] * self._luck.uniform(0.85, 1.2)
        if node["name"] == CREEPING:
            slowness *= 1 + CREEP * self._storm_day
        if self._luck.random() < 0.002:  # noqa: PLR2004 - one node in five hundred
            slowness *= self._luck.uniform(5, 9)
        if error := self._error(node):
            return Fate(slowness * self._luck.uniform(0.2, 0.9), error)
        return Fate(slowness, empty=self._is_empty(node))

    def chance(self, share: float) -> bool:
        """Tell whether something happened that does in this share of cases."""
        return self._luck.random() < share

    def pick(self, low: float, high: float) -> float:
        """Give a number between two."""
        return self._luck.uniform(low, high)

    def _error(self, node: Mapping[str, Any]) -> str | None:
        if self.is_storm and self._storm_day == 1:
            return UNREACHABLE
        if self.is_storm and node["location"] == "STAGING":
            return NO_GRANT
        if self._environment == "dev" and node["location"] != "STAGING" and self.chance(0.06):
            return TYPO
        often, error = FLAKY.get(node["name"], (0.0, ""))
        stormy = 4 if self._storm_day <= 6 else 1  # noqa: PLR2004 - the week of the storm
        return error if self.chance(often * stormy) else None

    def _is_empty(self, node: Mapping[str, Any]) -> bool:
        return node["name"] == OF_EVENTS and (self._day - DRY).days % DRY_EVERY < DRY_DAYS
