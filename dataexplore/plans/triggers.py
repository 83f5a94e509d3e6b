"""When a plan starts by itself, in words: ``daily at 00:45 Europe/London``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import datetime as dt

    from dataexplore.clients.talend import RunConfig

__all__ = ["in_words", "local"]

_UNITS = {"DAILY": ("daily", "days"), "WEEKLY": ("weekly", "weeks"), "MONTHLY": ("monthly", "months")}
_WORKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
_HOUR = 60


def in_words(config: RunConfig | None) -> str:
    """Say when a plan starts by itself, in its own zone."""
    if config is None:
        return "no run configuration"
    return _trigger(config.trigger)


def local(moment: dt.datetime, config: RunConfig | None) -> str:
    """Write a moment by the clock of a plan's trigger; nothing where nobody here knows its zone."""
    zone = config.time_zone if config else None
    try:
        return f"{moment.astimezone(ZoneInfo(zone or '')):%a %H:%M} {zone}"
    except (KeyError, ValueError, OSError):
        return ""


def _trigger(trigger: Any) -> str:
    if not isinstance(trigger, Mapping):
        return "not told"
    kind = trigger.get("type")
    inner = trigger.get("triggers")
    match kind:
        case "MANUAL":
            return "by hand only"
        case "WEBHOOK":
            return "by a webhook"
        case "MULTIPLE" if isinstance(inner, list) and inner:
            return "; ".join(_trigger(each) for each in inner)
        case "CRON":
            when = f"cron {trigger.get('cronExpression')}"
        case "ONCE":
            when = f"once, {trigger.get('startDate')}{_at(trigger.get('startTime'))}"
        case "DAILY" | "WEEKLY" | "MONTHLY":
            when = f"{_how_often(kind, trigger.get('interval'))}{_days(trigger)}{_times(trigger)}"
        case _:
            when = str(kind).lower().replace("_", " ")
    zone = trigger.get("timeZone")
    return f"{when} {zone}" if isinstance(zone, str) and zone else when


def _how_often(kind: str, interval: Any) -> str:
    once, units = _UNITS[kind]
    return f"every {interval} {units}" if isinstance(interval, int) and interval > 1 else once


def _days(trigger: Mapping[str, Any]) -> str:
    days = trigger.get("atDays")
    match days:
        case {"days": [*names]} if tuple(names) == _WORKDAYS:
            return " from Monday to Friday"
        case {"days": [*names]} if names:
            return f" on {_listed([str(name).capitalize() for name in names])}"
        case {"day": int(day)}:
            return f" on day {day}"
        case _:
            return ""


def _times(trigger: Mapping[str, Any]) -> str:
    match trigger.get("atTimes"):
        case {"type": "AT_SPECIFIC_TIMES", "times": [*times]} if times:
            return _at(_listed([str(time) for time in times]))
        case {"type": "AT_INTERVALS", "interval": int(minutes), "startTime": first, "endTime": last}:
            hours, rest = divmod(minutes, _HOUR)
            every = f"{minutes} min" if rest else "hour" if hours == 1 else f"{hours} hours"
            return f", every {every} from {first} to {last}"
        case {"time": time}:
            return _at(time)
        case _:
            return _at(trigger.get("startTime"))


def _at(time: Any) -> str:
    return f" at {time}" if isinstance(time, str) and time else ""


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
