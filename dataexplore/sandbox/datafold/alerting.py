"""Whether what a monitor measured is worth an alert."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["Point", "Verdict", "expect", "judge_difference", "judge_failures", "judge_value"]

# Fewer values tell no band, more only slow a change of habit down.
LEARNING_RUNS = 7
REMEMBERED_RUNS = 28
DAY_S = 86_400
# The median of absolute residuals times this is the standard deviation, when they are normal.
NORMAL = 1.4826
# Half the width of the band in standard deviations, at sensitivity 0 and at 100.
WIDEST, NARROWEST = 6.0, 1.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state a run ends in, and why."""

    state: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """What a metric was at a time."""

    at: datetime
    value: Decimal


def judge_value(metric: str, now: Point, alert: dict[str, Any] | None, past: Sequence[Point]) -> Verdict:
    """Hold a value against its threshold; ``past`` are the values of earlier runs, oldest first."""
    if alert is None:
        return Verdict("ok")
    return _JUDGES[alert["type"]](metric, now, alert, past)


def judge_difference(different: int, total: int, alert: dict[str, Any] | None) -> Verdict:
    """Hold the number of rows that differ against the conditions; without any a single one is an alert."""
    conditions = {name: value for name, value in (alert or {}).items() if value is not None}
    percent = Decimal(100 * different) / total if total else Decimal(0)
    rows = f"{different} of {total} rows differ"
    warnings = []
    if not conditions and different:
        warnings.append(f"{rows}.")
    if "different_rows_count" in conditions and different > conditions["different_rows_count"]:
        warnings.append(f"{rows}, more than {conditions['different_rows_count']}.")
    if "different_rows_percent" in conditions and percent > conditions["different_rows_percent"]:
        warnings.append(f"{rows}, more than {conditions['different_rows_percent']}%.")
    if "match_ratio_min" in conditions and 1 - percent / 100 < _exact(conditions["match_ratio_min"]):
        warnings.append(f"{rows}, the ratio of matches is under {conditions['match_ratio_min']}.")
    return _verdict(warnings)


def judge_failures(failures: int) -> Verdict:
    """Hold the number of rows that fail a test against none."""
    if not failures:
        return Verdict("ok")
    return Verdict("alert", (f"{'1 row fails' if failures == 1 else f'{failures} rows fail'} the test.",))


def expect(at: datetime, past: Sequence[Point], sensitivity: int) -> tuple[Decimal, Decimal] | None:
    """Give the lowest and highest value to expect, None while there are too few to tell.

    The band lies about the line through the past with the median slope, so that growth is no surprise, and
    single outliers move neither its place nor its width.
    """
    recent = past[-REMEMBERED_RUNS:]
    if len(recent) < LEARNING_RUNS:
        return None
    days = [(point.at - at).total_seconds() / DAY_S for point in recent]
    values = [float(point.value) for point in recent]
    slopes = [
        (values[right] - values[left]) / (days[right] - days[left])
        for left in range(len(days))
        for right in range(left + 1, len(days))
        if days[right] != days[left]
    ]
    slope = statistics.median(slopes) if slopes else 0.0
    middle = statistics.median(value - slope * day for value, day in zip(values, days, strict=True))
    spread = statistics.median(
        abs(value - slope * day - middle) for value, day in zip(values, days, strict=True)
    )
    width = WIDEST - (WIDEST - NARROWEST) * sensitivity / 100
    # A metric that never moved has no spread; a thousandth keeps rounding from being an alert.
    half = width * max(NORMAL * spread, abs(middle) / 1000)
    return _exact(middle - half), _exact(middle + half)


def _judge_absolute(metric: str, now: Point, alert: dict[str, Any], past: Sequence[Point]) -> Verdict:
    del past
    return _verdict(_outside(metric, now.value, alert.get("min"), alert.get("max")))


def _judge_percentage(metric: str, now: Point, alert: dict[str, Any], past: Sequence[Point]) -> Verdict:
    if not past:
        return Verdict("learning")
    before = past[-1].value
    change = now.value - before
    increase, decrease = alert.get("increase"), alert.get("decrease")
    warnings = []
    for word, moved, limit in (("rose", change, increase), ("fell", -change, decrease)):
        # Multiplied and not divided: a value that was 0 has no percentage, and any move away is too much.
        if limit is not None and moved > 0 and moved * 100 > _exact(limit) * abs(before):
            warnings.append(f"{metric} {word} from {_plain(before)} to {_plain(now.value)}, over {limit}%.")
    return _verdict(warnings)


def _judge_automatic(metric: str, now: Point, alert: dict[str, Any], past: Sequence[Point]) -> Verdict:
    band = expect(now.at, past, alert["sensitivity"])
    if band is None:
        return Verdict("learning")
    return _verdict(_outside(metric, now.value, *(round(edge, 4) for edge in band)))


_JUDGES = {"absolute": _judge_absolute, "percentage": _judge_percentage, "automatic": _judge_automatic}


def _outside(metric: str, value: Decimal, low: Any, high: Any) -> list[str]:
    warnings = []
    if low is not None and value < _exact(low):
        warnings.append(f"{metric} is {_plain(value)}, under {_plain(_exact(low))}.")
    if high is not None and value > _exact(high):
        warnings.append(f"{metric} is {_plain(value)}, over {_plain(_exact(high))}.")
    return warnings


def _verdict(warnings: list[str]) -> Verdict:
    return Verdict("alert", tuple(warnings)) if warnings else Verdict("ok")


def _exact(number: float | Decimal) -> Decimal:
    # By its text: 0.1 is meant as a tenth and not as the double next to it.
    return Decimal(str(number))


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"
