"""The engine: plans are walked step by step, the tasks of a step at once, error handlers when one fails."""

from __future__ import annotations

import logging
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox import moments
from dataexplore.sandbox.jobs import Cancelled, Job
from dataexplore.sandbox.talend.company import ENVIRONMENT, PLAN, TASK, WORKSPACE
from dataexplore.sandbox.talend.judging import FAIL, judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record
    from dataexplore.sandbox.talend.company import Company
    from dataexplore.sandbox.talend.execution_book import ExecutionBook
    from dataexplore.sandbox.talend.task_knobs import TaskKnob
    from dataexplore.sandbox.talend.task_work import TaskWork

__all__ = ["Engine", "Starter"]

log = logging.getLogger("dataexplore.sandbox")

# Tasks at one time, whatever plans they are of; plans wait in threads of their own, which cost little.
TASKS_AT_ONCE = 16
TERMINATE_S = 30.0
NOT_ALLOWED = "PARALLEL_EXECUTIONS_FORBIDDEN"


class Starter:
    """Who, or what, started an execution."""

    __slots__ = ("type", "user", "user_type")

    def __init__(self, type_: str, user: str = "ada.okafor", user_type: str = "HUMAN") -> None:
        self.type = type_
        self.user = user
        self.user_type = user_type

    def told(self) -> dict[str, str]:
        """Give the fields of an execution that tell it."""
        return {"type": self.type, "user": self.user, "user_type": self.user_type}


