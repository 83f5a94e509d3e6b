"""Runs of plans, tasks and promotions: what ran, how each step went; start, resume, end, wait."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from dataexplore.clients import waiting
from dataexplore.clients.answers import fetch_record
from dataexplore.clients.inputs import identifier
from dataexplore.clients.records import Record, Records
from dataexplore.clients.talend.histories import Histories, Listing
from dataexplore.clients.talend.listings import bare, changes
from dataexplore.clients.talend.plan_runs import PlanRun
from dataexplore.clients.talend.plan_steps import Step, chart_steps
from dataexplore.clients.talend.promotion_runs import PromotionRun
from dataexplore.clients.talend.rights import processing
from dataexplore.clients.talend.starts import Starts
from dataexplore.clients.talend.step_runs import StepRun, StepRunDetails
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.errors import Forbidden, InputError, Malformed, NotFound
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dataexplore.transport import Session

__all__ = ["Executions"]

_RUNS = "/processing/executions"
_PLAN = f"{_RUNS}/plans/{{planExecutionId}}"
_STEP = f"{_PLAN}/steps/{{stepExecutionId}}"
GET_PLAN = Operation("getPlanExecution", "GET", _PLAN, repeatable=True)
STEPS = Operation("listStepExecutions", "GET", f"{_PLAN}/steps", repeatable=True)
STEP = Operation("getStepExecution", "GET", _STEP, repeatable=True)
HANDLER = Operation("getStepHandlerExecution", "GET", f"{_STEP}/error-handler", repeatable=True)
GET_TASK = Operation("getTaskExecution", "GET", f"{_RUNS}/{{executionId}}", repeatable=True)
GET_PROMOTION = Operation(
    "getPromotionExecution", "GET", f"{_RUNS}/promotions/{{executionId}}", repeatable=True
)

Kind = TypeVar("Kind", bound=Record)


class Plans(Listing, Protocol):
    """What lists plans and reads one with its chart."""

    def get(self, plan_id: str, /) -> Record:
        """Read one."""


class Executions(Histories, Starts):
    """The operations on runs, and waiting for one.

    Args:
        session: sends them.
        plans: lists the plans and reads one, for names of plans and steps.
        tasks: lists the tasks, for their names.
    """

    def __init__(self, session: Session, plans: Plans, tasks: Listing) -> None:
        Histories.__init__(self, session, plans, tasks)
        self._charts = plans

    def get_plan(self, execution_id: str, *, deadline_s: float | None = None) -> PlanRun:
        """Read a run of a plan (GET /processing/executions/plans/{planExecutionId}).

        Raises:
            NotFound: there is no such run, or not for this account.
        """
        return self._read(GET_PLAN, PlanRun, _plan(execution_id), deadline_s)

    def get_task(self, execution_id: str, *, deadline_s: float | None = None) -> TaskRun:
        """Read a run of a task, with its rows and its error (GET /processing/executions/{executionId}).

        Raises:
            NotFound: there is no such run, or not for this account.
        """
        return self._read(
            GET_TASK, TaskRun, {"executionId": identifier(execution_id, "task run")}, deadline_s
        )

    def get_promotion(self, execution_id: str) -> PromotionRun:
        """Read a run of a promotion with its report (GET /processing/executions/promotions/{executionId}).

        Raises:
            NotFound: there is no such run, or not for this account.
        """
        one = {"executionId": identifier(execution_id, "promotion's run")}
        return self._read(GET_PROMOTION, PromotionRun, one)

    def steps(self, execution_id: str) -> Records[StepRun]:
        """Read how the steps of a plan's run went, in the plan's order, without error handlers.

        GET /processing/executions/plans/{planExecutionId}/steps; :meth:`run_steps` has their names too.

        Raises:
            NotFound: there is no such run, or not for this account.
        """
        with processing(STEPS):
            return bare(self._session, STEPS, StepRun, names=_plan(execution_id))

    def step(self, execution_id: str, step_execution_id: str) -> StepRunDetails:
        """Read a step of a plan's run with its task runs (GET .../steps/{stepExecutionId}).

        Args:
            execution_id: the plan's run.
            step_execution_id: the ``execution_id`` of the step, not its ``step_id``.
        """
        return self._read(STEP, StepRunDetails, _step(execution_id, step_execution_id))

    def error_handler(self, execution_id: str, step_execution_id: str) -> StepRunDetails:
        """Read how the error handler of a failed step went (GET .../steps/{stepExecutionId}/error-handler).

        Raises:
            NotFound: the step has no error handler, or it did not run.
        """
        return self._read(HANDLER, StepRunDetails, _step(execution_id, step_execution_id))

    def run_steps(
        self, execution_id: str, *, task_names: Mapping[str, str] | None = None
    ) -> Records[StepRunDetails]:
        """Read the steps of a plan's run with their names, statuses, times and task runs.

        One request a step, two for the run and one for the plan. The names come from the plan as it is now: a
        step that was taken out since has none, and neither has any when the plan is gone.

        Args:
            execution_id: the plan's run.
            task_names: names of tasks by their ids, as :meth:`task_names` gives them; each task run gets its
                own.
        """
        run = self.get_plan(execution_id)
        names = self._step_names(run.plan_id)
        return Records(
            (self._named_step(execution_id, step, names, task_names) for step in self.steps(execution_id)),
            StepRunDetails,
        )

    def resume_plan(
        self, execution_id: str, step_execution_id: str, *, only_failed_tasks: bool = False
    ) -> str:
        """Go on with a failed run of a plan from one of its steps, and give the id of the new run.

        POST /processing/executions/plans, after the run and its steps were read. It is never sent twice.

        Args:
            execution_id: the failed run.
            step_execution_id: the run of the step to begin with: the ``execution_id`` that :meth:`steps`
                tells, not the ``step_id``, which is the step's in the plan's chart.
            only_failed_tasks: of that step, run only the tasks that failed.

        Raises:
            InputError: the run has no such step; the right id is told. Nothing was started.
            Invalid: the run did not fail, is too old, or the plan is paused.
            OutcomeUnknown: no answer; it may have been started. Look before it is repeated.
        """
        one = identifier(execution_id, "plan's run")
        begin = identifier(step_execution_id, "step's run")
        if not isinstance(only_failed_tasks, bool):
            raise InputError(f"only_failed_tasks is {only_failed_tasks!r}.", "Use True or False.")
        _same_step(begin, one, self.steps(one))
        plan = self.get_plan(one).plan_id
        if plan is None:
            with self._session.naming(GET_PLAN):
                raise Malformed(f"The run {one} does not tell its plan.", "Start the plan anew.")
        return self._start_plan(
            {
                "executable": plan,
                "executionPlanId": one,
                "stepId": begin,
                **changes(rerunOnlyFailedTasks=only_failed_tasks or None),
            }
        )

    def watch_plan(self, execution_id: str, *, deadline_s: float | None = None) -> Iterator[PlanRun]:
        """Read a run of a plan again and again until it ended, and yield each state.

        The pauses grow to ten seconds. Whoever stops looking stops nothing in the service.

        Args:
            execution_id: the run.
            deadline_s: total seconds; None goes on as long as it takes.

        Raises:
            DeadlineExceeded: it did not end in time; it goes on.
        """
        one = identifier(execution_id, "plan's run")
        return self._watch(
            lambda seconds: self.get_plan(one, deadline_s=seconds), _plan_goes_on(one), deadline_s
        )

    def wait_plan(
        self,
        execution_id: str,
        *,
        on_progress: Callable[[PlanRun], None] | None = None,
        deadline_s: float | None = None,
    ) -> PlanRun:
        """Wait until a run of a plan ended, and give its last state. When the waiting ends early, it goes on.

        Args:
            execution_id: the run.
            on_progress: called with each state read, and about ten times a second with the last one.
            deadline_s: total seconds; None waits as long as it takes.

        Raises:
            DeadlineExceeded: it did not end in time; it goes on.
            KeyboardInterrupt: Stop; the text says how to end what still runs.
        """
        one = identifier(execution_id, "plan's run")
        return waiting.wait(
            self._session,
            lambda seconds: self.get_plan(one, deadline_s=seconds),
            _ended,
            left=_plan_goes_on(one),
            on_progress=on_progress,
            deadline_s=deadline_s,
        )

    def watch_task(self, execution_id: str, *, deadline_s: float | None = None) -> Iterator[TaskRun]:
        """Read a run of a task again and again until it ended; as :meth:`watch_plan`."""
        one = identifier(execution_id, "task run")
        return self._watch(
            lambda seconds: self.get_task(one, deadline_s=seconds), _task_goes_on(one), deadline_s
        )

    def wait_task(
        self,
        execution_id: str,
        *,
        on_progress: Callable[[TaskRun], None] | None = None,
        deadline_s: float | None = None,
    ) -> TaskRun:
        """Wait until a run of a task ended, and give its last state; arguments as of :meth:`wait_plan`."""
        one = identifier(execution_id, "task run")
        return waiting.wait(
            self._session,
            lambda seconds: self.get_task(one, deadline_s=seconds),
            _ended,
            left=_task_goes_on(one),
            on_progress=on_progress,
            deadline_s=deadline_s,
        )

    def _watch(self, ask: Callable[[float], Any], left: str, deadline_s: float | None) -> Iterator[Any]:
        return waiting.watch(self._session, ask, _ended, left=left, deadline_s=deadline_s)

    def _read(
        self, operation: Operation, kind: type[Kind], names: dict[str, str], deadline_s: float | None = None
    ) -> Kind:
        with processing(operation):
            return fetch_record(self._session, operation, kind, names, deadline_s=deadline_s)

    def _step_names(self, plan_id: str | None) -> dict[str, str]:
        if plan_id is None:
            return {}
        with suppress(Forbidden, NotFound):
            return step_names(self._charts.get(plan_id).raw)
        return {}

    def _named_step(
        self, execution_id: str, step: StepRun, names: Mapping[str, str], tasks: Mapping[str, str] | None
    ) -> StepRunDetails:
        one = step.execution_id
        details = self.step(execution_id, one) if one else StepRunDetails.read(step.raw)
        runs = details.task_runs
        if runs and tasks:
            runs = Records([replace(run, task_name=tasks.get(run.task_id or "")) for run in runs], TaskRun)
        name = names.get(step.step_id or "") or details.name or step.name
        return replace(details, name=name, task_runs=runs)


def step_names(plan: Mapping[str, Any]) -> dict[str, str]:
    """Give the names of a plan's steps by their ids, from its chart and from its list of steps."""
    listed = plan.get("steps")
    steps = [*chart_steps(plan.get("chart")), *map(Step.read, listed if isinstance(listed, list) else ())]
    # A chart may have two ids; either may be the one that a run tells.
    ids = ((key, step) for step in steps for key in (step.id, step.raw.get("id")))
    return {key: step.name for key, step in ids if isinstance(key, str) and step.name}


