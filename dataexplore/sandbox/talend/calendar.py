"""When a plan's trigger starts it: days and times in the trigger's own zone, told as instants in UTC.

A time that a clock skips in spring comes when the clock has gone on; one that it shows twice in autumn comes
once, at the first. Quartz's crontab is read without its seconds, with an optional year, Sunday being 1.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Trigger = Mapping[str, Any]

__all__ = ["check", "instants"]

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
# What only somebody, or something, outside starts.
UNTIMED = ("WEBHOOK", "MANUAL")
QUARTZ_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
CRON_FIELDS = (5, 6)
YEARS = re.compile(r"\d{4}(-\d{4})?(,\d{4}(-\d{4})?)*")


def check(trigger: Trigger) -> None:
    """Refuse a trigger that could never be read.

    Raises:
        ValueError: Something is missing or cannot be; in one sentence.
    """
    now = datetime.now(UTC)
    instants(trigger, now, now)


def instants(trigger: Trigger, after: datetime, until: datetime) -> Iterator[datetime]:
    """Give every instant at which a trigger comes due after a moment and until another, in order, each once.

    Raises:
        ValueError: The trigger cannot be read; before the first instant.
    """
    kind = trigger.get("type")
    if kind == "MULTIPLE":
        found = {due for each in _several(trigger) for due in instants(each, after, until)}
        return iter(sorted(found))
    zone = _zone(trigger)
    first = _date(trigger, "startDate")
    if kind in UNTIMED:
        return iter(())
    if kind == "CRON":
        return _of_crontab(trigger, zone, first, after, until)
    days = _days(trigger, first)
    times = [_time(trigger.get("startTime"), "startTime")] if kind == "ONCE" else _times(trigger)
    return _of_days(days, times, zone, after, until)


def _of_days(
    days: Callable[[date, date], Iterator[date]],
    times: Sequence[time],
    zone: ZoneInfo,
    after: datetime,
    until: datetime,
) -> Iterator[datetime]:
    # A day more at both ends: the zone's day begins earlier or ends later than that of UTC.
    for day in days(after.date() - timedelta(days=1), until.date() + timedelta(days=1)):
        # Sorted anew: a skipped time may come after one that stands later on the clock, or with it.
        for due in sorted({datetime.combine(day, at, zone).astimezone(UTC) for at in times}):
            if after < due <= until:
                yield due


def _days(trigger: Trigger, first: date) -> Callable[[date, date], Iterator[date]]:
    """Give what lists the days of a trigger between two dates, both included."""
    kind = trigger.get("type")
    if kind == "ONCE":
        return lambda low, high: iter([first] if low <= first <= high else [])
    every = trigger.get("interval", 1)
    if type(every) is not int or every < 1:
        raise ValueError("interval must be a whole number of at least 1.")
    if kind == "DAILY":
        return lambda low, high: _matching(
            low, high, lambda day: day >= first and (day - first).days % every == 0
        )
    if kind == "WEEKLY":
        monday, wanted = first - timedelta(days=first.weekday()), _weekdays(trigger, first)
        return lambda low, high: _matching(
            low,
            high,
            lambda day: day >= first and day.weekday() in wanted and (day - monday).days // 7 % every == 0,
        )
    if kind == "MONTHLY":
        number = _day_of_month(trigger, first)
        return lambda low, high: _matching(
            low,
            high,
            lambda day: (
                day >= first
                and day.day == number
                and ((day.year - first.year) * 12 + day.month - first.month) % every == 0
            ),
        )
    raise ValueError(f"There is no trigger type {kind!r}.")


def _matching(low: date, high: date, wanted: Callable[[date], bool]) -> Iterator[date]:
    day = low
    while day <= high:
        if wanted(day):
            yield day
        day += timedelta(days=1)


def _weekdays(trigger: Trigger, first: date) -> set[int]:
    days = trigger.get("atDays")
    if days is None:
        return {first.weekday()}
    if days.get("type") != "DAY_OF_WEEK" or not days.get("days"):
        raise ValueError("A WEEKLY trigger wants atDays of the type DAY_OF_WEEK, with its days.")
    unknown = [day for day in days["days"] if day not in DAYS]
    if unknown:
        raise ValueError(f"There is no day {unknown[0]!r}.")
    return {DAYS.index(day) for day in days["days"]}


def _day_of_month(trigger: Trigger, first: date) -> int:
    days = trigger.get("atDays")
    if days is None:
        return first.day
    number = days.get("day")
    if days.get("type") != "DAY_OF_MONTH" or type(number) is not int or not 1 <= number <= 31:  # noqa: PLR2004
        raise ValueError("A MONTHLY trigger wants atDays of the type DAY_OF_MONTH, with a day from 1 to 31.")
    return number


def _times(trigger: Trigger) -> list[time]:
    """Give the times of a day, in order."""
    told = trigger.get("atTimes")
    if told is None:
        return [_time(trigger.get("startTime"), "startTime")]
    kind = told.get("type")
    if kind == "AT_TIME":
        return [_time(told.get("time"), "atTimes.time")]
    if kind == "AT_SPECIFIC_TIMES":
        if not told.get("times"):
            raise ValueError("atTimes.times names no time.")
        return sorted({_time(each, "atTimes.times") for each in told["times"]})
    if kind == "AT_INTERVALS":
        return _at_intervals(told)
    raise ValueError(f"There is no atTimes of the type {kind!r}.")


def _at_intervals(told: Mapping[str, Any]) -> list[time]:
    begin, end = (_time(told.get(name), f"atTimes.{name}") for name in ("startTime", "endTime"))
    minutes = told.get("interval")
    if type(minutes) is not int or minutes < 1:
        raise ValueError("atTimes.interval must be a whole number of minutes, at least 1.")
    if end < begin:
        raise ValueError("atTimes.endTime is before atTimes.startTime.")
    first, last = (at.hour * 60 + at.minute for at in (begin, end))
    return [time(minute // 60, minute % 60) for minute in range(first, last + 1, minutes)]


def _of_crontab(
    trigger: Trigger, zone: ZoneInfo, first: date, after: datetime, until: datetime
) -> Iterator[datetime]:
    crontab, years = _crontab(trigger.get("cronExpression"))
    begin = max(after, datetime.combine(first, time(), zone).astimezone(UTC) - timedelta(minutes=1))
    try:
        coming = CronSim(crontab, begin.astimezone(zone))
    except CronSimError as error:
        raise ValueError(f"The cronExpression cannot be read: {error}.") from error
    dues = (due.astimezone(UTC) for due in coming)
    return (due for due in takewhile(lambda due: due <= until, dues) if years is None or due.year in years)


def _crontab(expression: object) -> tuple[str, set[int] | None]:
    """Write Quartz's fields (minute, hour, day, month, weekday, maybe year) as the five of a crontab."""
    fields = expression.split() if isinstance(expression, str) else []
    if len(fields) not in CRON_FIELDS:
        raise ValueError("A CRON trigger wants a cronExpression of five fields, or six with the year.")
    minute, hour, day, month, weekday = ("*" if field == "?" else field for field in fields[:5])
    weekday = re.sub(r"(?<![#/\d])\d", lambda found: _weekday(found[0]), weekday)
    return f"{minute} {hour} {day} {month} {weekday}", _years(fields[5:])


