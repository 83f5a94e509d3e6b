"""The newest runs, asked for from the newest on, and no further back than the window."""

from __future__ import annotations

import datetime as dt
import difflib
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.clients.coalesce import Run
from dataexplore.clients.coalesce.words import ENDED, KNOWN, plain_status
from dataexplore.clients.records import Records
from dataexplore.errors import InputError
from dataexplore.reports.listed import Listed
from dataexplore.reports.since import read_since
from dataexplore.reports.words import amount, duration, marked, minute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dataexplore.clients.coalesce import CoalesceClient
    from dataexplore.runs.names import Names

__all__ = ["NEWEST", "STATUSES", "recent"]

NEWEST = 20
STATUSES = tuple(word for word in ("queued", "running", "success", "failed", "cancelled") if word in KNOWN)
# What is looked for by something else than time may be rare, or not be there at all.
_FILTERED_BACK = "30d"


def recent(
    client: CoalesceClient,
    names: Names,
    *,
    environment: str | int | None = None,
    status: str | None = None,
    job: str | None = None,
    since: str | None = None,
    limit: int | None = None,
    now: dt.datetime | None = None,
) -> Listed[Run]:
    """List the newest runs.

    Args:
        client: Coalesce.
        names: what its environments and jobs are called.
        environment: only those of this one, by name or id.
        status: only those that are ``queued``, ``running``, ``success``, ``failed`` or ``cancelled``.
        job: only those of this job, by name or id.
        since: only those that started since then: ``7d``, or a date. Without it 20 are listed; with a filter
            they are looked for in the last 30 days.
        limit: at most so many.
        now: the present; for tests.

    Raises:
        InputError: something that is not known; the near ones are named.
    """
    now = now or dt.datetime.now(dt.UTC)
    if limit is not None and limit < 1:
        raise InputError(f"limit is {limit}.", "Use a whole number from 1.")
    if status is not None and plain_status(status) not in STATUSES:
        raise _unknown_status(status)
    place = None if environment is None else client.environments.find(environment).id
    job_id = None if job is None else names.find_job(job, [place] if place else names.environments)
    filtered = (environment, status, job) != (None, None, None)
    began = since or (_FILTERED_BACK if filtered else None)
    edge = None if began is None else read_since(began, now)
    most = limit or (NEWEST if since is None else None)
    found: Iterator[Run] = client.runs.iterate(environment_id=place, run_status=status, since=edge)
    if job_id is not None:
        found = (run for run in found if run.job_id == job_id)
    kept = tuple(islice(found, None if most is None else most + 1))
    runs = Records(kept[:most], Run)
    kind = f"{plain_status(status)} run" if status else "run"
    told = [
        f"The newest {amount(len(runs), kind)}" if len(kept) > len(runs) else amount(len(runs), kind),
        *([f"of {names.environment(place)}"] if place else []),
        *([f"of job {job}"] if job else []),
    ]
    start = edge or min((run.started_at for run in runs if run.started_at), default=None)
    return Listed(runs, " ".join(told) + _reach(start, more=len(kept) > len(runs)), _table(runs, names))


def _reach(start: dt.datetime | None, *, more: bool) -> str:
    since = f" since {minute(start)} UTC" if start else ""
    return since + (" · more with --limit or --since" if more else "")


def _table(runs: Sequence[Run], names: Names) -> pa.Table:
    text = pa.string()
    return pa.table(
        {
            "run": pa.array([run.id for run in runs], pa.int64()),
            "status": pa.array([marked(run.status) for run in runs], text),
            "environment": pa.array([names.environment(run.environment_id) for run in runs], text),
            "what ran": pa.array([_what(run, names) for run in runs], text),
            "started (UTC)": pa.array([minute(run.started_at) for run in runs], text),
            "took": pa.array([_took(run) for run in runs], text),
            "nodes": pa.array([run.nodes_in_run for run in runs], pa.int64()),
            "why it failed": pa.array([run.failure_reason or "" for run in runs], text),
        }
    )


def _what(run: Run, names: Names) -> str:
    """Say what a run runs: a job, nodes that were chosen, a deploy, a rerun."""
    if run.run_type == "deploy":
        return "deploy"
    job = names.job(run)
    chosen = run.include_nodes_selector or run.exclude_nodes_selector
    what = f"job {job}" if job else "chosen nodes" if chosen else "every node" if run.run_type else ""
    return f"{what}, rerun of {run.rerun_of}".lstrip(", ") if run.rerun_of else what


def _took(run: Run) -> str:
    return duration(run.duration_s) or ("" if run.status in ENDED else "not ended")


def _unknown_status(status: str) -> InputError:
    near = difflib.get_close_matches(status.casefold(), STATUSES, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return InputError(f"No run has the status {status!r}.", f"{hint}Use {', '.join(STATUSES)}.")
