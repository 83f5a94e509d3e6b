"""What ran and runs: executions of plans and of tasks, kept through a kill."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.talend import refs
from dataexplore.sandbox.talend.company import PLAN_EXECUTION, TASK_EXECUTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dataexplore.sandbox.records import Record, Records

__all__ = ["PLAN_STATUS", "TASK_STATUS", "ExecutionBook"]

# The service's detailed words, and the simple one that it has beside each.
PLAN_STATUS = {
    "STARTED": "executing",
    "EXECUTION_SUCCESS": "execution_successful",
    "EXECUTION_FAILED": "execution_failed",
    "EXECUTION_MISFIRED": "execution_misfired",
}
TASK_STATUS = {
    "EXECUTION_EVENT_RECEIVED": "dispatching",
    "DISPATCHING_FLOW": "dispatching",
    "STARTING_FLOW_EXECUTION": "executing",
    "STOPPING_FLOW_EXECUTION": "executing",
    "EXECUTION_SUCCESS": "execution_successful",
    "EXECUTION_FAILED": "execution_failed",
    "EXECUTION_REJECTED": "execution_rejected",
    "DEPLOY_FAILED": "deploy_failed",
    "EXECUTION_TERMINATED": "terminated",
    "EXECUTION_TERMINATED_TIMEOUT": "terminated_timeout",
    "EXECUTION_TERMINATED_SHUTDOWN": "terminated_shutdown",
}
BROKEN = "The server ended during the run."


class _Shelf:
    """Executions of one kind by their ids; every change is written down before it is told."""

    def __init__(self, records: Records, kind: str) -> None:
        self._records = records
        self._kind = kind
        self.lock = threading.RLock()
        self.by_ref: dict[str, Record] = {one["ref"]: one for one in records.all(kind)}
        self._last = max((one["id"] for one in self.by_ref.values()), default=0)

    def add(self, record: Record) -> Record:
        with self.lock:
            self._last += 1
            kept = {**record, "id": self._last, "ref": refs.give(self._kind, self._last)}
            self._records.add(self._kind, kept)
            self.by_ref[kept["ref"]] = kept
            return dict(kept)

    def add_all(self, records: Iterable[Record]) -> None:
        with self.lock:
            kept = list(records)
            self._records.add_all(self._kind, kept)
            self.by_ref.update((one["ref"], one) for one in kept)
            self._last = max([self._last, *(one["id"] for one in kept)])

    def change(self, ref: str, change: Callable[[Record], None]) -> Record:
        with self.lock:
            record = self.by_ref[ref]
            change(record)
            self._records.change(self._kind, record["id"], partial(_replaced, dict(record)))
            return dict(record)

    def find(self, ref: str) -> Record | None:
        with self.lock:
            record = self.by_ref.get(ref)
            return dict(record) if record else None

    def newest_first(self) -> list[Record]:
        with self.lock:
            return [dict(one) for one in sorted(self.by_ref.values(), key=lambda one: -one["id"])]


class ExecutionBook:
    """Executions of plans and of tasks. Any thread may call; what comes out is a copy, newest first."""

    def __init__(self, records: Records) -> None:
        self._plans = _Shelf(records, PLAN_EXECUTION)
        self._tasks = _Shelf(records, TASK_EXECUTION)
        self.end_unfinished()

    def plans(self) -> list[Record]:
        """Give every execution of a plan."""
        return self._plans.newest_first()

    def tasks(self) -> list[Record]:
        """Give every execution of a task."""
        return self._tasks.newest_first()

    def plan(self, ref: str) -> Record | None:
        """Give an execution of a plan, None when there is none."""
        return self._plans.find(ref)

    def task(self, ref: str) -> Record | None:
        """Give an execution of a task, None when there is none."""
        return self._tasks.find(ref)

    def add_plan(self, record: Record) -> Record:
        """Keep a new execution of a plan, which gets its id."""
        return self._plans.add(record)

    def add_task(self, record: Record) -> Record:
        """Keep a new execution of a task, which gets its id."""
        return self._tasks.add(record)

    def add_past(self, plans: Iterable[Record], tasks: Iterable[Record]) -> None:
        """Keep executions that have ended, oldest first, with the ids they were given."""
        self._tasks.add_all(tasks)
        # Last: the plans' executions say that their tasks' are there.
        self._plans.add_all(plans)

    def change_plan(self, ref: str, **fields: Any) -> Record:
        """Change fields of a plan's execution."""
        return self._plans.change(ref, lambda record: record.update(fields))

    def change_step(self, ref: str, place: int, **fields: Any) -> Record:
        """Change fields of one step of a plan's execution."""
        return self._plans.change(ref, lambda record: record["steps"][place].update(fields))

    def change_task(self, ref: str, **fields: Any) -> Record:
        """Change fields of a task's execution."""
        return self._tasks.change(ref, lambda record: record.update(fields))

    def count_done(self, ref: str) -> None:
        """Note that one more of a plan's tasks has ended."""

        def more(record: Record) -> None:
            record["done"] += 1

        self._plans.change(ref, more)

    def is_running(self, plan: str) -> bool:
        """Tell whether a plan has an execution that has not ended."""
        with self._plans.lock:
            return any(one["plan"] == plan and one["finished"] is None for one in self._plans.by_ref.values())

    def end_unfinished(self) -> None:
        """Tell the truth about what a server left behind that was killed, or stops now."""
        for task in [one for one in self.tasks() if one["finished"] is None]:
            self.change_task(
                task["ref"],
                detail="EXECUTION_TERMINATED_SHUTDOWN",
                finished=task["started"] or task["triggered"],
                error=BROKEN,
            )
        for run in [one for one in self.plans() if one["finished"] is None]:
            steps = [_ended(step) for step in run["steps"]]
            last = max([run["started"], *(step["finished"] for step in steps if step["finished"])])
            self.change_plan(run["ref"], detail="EXECUTION_FAILED", finished=last, steps=steps)


def _ended(step: Record) -> Record:
    if step["started"] is None or step["finished"] is not None:
        return step
    return {**step, "status": "FAIL", "finished": step["started"]}


def _replaced(record: Record, before: Record) -> Record:
    del before
    return record
