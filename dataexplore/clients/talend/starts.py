"""What starts and ends work: plans, tasks and promotions. Each is sent once, whatever the answer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dataexplore.clients.inputs import count, identifier
from dataexplore.clients.orders import looking, text_parameters
from dataexplore.clients.talend.listings import changes, optional
from dataexplore.clients.talend.promotion_runs import PromotionRun
from dataexplore.clients.talend.rights import processing
from dataexplore.clients.talend.tokens import CREATE
from dataexplore.clients.talend.words import one_of
from dataexplore.errors import InputError, Invalid, Malformed, ServerFault
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dataexplore.transport import Session

__all__ = ["Starts"]

_RUNS = "/processing/executions"
PLAN = Operation("executePlan", "POST", f"{_RUNS}/plans", repeatable=False)
TASK = Operation("executeTask", "POST", _RUNS, repeatable=False)
TERMINATE = Operation("terminateTaskExecution", "DELETE", f"{_RUNS}/{{executionId}}", repeatable=False)
# Its answer may come when all is done.
PROMOTION = Operation("executePromotion", "POST", f"{_RUNS}/promotions", repeatable=False, deadline_s=600.0)

_PAUSED, _UNRESUMABLE, _UNCONFIGURED = 405, 422, 501
_ANEW = "Only a failed run can be resumed, and none that is too old: else start the plan anew."
_PROMOTION_FIXES = {_UNCONFIGURED: "Configure it in Talend."}
_LOG_LEVELS = ("OFF", "ERROR", "WARN", "INFO")
_PROMOTED = ("WORKSPACE", "PLAN", "FLOW", "ACTION")
_LONGEST_CONTEXT = 255


class Starts:
    """Starts and ends runs; :class:`Executions` has it all."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start_plan(self, plan_id: str) -> str:
        """Start a plan, and give the id of its run (POST /processing/executions/plans).

        Its tasks do their work in the plan's environment. It is never sent twice. A plan that runs already
        and allows no second run at once gets a run that is misfired.

        Raises:
            Invalid: the plan is paused, or has no run configuration.
            NotFound: there is no such plan.
            OutcomeUnknown: no answer; it may have been started. Look before it is repeated.
        """
        return self._start_plan({"executable": identifier(plan_id, "plan")})

    def start_task(
        self,
        task_id: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        log_level: str | None = None,
        timeout_min: int | None = None,
    ) -> str:
        """Start a task, and give the id of its run (POST /processing/executions). It is never sent twice.

        Args:
            task_id: the task; ``ws.talend.tasks.find(name)`` gives one by its name.
            parameters: values for the task's parameters, in place of its own. Numbers, True and False become
                text.
            log_level: ``OFF``, ``ERROR``, ``WARN`` or ``INFO``.
            timeout_min: whole minutes after which the service ends it.

        Raises:
            InputError: something cannot be sent as it is; nothing was.
            Invalid: the task is paused, or has no run configuration.
            NotFound: there is no such task.
            OutcomeUnknown: no answer; it may have been started. Look before it is repeated.
        """
        task = identifier(task_id, "task")
        body = {
            "executable": task,
            **changes(
                parameters=None if parameters is None else text_parameters(parameters),
                logLevel=None if log_level is None else one_of(log_level, _LOG_LEVELS, "log_level"),
                timeout=None if timeout_min is None else count(timeout_min, "timeout_min"),
            ),
        }
        look = _maybe("the task may have been started", f"task_history({task!r}, limit=5)")
        fixes = {
            _PAUSED: "Resume the task in Talend, then start it.",
            _UNCONFIGURED: "Give the task a run configuration in Talend, then start it.",
        }
        return self._run_id(TASK, body, look, fixes)

    def terminate_task(self, execution_id: str) -> None:
        """End a run of a task (DELETE /processing/executions/{executionId}). It is never sent twice.

        What the task has done so far stays done. Of a run within a plan, the step's condition decides whether
        the plan goes on.

        Raises:
            NotFound: there is no such run, or it has ended.
            OutcomeUnknown: no answer; it may have been ended.
        """
        one = identifier(execution_id, "task run")
        look = _maybe("the task run may have been ended", f"get_task({one!r})")
        with looking(look, before=CREATE.name), processing(TERMINATE):
            self._session.fetch(TERMINATE, {"executionId": one})

    def start_promotion(
        self,
        promotion_id: str,
        *,
        keep_target_resources: bool | None = None,
        keep_target_run_profiles: bool | None = None,
        artifact_id: str | None = None,
        artifact_type: str | None = None,
        context: str | None = None,
    ) -> PromotionRun:
        """Run a promotion: it copies into the target environment (POST /processing/executions/promotions).

        It is never sent twice. ``ws.talend.promotions.analyze(id)`` tells before what it would do.

        Args:
            promotion_id: the promotion.
            keep_target_resources: leave the target's own resources as they are.
            keep_target_run_profiles: leave the target's own run profiles as they are.
            artifact_id: promote only this workspace, plan, task or artifact.
            artifact_type: what that is: ``WORKSPACE``, ``PLAN``, ``FLOW`` (a task), ``ACTION`` (an artifact).
            context: a note, at most 255 characters.

        Returns:
            How it went; its ``execution_id`` is None when the service only said that it began.

        Raises:
            InputError: something cannot be sent as it is; nothing was.
            OutcomeUnknown: no answer; it may have been done. Look before it is repeated.
        """
        if (artifact_id is None) != (artifact_type is None):
            raise InputError("artifact_id and artifact_type belong together.", "Give both or none.")
        if context is not None and not (isinstance(context, str) and len(context) <= _LONGEST_CONTEXT):
            raise InputError("The context is no text of at most 255 characters.", "Shorten it.")
        advanced = changes(
            artifactId=optional(artifact_id, "artifact"),
            artifactType=None if artifact_type is None else one_of(artifact_type, _PROMOTED, "artifact_type"),
        )
        body = {
            "executable": identifier(promotion_id, "promotion"),
            **changes(
                keepTargetResources=_flag(keep_target_resources, "keep_target_resources"),
                keepTargetRunProfiles=_flag(keep_target_run_profiles, "keep_target_run_profiles"),
                advanced=advanced or None,
                context=context,
            ),
        }
        look = (
            "It was not sent again, and the promotion may have been done: look at the target environment, "
            "such as ws.talend.artifacts.list(environment_id=...), before you repeat it."
        )
        with (
            looking(look, before=CREATE.name),
            processing(PROMOTION),
            _refusals(_PROMOTION_FIXES),
        ):
            answer = self._session.fetch(PROMOTION, json=body)
            with self._session.naming(PROMOTION):
                return PromotionRun.read(_report(answer))

    def _start_plan(self, body: dict[str, Any]) -> str:
        plan = body["executable"]
        look = _maybe("the plan may have been started", f"plan_history({plan!r}, limit=5)")
        fixes = {
            _PAUSED: f"Resume it with ws.talend.plans.resume({plan!r}), then start it.",
            _UNRESUMABLE: _ANEW,
            _UNCONFIGURED: f"Give it one with ws.talend.plans.put_run_config({plan!r}, ...), then start it.",
        }
        return self._run_id(PLAN, body, look, fixes)

    def _run_id(self, operation: Operation, body: dict[str, Any], look: str, fixes: Mapping[int, str]) -> str:
        with looking(look, before=CREATE.name), processing(operation), _refusals(fixes):
            answer = self._session.fetch(operation, json=body)
            with self._session.naming(operation):
                started = answer.get("executionId") if isinstance(answer, dict) else None
                if not isinstance(started, str) or not started:
                    raise Malformed("The answer has no id of a run.")
                return started


@contextmanager
def _refusals(fixes: Mapping[int, str]) -> Iterator[None]:
    """Say what to do about what cannot be started as it is; 501 is no fault of the server here."""
    try:
        yield
    except Invalid as error:
        error.fix = fixes.get(error.status or 0, error.fix)
        error.args = (error.what, error.fix)
        raise
    except ServerFault as error:
        if error.status != _UNCONFIGURED:
            raise
        told = Invalid(
            error.detail or "It has no run configuration.",
            fixes.get(_UNCONFIGURED, ""),
            service=error.service,
            operation=error.operation,
            status=error.status,
            request_id=error.request_id,
            detail=error.detail,
            code=error.code,
        )
        raise told from None


def _maybe(done: str, call: str) -> str:
    return f"It was not sent again, and {done}: look at ws.talend.executions.{call} before you repeat it."


def _flag(value: bool | None, name: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise InputError(f"{name} is {value!r}.", "Use True or False.")


def _report(answer: Any) -> Any:
    """Bring a promotion's report and the id beside it together; without a body it has only begun."""
    if not isinstance(answer, dict):
        return {} if answer is None else answer
    report = answer.get("executionReport")
    return {**answer, **report} if isinstance(report, dict) else answer
