"""What ran: the newest runs of plans, what failed in them, and the text where an account may not see them."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.clients.records import Records
from dataexplore.clients.talend.plan_runs import PlanRun
from dataexplore.clients.talend.words import plain_status
from dataexplore.errors import Forbidden, NotFound
from dataexplore.plans.failures import Failures
from dataexplore.plans.listing import at_most
from dataexplore.plans.names import within
from dataexplore.reports import Listed, read_since
from dataexplore.reports.words import amount, duration, marked, minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dataexplore.clients.talend import PlanExecutable, TalendClient
    from dataexplore.plans.names import Names

__all__ = ["EXPLAINED", "history", "how", "processing_wanted"]

EXPLAINED = 20  # failed runs of a look that are asked why, two questions each
_NEWEST = 20
# What is looked for by something else than time may be rare, or not be there at all.
_FILTERED_BACK = "30d"
_TEXT = pa.string()
_CLOSED = (
    "This account has no rights to Talend's Processing, which has the runs and starts them. "
    "%talend plans, %talend plan NAME and %talend calendar work without it."
)


def history(
    client: TalendClient,
    names: Names,
    *,
    plan: PlanExecutable | None = None,
    environment: str | None = None,
    status: str | None = None,
    since: str | None = None,
    limit: int | None = None,
    now: dt.datetime | None = None,
) -> Listed[PlanRun]:
    """List the newest runs of plans; failed ones with what failed in them.

    Args:
        client: Talend.
        names: its plans and tasks.
        plan: only of this one.
        environment: only in this one, by name or id.
        status: only those that are ``running``, ``succeeded``, ``failed`` or ``misfired``.
        since: only those that started since then: ``7d``, or a date. Without it 20 are listed; with a status
            they are looked for in the last 30 days.
        limit: at most so many.
        now: the present; for tests.

    Raises:
        InputError: something that is not known; the near ones are named.
        Forbidden: the account has no rights to Processing; the text says what works without.
    """
    began = since or (_FILTERED_BACK if status else None)
    edge = None if began is None else read_since(began, now or dt.datetime.now(dt.UTC))
    most = at_most(limit, _NEWEST) if since is None or limit is not None else None
    place = within(names.plans, environment)[0].environment_id if environment and plan is None else None
    with processing_wanted(listing=plan is None):
        found = client.executions.iterate_plan_history(
            None if plan is None else plan.id,
            since=edge,
            status=status,
            environment_id=place,
            names={} if plan is None else {plan.id or "": plan.name or ""},
        )
        # The service gives what overlaps the window; asked for is what started in it.
        started = (run for run in found if edge is None or (run.started_at or edge) >= edge)
        kept = tuple(islice(started, None if most is None else most + 1))
    runs = Records(kept[:most], PlanRun)
    more = len(kept) > len(runs)
    noun = f"{plain_status(status)} run" if status else "run"
    where = f" in {environment}" if environment else ""
    begun = edge or min((run.started_at for run in runs if run.started_at), default=None)
    headline = (
        f"{'The newest ' if more else ''}{amount(len(runs), noun)} of {plan.name if plan else 'all plans'}"
        f"{where}{f' since {minute(begun)} UTC' if begun else ''}"
        f"{' · more with --limit or --since' if more else ''}"
    )
    return Listed(runs, headline, _table(client, runs, names))


@contextmanager
def processing_wanted(*, listing: bool = True) -> Iterator[None]:
    """Say what works without Processing, where an account has no rights to it.

    Args:
        listing: whether a 404 can only mean that; for one plan or run it may just not be there.
    """
    try:
        yield
    except (Forbidden, NotFound) as error:
        if isinstance(error, Forbidden) or listing:
            error.fix = _CLOSED
            error.args = (error.what, _CLOSED)
        raise


def _table(client: TalendClient, runs: Sequence[PlanRun], names: Names) -> pa.Table:
    failures, explained = Failures(client, names), 0
    why = []
    for run in runs:
        text = run.misfired_reason or ""
        if run.status == "failed" and not text:
            explained += 1
            text = failures.why(run) if explained <= EXPLAINED else "%talend show says why"
        why.append(text)
    return pa.table(
        {
            "plan": pa.array([run.plan_name or names.plan(run.plan_id) for run in runs], _TEXT),
            "environment": pa.array([names.place(run.plan_id) for run in runs], _TEXT),
            "status": pa.array([marked(run.status) for run in runs], _TEXT),
            "started (UTC)": pa.array([minute(run.started_at) for run in runs], _TEXT),
            "took": pa.array([duration(run.duration_s) or _not_ended(run) for run in runs], _TEXT),
            "tasks": pa.array([_tasks(run) for run in runs], _TEXT),
            "what failed": pa.array(why, _TEXT),
            "how": pa.array([how(run) for run in runs], _TEXT),
            "run": pa.array([run.execution_id for run in runs], _TEXT),
        }
    )


def how(run: PlanRun) -> str:
    """Say how a run was started, and by whom."""
    kind = (run.execution_type or "").lower()
    return f"{kind} by {run.user_id}" if run.user_id else kind


def _tasks(run: PlanRun) -> str:
    return "" if run.planned is None else f"{run.done or 0:,} of {run.planned:,}"


def _not_ended(run: PlanRun) -> str:
    return "" if run.ended else "not ended"