def _same_step(begin: str, run: str, steps: Records[StepRun]) -> None:
    """Refuse the id of a chart's step where that of its run is wanted; they look alike."""
    if begin in {step.execution_id for step in steps}:
        return
    for step in steps:
        if step.step_id == begin and step.execution_id:
            raise InputError(
                f"{begin} is the step in the plan's chart, and not its run.",
                f"Pass the step's execution_id: {step.execution_id}.",
            )
    known = ", ".join(step.execution_id for step in steps if step.execution_id)
    raise InputError(
        f"The run {run} has no step's run {begin}.",
        f"Pass one of ws.talend.executions.steps({run!r}) by its execution_id: {known or 'it has none'}.",
    )


def _plan(execution_id: str) -> dict[str, str]:
    return {"planExecutionId": identifier(execution_id, "plan's run")}


def _step(execution_id: str, step_execution_id: str) -> dict[str, str]:
    return {**_plan(execution_id), "stepExecutionId": identifier(step_execution_id, "step's run")}


def _ended(run: PlanRun | TaskRun) -> bool:
    return run.ended


def _plan_goes_on(run: str) -> str:
    return (
        f"Run {run} goes on in Talend: look at it with ws.talend.executions.get_plan({run!r}). No call stops "
        "a plan's run; to end it, end its running tasks, which "
        'ws.talend.executions.task_history(status="running") lists, with '
        "ws.talend.executions.terminate_task(execution_id)."
    )


def _task_goes_on(run: str) -> str:
    return (
        f"Run {run} goes on in Talend: look at it with ws.talend.executions.get_task({run!r}), "
        f"end it with ws.talend.executions.terminate_task({run!r})."
    )
