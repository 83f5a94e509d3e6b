"""The plans of an account in a table: how each went last, and when it starts next."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.clients.records import Records
from dataexplore.clients.talend import PlanExecutable
from dataexplore.clients.talend.words import plain_status
from dataexplore.errors import InputError, NotFound
from dataexplore.plans.names import within
from dataexplore.plans.schedules import Schedule
from dataexplore.reports import Listed
from dataexplore.reports.words import amount, marked

if TYPE_CHECKING:
    from dataexplore.clients.talend import TalendClient
    from dataexplore.plans.names import Names

__all__ = ["MOST", "at_most", "paused", "placed", "plans"]

MOST = 30  # each plan costs three requests
_TEXT = pa.string()


def plans(
    client: TalendClient,
    names: Names,
    *,
    environment: str | None = None,
    limit: int | None = None,
    now: dt.datetime | None = None,
) -> Listed[PlanExecutable]:
    """List the plans.

    Args:
        client: Talend.
        names: its plans.
        environment: only those of this one, by name or id.
        limit: at most so many; 30 without it, as three questions are asked about each.
        now: the present; for tests.

    Raises:
        InputError: there is no such environment, or the limit is none.
    """
    now = now or dt.datetime.now(dt.UTC)
    most = at_most(limit, MOST)
    every = within(names.plans, environment)
    found = [_whole(client, each) for each in every[:most]]
    schedules = [Schedule.read(client, plan, now) for plan in found]
    table = pa.table(
        {
            "plan": pa.array([plan.name for plan in found], _TEXT),
            "environment / workspace": pa.array([placed(plan) for plan in found], _TEXT),
            "steps": pa.array([len(plan.steps) or None for plan in found], pa.int64()),
            "last run": pa.array([_last(plan) for plan in found], _TEXT),
            "next start (UTC)": pa.array([each.next_utc for each in schedules], _TEXT),
            "by its own clock": pa.array(
                [paused(plan) or each.next_local for plan, each in zip(found, schedules, strict=True)], _TEXT
            ),
        }
    )
    first = f"The first {len(found):,} of " if len(found) < len(every) else ""
    more = " · more with --limit" if first else ""
    where = f" of {every[0].environment}" if environment and every else ""
    headline = f"{first}{amount(len(every), 'plan')}{where}{more}"
    return Listed(Records(found, PlanExecutable), headline, table)


def at_most(limit: int | None, otherwise: int) -> int:
    """Give how many rows are wanted.

    Raises:
        InputError: fewer than one.
    """
    if limit is not None and limit < 1:
        raise InputError(f"limit is {limit}.", "Use a whole number from 1.")
    return otherwise if limit is None else limit


def placed(plan: PlanExecutable) -> str:
    """Give the environment and the workspace of a plan."""
    return " / ".join(each for each in (plan.environment, plan.workspace) if each)


def paused(plan: PlanExecutable) -> str:
    """Say that a plan is paused, why and by whom; nothing when it is not."""
    if not plan.paused:
        return ""
    who = f" ({plan.paused_by})" if plan.paused_by else ""
    return f"‖ paused: {plan.pause_context}{who}" if plan.pause_context else f"‖ paused{who}"


def _whole(client: TalendClient, plan: PlanExecutable) -> PlanExecutable:
    """Read a plan with its chart; one that is gone meanwhile stays as the list told it."""
    with suppress(NotFound):
        return client.plans.get(plan.id or "")
    return plan


def _last(plan: PlanExecutable) -> str:
    return "" if plan.status is None else marked(plain_status(plan.status))