class Engine:
    """Runs plans and tasks."""

    def __init__(self, platform: Platform, company: Company, book: ExecutionBook, work: TaskWork) -> None:
        self._platform = platform
        self._company = company
        self._book = book
        self._work = work
        self._workers = ThreadPoolExecutor(TASKS_AT_ONCE, thread_name_prefix="task")
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._threads: set[threading.Thread] = set()
        self._closed = False

    def start_plan(self, plan: Record, starter: Starter, *, resume: Resume | None = None) -> str:
        """Start a plan and give the id of its execution; a second one beside the first may be misfired."""
        run, begins = self._add_plan(plan, starter, resume)
        if begins:
            self._in_thread(lambda: self._walk(plan, run, resume), f"plan {plan['name']}")
        return str(run["ref"])

    def start_task(self, task: Record, starter: Starter, **more: Any) -> str:
        """Start a task of its own and give the id of its execution."""
        execution, _ = self._submit(task, starter, None, **more)
        return str(execution["ref"])

    def terminate(self, execution: str) -> bool:
        """Stop a task and wait until it has; False when it had ended."""
        with self._lock:
            job = self._jobs.get(execution)
        if job is None:
            return False
        job.cancel()
        job.done.wait(TERMINATE_S)
        return True

    def close(self) -> None:
        """Stop everything; what had not ended is told as broken off by the server."""
        with self._lock:
            self._closed = True
            jobs, threads = list(self._jobs.values()), list(self._threads)
        for job in jobs:
            job.cancel()
        for thread in threads:
            thread.join()
        self._workers.shutdown()
        self._book.end_unfinished()

    def _in_thread(self, work: Any, name: str) -> None:
        def run() -> None:
            try:
                work()
            except Exception:
                log.exception("The execution of %s broke", name)
            finally:
                with self._lock:
                    self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, name=name, daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _add_plan(self, plan: Record, starter: Starter, resume: Resume | None) -> tuple[Record, bool]:
        config = plan["runConfig"] or {}
        workspace = self._company.get(WORKSPACE, plan["workspace"])
        steps = plan["steps"][resume.place :] if resume else plan["steps"]
        planned = sum(len(step["taskIds"]) for step in steps)
        if resume and resume.only:
            planned += len(resume.only) - len(steps[0]["taskIds"])
        fields = {
            "plan": plan["ref"],
            "workspace": workspace["ref"],
            "environment": self._company.get(ENVIRONMENT, workspace["environment"])["ref"],
            **starter.told(),
            "started": moments.now(),
            "finished": None,
            "detail": "STARTED",
            "planned": planned,
            "done": 0,
            "misfired": None,
            "steps": [_waiting(step) for step in steps],
            "resumed": resume.execution if resume else None,
        }
        with self._lock:
            if config.get("parallelExecutionAllowed") or not self._book.is_running(plan["ref"]):
                return self._book.add_plan(fields), True
            misfired = {"detail": "EXECUTION_MISFIRED", "misfired": NOT_ALLOWED, "steps": []}
            return self._book.add_plan({**fields, **misfired, "finished": fields["started"]}), False

    def _walk(self, plan: Record, run: Record, resume: Resume | None) -> bool:
        """Walk the steps of a plan; tell whether it succeeded."""
        well = False
        try:
            well = self._steps(plan, run, resume)
        finally:
            if not self._closed:
                detail = "EXECUTION_SUCCESS" if well else "EXECUTION_FAILED"
                self._book.change_plan(run["ref"], detail=detail, finished=moments.now())
        return well

    def _steps(self, plan: Record, run: Record, resume: Resume | None) -> bool:
        steps = plan["steps"][resume.place :] if resume else plan["steps"]
        for place, step in enumerate(steps):
            tasks = resume.only if resume and resume.only and place == 0 else step["taskIds"]
            self._book.change_step(run["ref"], place, started=moments.now())
            executions, futures = self._begin(tasks, run)
            self._book.change_step(run["ref"], place, tasks=executions)
            status = judge(step["condition"], [future.result() for future in futures])
            if self._closed:
                return False
            self._book.change_step(run["ref"], place, status=status, finished=moments.now())
            if status == FAIL:
                self._handle(step, place, run)
                return False
        return True

    def _begin(self, refs: Sequence[str], run: Record) -> tuple[list[str], list[Future[bool]]]:
        """Begin tasks of a plan, all at once; give their executions, and what will tell how each went."""
        starter = Starter("PLAN", run["user"], run["user_type"])
        begun = [self._submit(self._task(ref), starter, run) for ref in refs]
        return [execution["ref"] for execution, _ in begun], [future for _, future in begun]

    def _handle(self, step: Record, place: int, run: Record) -> None:
        """Run the error handler of a step that failed: its tasks, and then its plans one after the other."""
        handler = step.get("handlerOnFailure") or {}
        if not (handler.get("taskIds") or handler.get("planIds")):
            return
        began, plans = moments.now(), []
        executions, futures = self._begin(handler.get("taskIds") or [], run)
        well = [future.result() for future in futures]
        for ref in handler.get("planIds") or []:
            plan = self._company.look_up(PLAN, ref)
            if plan is None or self._closed:
                continue
            inner, begins = self._add_plan(plan, Starter("PLAN", run["user"], run["user_type"]), None)
            plans.append(inner["ref"])
            well.append(begins and self._walk(plan, inner, None))
        if self._closed:
            return
        told = {
            "id": step["id"],
            "execution": str(uuid.uuid4()),
            "status": judge("ALL_SUCCEEDED", well),
            "started": began,
            "finished": moments.now(),
            "planned": len(executions) + len(handler.get("planIds") or []),
            "tasks": executions,
            "plans": plans,
        }
        self._book.change_step(run["ref"], place, handler=told)

    def _task(self, ref: str) -> Record:
        task = self._company.look_up(TASK, ref)
        assert task is not None, f"the task {ref} of a plan is gone"
        return task

    def _submit(
        self, task: Record, starter: Starter, run: Record | None, **more: Any
    ) -> tuple[Record, Future[bool]]:
        workspace = self._company.get(WORKSPACE, task["workspace"])
        execution = self._book.add_task(
            {
                "task": task["ref"],
                "version": task["version"],
                "workspace": workspace["ref"],
                "environment": self._company.get(ENVIRONMENT, workspace["environment"])["ref"],
                "tags": task["tags"],
                "plan": run["plan"] if run else None,
                "plan_execution": run["ref"] if run else None,
                **starter.told(),
                "triggered": moments.now(),
                "started": None,
                "finished": None,
                "detail": "EXECUTION_EVENT_RECEIVED",
                "rows": None,
                "rejected": None,
                "error": None,
                "components": [],
                "timeout": None,
                "parameters": {},
                **more,
            }
        )
        job = Job(self._platform.warehouse)
        with self._lock:
            self._jobs[execution["ref"]] = job
            if self._closed:
                job.cancel()
        # Taken now: whether one that is ended in time has used it would else be a matter of luck.
        knob = self._work.knob(task, execution["environment"])
        return execution, self._workers.submit(self._do, task, execution, run, job, knob)

    def _do(
        self, task: Record, execution: Record, run: Record | None, job: Job, knob: TaskKnob | None
    ) -> bool:
        """Run a task to its end and write down what became of it; tell whether it went well."""
        ref = execution["ref"]
        limit = None
        outcome: dict[str, Any] = {"detail": "EXECUTION_FAILED", "error": "The task broke inside the server."}
        timed_out = threading.Event()
        try:
            if execution["timeout"]:
                limit = threading.Timer(execution["timeout"] * 60, _end, (job, timed_out))
                limit.start()
            job.check()
            self._book.change_task(ref, detail="STARTING_FLOW_EXECUTION", started=moments.now())
            outcome = self._work.do(task, execution, knob, job)
        except Cancelled:
            how = "EXECUTION_TERMINATED_TIMEOUT" if timed_out.is_set() else "EXECUTION_TERMINATED"
            outcome = {"detail": how}
        finally:
            if limit is not None:
                limit.cancel()
            if not self._closed:
                self._book.change_task(ref, finished=moments.now(), **outcome)
                if run is not None:
                    self._book.count_done(run["ref"])
            with self._lock:
                del self._jobs[ref]
            job.done.set()
        return bool(outcome["detail"] == "EXECUTION_SUCCESS")


def _end(job: Job, timed_out: threading.Event) -> None:
    timed_out.set()
    job.cancel()


class Resume:
    """Where an execution that failed is taken up again."""

    __slots__ = ("execution", "only", "place")

    def __init__(self, execution: str, place: int, only: list[str]) -> None:
        self.execution = execution
        self.place = place
        self.only = only


def _waiting(step: Record) -> dict[str, Any]:
    return {
        "id": step["id"],
        "execution": str(uuid.uuid4()),
        "status": None,
        "started": None,
        "finished": None,
        "planned": len(step["taskIds"]),
        "tasks": [],
        "handler": None,
    }
