"""Why a run of a plan failed: its step, the task in it, and what that said."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dataexplore.clients.talend.executions import step_names
from dataexplore.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataexplore.clients.talend import TalendClient
    from dataexplore.clients.talend.plan_runs import PlanRun
    from dataexplore.clients.talend.task_runs import TaskRun
    from dataexplore.plans.names import Names

__all__ = ["Failures", "went_wrong"]

_GOOD = {"succeeded", "running", "queued", None}


class Failures:
    """Says why runs failed, two questions each; the chart of a plan is read once.

    Args:
        client: Talend.
        names: what its tasks are called.
    """

    def __init__(self, client: TalendClient, names: Names) -> None:
        self._client = client
        self._names = names
        self._steps: dict[str, dict[str, str]] = {}

    def why(self, run: PlanRun) -> str:
        """Say which step and task failed, and the task's error; as much of it as the service tells."""
        with suppress(Forbidden, NotFound):
            known = self._step_names(run.plan_id or "")
            for step in self._client.executions.steps(run.execution_id or ""):
                if step.status == "failed" and step.execution_id:
                    details = self._client.executions.step(run.execution_id or "", step.execution_id)
                    name = known.get(step.step_id or "", step.name or "a step")
                    return f"{name}: {self._tasks(went_wrong(details.task_runs or ()))}"
        return ""

    def _tasks(self, failed: Sequence[TaskRun]) -> str:
        if not failed:
            return "no task of it tells why"
        first, *others = failed
        more = f" (and {len(others)} more)" if others else ""
        name, error = self._names.task(first.task_id), first.error_message or first.status or ""
        return f"{name}{more}: {error.removeprefix(f'{name}: ')}"  # some say their name themselves

    def _step_names(self, plan_id: str) -> dict[str, str]:
        if plan_id not in self._steps:
            self._steps[plan_id] = {}
            with suppress(Forbidden, NotFound):
                plan = self._client.plans.get(plan_id)
                self._names.learn(plan.steps)
                self._steps[plan_id] = step_names(plan.raw)
        return self._steps[plan_id]


def went_wrong(runs: Sequence[TaskRun]) -> list[TaskRun]:
    """Give the task runs that failed, were ended, or never began."""
    return [run for run in runs if run.status not in _GOOD]
