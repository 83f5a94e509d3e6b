"""How far a run is, in a few words for a line that updates in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.errors import Forbidden, Invalid, NotFound
from dataexplore.html import visible
from dataexplore.reports.words import amount, bar

if TYPE_CHECKING:
    from dataexplore.clients.coalesce import CoalesceClient, Run

__all__ = ["progress"]

_NOW_TOLD = 3


def progress(client: CoalesceClient, run: Run) -> tuple[str, ...]:
    """Say how far a run is, for a line that updates: nodes done of all, which run now, how many failed."""
    try:
        results = client.runs.results(run.id or 0)
    except (NotFound, Invalid, Forbidden):  # nothing is told of its nodes yet, or to this token
        return (f"run {run.id} {run.status}",)
    over = sum(each.status not in {"queued", "running", None} for each in results)
    failed = sum(each.status == "failed" for each in results)
    now = [each.node_name or "?" for each in results if each.status == "running"]
    shown = ", ".join(now[:_NOW_TOLD]) + (f" and {len(now) - _NOW_TOLD} more" if len(now) > _NOW_TOLD else "")
    parts = (
        f"run {run.id}",
        f"{bar(over, len(results))} {over:,} of {amount(len(results), 'node')}",
        f"{failed:,} failed" if failed else "",
        f"now {shown}" if now else run.status or "",
    )
    return tuple(visible(part) for part in parts if part)
