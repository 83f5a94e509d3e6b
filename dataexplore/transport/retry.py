"""Whether a failed attempt is made again, and when: a pure decision, without clock or socket."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Attempt", "Quota", "decide", "retry_after_s"]

MAX_ATTEMPTS = 3
MAX_WAIT_S = 60.0
_FIRST_WAIT_S = 0.5
_LONGEST_BACKOFF_S = 8.0
_RETRIED_STATUSES = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known after an attempt failed.

    Attributes:
        number: 1 for the first.
        repeatable: the operation may be sent twice.
        connected: a connection was made, so the request may have arrived.
        status: the HTTP status; None when no answer came.
        retry_after_s: what the service asked for; None when it did not, or not readably.
    """

    number: int
    repeatable: bool
    connected: bool
    status: int | None = None
    retry_after_s: float | None = None


def decide(attempt: Attempt, random: float) -> float | None:
    """Give the seconds to wait before the next attempt; None when there must be none.

    Args:
        attempt: what happened.
        random: a number from 0 to 1, for the jitter: clients that failed together must not return together.
    """
    if attempt.number >= MAX_ATTEMPTS:
        return None
    if attempt.connected and not attempt.repeatable:
        return None
    if attempt.status is not None and attempt.status not in _RETRIED_STATUSES:
        return None
    if attempt.retry_after_s is not None:
        return attempt.retry_after_s if attempt.retry_after_s <= MAX_WAIT_S else None
    return random * min(_FIRST_WAIT_S * 2.0 ** (attempt.number - 1), _LONGEST_BACKOFF_S)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After`` in seconds; a date is measured against the answer's own ``Date``, never our clock.

    Returns:
        Seconds, 0 or more; None when the header is missing or cannot be read.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) <= 9 else float("inf")  # noqa: PLR2004 - 30 years are forever
    try:
        wanted = parsedate_to_datetime(value)
        sent = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (wanted - sent).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


class Quota:
    """How many repeats a client has left, so that an outage is not answered with a storm.

    It starts full; a repeat takes one, a call that succeeds at once gives one back.
    """

    def __init__(self, size: int = 20) -> None:
        self._size = size
        self._left = size
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one repeat; False when none is left."""
        with self._lock:
            if self._left == 0:
                return False
            self._left -= 1
            return True

    def give_back(self) -> None:
        """Return one, after a success."""
        with self._lock:
            self._left = min(self._size, self._left + 1)
