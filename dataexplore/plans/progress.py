"""How far a run of a plan is, in a few words for a line that updates in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.errors import Forbidden, NotFound
from dataexplore.html import visible
from dataexplore.reports.words import amount, bar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.clients.talend import TalendClient
    from dataexplore.clients.talend.plan_runs import PlanRun

__all__ = ["progress"]


def progress(client: TalendClient, run: PlanRun, steps: Mapping[str, str]) -> tuple[str, ...]:
    """Say how far a run is, for a line that updates: tasks done of all, and which step goes on.

    Args:
        client: Talend.
        run: the run.
        steps: names of the plan's steps by their ids.
    """
    done, planned = run.done or 0, run.planned or 0
    parts = [f"{bar(done, planned)} {done:,} of {amount(planned, 'task')}"] if planned else []
    try:
        begun = client.executions.steps(run.execution_id or "")
    except (NotFound, Forbidden):  # nothing is told of its steps yet
        return tuple(parts)
    failed = [step for step in begun if step.status == "failed"]
    now = failed or [step for step in begun if not step.ended]
    names = ", ".join(steps.get(step.step_id or "", step.name or "a step") for step in now)
    if names:
        parts.append(f"{names} failed, its error handler runs" if failed else f"now {names}")
    return tuple(visible(part) for part in parts)
