"""A run of a plan that is watched: one line that updates, and the whole run at its end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dataexplore.clients.talend.executions import step_names
from dataexplore.errors import Forbidden, NotFound
from dataexplore.notebook.watching import follow
from dataexplore.plans import Names, PlanRunInDepth, progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.clients.talend.plan_runs import PlanRun
    from dataexplore.notebook.session import NotebookSession

__all__ = ["watched"]


def watched(notebook: NotebookSession, run: PlanRun, deadline_s: float | None) -> PlanRunInDepth:
    """Watch a run until it ends, and give it in depth; one that fails is shown like any other.

    Raises:
        DeadlineExceeded: it did not end in time, and goes on.
        KeyboardInterrupt: Stop; its text says that the run goes on, and how to end its tasks.
    """
    client = notebook.workspace.talend
    one = run.execution_id or ""
    steps: dict[str, str] = {}
    with suppress(Forbidden, NotFound):
        steps = step_names(client.plans.get(run.plan_id or "").raw)

    def wait(told: Callable[[PlanRun], None]) -> PlanRun:
        return client.executions.wait_plan(one, on_progress=told, deadline_s=deadline_s)

    def tell(state: PlanRun) -> tuple[str, ...]:
        return () if state.ended else progress(client, state, steps)

    left = (
        f"Run {one} goes on in Talend: %talend show {one} --watch watches it again. Talend has no call that "
        f"ends a plan's run; %talend show {one} lists its running tasks, %talend terminate TASK-RUN ends one."
    )
    ended = follow(notebook, client.host, wait, tell, left)
    return PlanRunInDepth.read(client, ended, Names(client))
