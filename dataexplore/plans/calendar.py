"""What Talend starts by itself in the next days: a row a day, a column a plan, in UTC."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.clients.records import Record, Records, flag, instant, record, text
from dataexplore.errors import InputError, NotFound
from dataexplore.plans.listing import paused
from dataexplore.plans.names import within
from dataexplore.plans.schedules import run_config
from dataexplore.plans.triggers import in_words, local
from dataexplore.reports import Listed
from dataexplore.reports.words import amount, minute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dataexplore.clients.talend import PlanExecutable, RunConfig, TalendClient
    from dataexplore.plans.names import Names

    # A plan, its run configuration, and when it starts.
    Start = tuple[PlanExecutable, RunConfig, list[dt.datetime]]

__all__ = ["Due", "calendar"]

DAYS, MOST_DAYS = 7, 31
_PLANS_ASKED = 50  # two questions each
_TIMES_TOLD = 3
_PAUSED_TOLD = 5
_TEXT = pa.string()


@record
class Due(Record):
    """A start that is due, or a plan that starts nothing because it is paused.

    Attributes:
        plan: the plan's name.
        environment: where it lives.
        at: when it starts; None for a paused plan.
        local: the same in the zone of its trigger.
        trigger: the trigger in words.
        paused: whether the plan is paused: then nothing of it is due.
    """

    plan: str | None = text()
    environment: str | None = text()
    at: dt.datetime | None = instant()
    local: str | None = text()
    trigger: str | None = text()
    paused: bool | None = flag()
    pause_context: str | None = text()
    plan_id: str | None = text()


def calendar(
    client: TalendClient,
    names: Names,
    *,
    plan: PlanExecutable | None = None,
    environment: str | None = None,
    days: int | None = None,
    now: dt.datetime | None = None,
) -> Listed[Due]:
    """List what is due in the next days; plans that are paused or have no schedule are told apart.

    Args:
        client: Talend.
        names: its plans.
        plan: only of this one.
        environment: only in this one, by name or id.
        days: so many days from now; 7 without it, at most 31.
        now: the present; for tests.

    Raises:
        InputError: the days are none, or there is no such environment.
    """
    now = now or dt.datetime.now(dt.UTC)
    ahead = DAYS if days is None else days
    if not 1 <= ahead <= MOST_DAYS:
        raise InputError(f"days is {ahead}.", f"Use a whole number from 1 to {MOST_DAYS}.")
    until = now + dt.timedelta(days=ahead)
    every = [plan] if plan is not None else within(names.plans, environment)
    starts: list[Start] = []
    unscheduled = 0
    for each in every[:_PLANS_ASKED]:
        config = run_config(client, each.id)
        if config is None or config.trigger_type in {"MANUAL", "WEBHOOK"}:
            unscheduled += 1
        else:
            starts.append((each, config, _events(client, each, now, until)))
    # The next one first; what is paused, or comes later, last.
    starts.sort(key=lambda start: (bool(start[0].paused), start[2][:1] or [until]))
    dues = [due for each, config, times in starts for due in _dues(each, config, times)]
    headline = _headline(now, ahead, dues, unscheduled, len(every) - _PLANS_ASKED)
    return Listed(Records(dues, Due), headline, _table(starts, now, ahead), _remarks(starts))


def _events(
    client: TalendClient, plan: PlanExecutable, since: dt.datetime, to: dt.datetime
) -> list[dt.datetime]:
    if plan.paused:
        return []
    try:
        return client.plans.events(plan.id or "", since=since, to=to)
    except NotFound:  # its configuration was dropped just now
        return []


def _dues(plan: PlanExecutable, config: RunConfig, times: Sequence[dt.datetime]) -> list[Due]:
    shared = {
        "plan": plan.name,
        "environment": plan.environment,
        "trigger": in_words(config),
        "paused": bool(plan.paused),
        "pause_context": plan.pause_context,
        "plan_id": plan.id,
    }
    if plan.paused:
        return [Due.read(shared)]
    return [Due.read({**shared, "at": at.isoformat(), "local": local(at, config)}) for at in times]


def _headline(now: dt.datetime, days: int, dues: Sequence[Due], unscheduled: int, beyond: int) -> str:
    due = sum(each.at is not None for each in dues)
    parts = [
        f"{amount(due, 'start')} due in {amount(days, 'day')} from {minute(now)} UTC; days and times are UTC",
        f"{amount(unscheduled, 'plan')} without a schedule" if unscheduled else "",
        f"{amount(beyond, 'plan')} more not asked: narrow it with --environment" if beyond > 0 else "",
    ]
    return " · ".join(part for part in parts if part)


def _remarks(starts: Sequence[Start]) -> list[str]:
    """Tell the paused plans, and what they would do."""
    held = [(plan, config) for plan, config, _ in starts if plan.paused]
    told = [
        f"‖ {plan.name} is {paused(plan).removeprefix('‖ ')}; else {in_words(config)}"
        for plan, config in held[:_PAUSED_TOLD]
    ]
    more = len(held) - _PAUSED_TOLD
    return [*told, f"and {amount(more, 'plan')} more paused"] if more > 0 else told


def _table(starts: Sequence[Start], now: dt.datetime, days: int) -> pa.Table:
    dates = [(now + dt.timedelta(days=ahead)).date() for ahead in range(days + 1)]
    columns = {"day": ["its own zone", *(f"{date:%a %d %b}" for date in dates)]}
    for plan, config, times in starts:
        if not plan.paused:
            cells = [_times([at for at in times if at.date() == date]) for date in dates]
            columns[_label(plan, columns)] = [config.time_zone or "", *cells]
    return pa.table({name: pa.array(values, _TEXT) for name, values in columns.items()})


def _label(plan: PlanExecutable, taken: Mapping[str, object]) -> str:
    """Give the name of a plan, with its environment or id where another one has it too."""
    names = [plan.name or "?", f"{plan.name}@{plan.environment}", f"{plan.name} ({plan.id})"]
    return next((name for name in names if name not in taken), names[-1])


def _times(times: Sequence[dt.datetime]) -> str:
    told = [f"{at:%H:%M}" for at in times] or ["·"]  # a day without a start is a day all the same
    if len(told) <= _TIMES_TOLD:
        return ", ".join(told)
    return f"{told[0]} … {told[-1]} ({len(told)})"
