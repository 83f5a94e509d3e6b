"""When a plan starts by itself, and where it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dataexplore.clients.inputs import word
from dataexplore.clients.records import Record, anything, flag, integer, record, text
from dataexplore.clients.talend.listings import changes
from dataexplore.clients.talend.tasks import RUNTIME_TYPES
from dataexplore.errors import InputError

__all__ = ["TRIGGERS", "RunConfig", "run_config_body"]

TRIGGERS = ("ONCE", "DAILY", "WEEKLY", "MONTHLY", "WEBHOOK", "MANUAL", "CRON", "MULTIPLE")
_BY_INTERVAL = ("DAILY", "WEEKLY", "MONTHLY")


@record
class RunConfig(Record):
    """When a plan starts by itself, and where it runs.

    Attributes:
        trigger_type: ``ONCE``, ``DAILY``, ``WEEKLY``, ``MONTHLY``, ``CRON``, ``MULTIPLE``, ``WEBHOOK`` or
            ``MANUAL``.
        interval: days, weeks or months between two starts.
        cron: the expression of a ``CRON`` trigger.
        time_zone: the zone that the trigger's times are in.
        runtime_type: where it runs, such as ``CLOUD``.
        parallel_execution_allowed: whether a run may begin while another goes on.
        trigger: the trigger in the service's words.
        runtime: likewise.
    """

    trigger_type: str | None = text("trigger.type")
    interval: int | None = integer("trigger.interval")
    cron: str | None = text("trigger.cronExpression")
    start_date: str | None = text("trigger.startDate")
    time_zone: str | None = text("trigger.timeZone")
    runtime_type: str | None = text("runtime.type")
    parallel_execution_allowed: bool | None = flag("parallelExecutionAllowed")
    trigger: Any = anything()
    runtime: Any = anything()


def run_config_body(
    trigger: Mapping[str, Any], runtime: Mapping[str, Any] | None, parallel_execution_allowed: bool | None
) -> dict[str, Any]:
    """Give what is sent for a plan's run configuration; its trigger is looked at, as far as one can here.

    Raises:
        InputError: the trigger has no known type, no date or zone, or no interval where it needs one; or the
            runtime has no known type.
    """
    where = {"type": "CLOUD"} if runtime is None else _table(runtime, "runtime")
    if where.get("type") not in RUNTIME_TYPES:
        raise InputError(f"The runtime's type is {where.get('type')!r}.", f"Use {', '.join(RUNTIME_TYPES)}.")
    return {
        "trigger": _trigger(_table(trigger, "trigger")),
        "runtime": where,
        **changes(parallelExecutionAllowed=parallel_execution_allowed),
    }


def _trigger(trigger: dict[str, Any]) -> dict[str, Any]:
    kind = trigger.get("type")
    if kind not in TRIGGERS:
        raise InputError(f"The trigger's type is {kind!r}.", f"Use {', '.join(TRIGGERS)}.")
    word(trigger.get("timeZone"), "trigger's timeZone")
    date = trigger.get("startDate")
    if isinstance(date, dt.date) and not isinstance(date, dt.datetime):
        date = date.isoformat()
    if not _is_date(date):
        raise InputError(
            f"The trigger's startDate is {date!r}.", 'Write a date, such as "2026-01-31", or pass a date.'
        )
    interval = trigger.get("interval")
    if kind in _BY_INTERVAL and (type(interval) is not int or interval < 1):
        raise InputError(f"The trigger's interval is {interval!r}.", f"{kind} needs a whole number from 1.")
    if kind == "CRON":
        word(trigger.get("cronExpression"), "trigger's cronExpression")
    return {**trigger, "startDate": date}


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _table(value: object, what: str) -> dict[str, Any]:
    if isinstance(value, RunConfig):
        value = getattr(value, what)
    if isinstance(value, Mapping):
        return dict(value)
    raise InputError(
        f"The {what} is {value!r}.", 'Pass a dict in the service\'s words, such as {"type": ...}.'
    )