def _weekday(digit: str) -> str:
    if not 1 <= int(digit) <= len(QUARTZ_DAYS):
        raise ValueError(f"The weekday {digit} of the cronExpression is not from 1 (Sunday) to 7.")
    return QUARTZ_DAYS[int(digit) - 1]


def _years(fields: Sequence[str]) -> set[int] | None:
    if not fields or fields[0] in ("*", "?"):
        return None
    if not YEARS.fullmatch(fields[0]):
        raise ValueError(f"The year {fields[0]!r} of the cronExpression cannot be read.")
    spans = [part.partition("-") for part in fields[0].split(",")]
    return {year for low, _, high in spans for year in range(int(low), int(high or low) + 1)}


def _several(trigger: Trigger) -> Sequence[Trigger]:
    triggers = trigger.get("triggers")
    if not isinstance(triggers, list) or not triggers or not all(isinstance(each, dict) for each in triggers):
        raise ValueError("A MULTIPLE trigger wants its triggers.")
    if any(each.get("type") == "MULTIPLE" for each in triggers):
        raise ValueError("A MULTIPLE trigger holds no other of its kind.")
    return triggers


def _zone(trigger: Trigger) -> ZoneInfo:
    name = trigger.get("timeZone")
    try:
        return ZoneInfo(name) if isinstance(name, str) else ZoneInfo("")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"There is no time zone {name!r}; one is called Europe/London.") from None


def _date(trigger: Trigger, field: str) -> date:
    told = trigger.get(field)
    if not isinstance(told, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", told):
        raise ValueError(f"{field} must be a date such as 2026-01-05.")
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise ValueError(f"{field} {told} is no day of the calendar.") from error


def _time(told: object, field: str) -> time:
    if not isinstance(told, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", told):
        raise ValueError(f"{field} must be a time such as 05:30.")
    return time.fromisoformat(told)
