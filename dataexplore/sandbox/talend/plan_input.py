"""What a request says of a plan: steps whose tasks and handlers are there, and that lead in no circle."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from dataexplore.sandbox.talend import calendar, requests
from dataexplore.sandbox.talend.company import PLAN, TASK, WORKSPACE
from dataexplore.sandbox.talend.requests import Fields, Text
from dataexplore.sandbox.talend.usage import handlers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from dataexplore.sandbox.records import Record
    from dataexplore.sandbox.talend.company import Company

__all__ = ["read_pause", "read_plan", "read_run_config", "settle"]

# A chart has each step inside the one before, and no reader goes down forever.
MOST_STEPS = 100
CLOUDS = ("CLOUD", "CLOUD_EXCLUSIVE")
Type = Literal["CLOUD", "REMOTE_ENGINE", "REMOTE_ENGINE_CLUSTER", "CLOUD_EXCLUSIVE", "PIPELINE_ENGINE"]


class Handler(Fields):
    """What is done when a step fails: tasks first, then plans."""

    task_ids: list[str] = Field(default_factory=list)
    plan_ids: list[str] = Field(default_factory=list)


class Step(Fields):
    """One step; its tasks run at once."""

    id: str | None = None
    name: Text
    condition: Literal["ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON"]
    task_ids: list[str]
    handler_on_failure: Handler | None = None
    note: str = ""


class PlanInput(Fields):
    """A plan as it is created and as it is changed: always whole."""

    name: Text
    workspace_id: Text
    description: str = ""
    steps: Annotated[list[Step], Field(min_length=1, max_length=MOST_STEPS)]


class Runtime(Fields):
    """On what a plan runs."""

    type: Type
    id: str = ""


class RunConfig(Fields):
    """When and on what a plan runs."""

    trigger: dict[str, Any]
    runtime: Runtime
    parallel_execution_allowed: bool = False


class Pause(Fields):
    """Whether a plan is paused, and what for; who says so and when is known, and only has to fit."""

    pause: bool
    pause_context: str | None = None
    user: str | None = None
    user_type: Literal["HUMAN", "SERVICE"] | None = None
    pause_date: AwareDatetime | None = None


async def read_pause(request: Request) -> Pause:
    """Read whether a plan is to pause.

    Raises:
        Refusal: The body does not fit (400).
    """
    return await requests.body(request, Pause)


async def read_run_config(request: Request) -> Record:
    """Read a run configuration as the records keep it; a trigger is kept as it came.

    Raises:
        Refusal: The trigger cannot be read, or there is no such engine (400).
    """
    given = await requests.body(request, RunConfig)
    try:
        calendar.check(given.trigger)
    except ValueError as error:
        raise requests.refuse(str(error)) from None
    if given.runtime.type not in CLOUDS:
        raise requests.refuse("There is no remote engine, cluster or pipeline engine; run in CLOUD")
    return {
        "trigger": given.trigger,
        "runtime": given.runtime.sent(),
        "parallelExecutionAllowed": given.parallel_execution_allowed,
    }


async def read_plan(request: Request) -> PlanInput:
    """Read a plan, which :func:`settle` then holds against what there is.

    Raises:
        Refusal: The body does not fit (400).
    """
    return await requests.body(request, PlanInput)


def settle(given: PlanInput, company: Company, plans: Sequence[Record], before: Record | None) -> Record:
    """Make of a plan what the records keep; ``before`` is the one that it replaces.

    Raises:
        Refusal: Its name is taken, or what it speaks of is not there (400).
    """
    workspace = company.refer(WORKSPACE, given.workspace_id)
    if before and company.environment_of(before) != workspace["environment"]:
        raise requests.refuse("A plan stays in its environment; a promotion copies it to another")
    own = before["ref"] if before else None
    if any(
        one["name"] == given.name and one["workspace"] == workspace["id"] and one["ref"] != own
        for one in plans
    ):
        raise requests.refuse(f"The workspace has another plan named {requests.show(given.name)}")
    known = {step["id"] for step in before["steps"]} if before else set()
    steps = [_read_step(step, company, workspace["environment"], known) for step in given.steps]
    record = {
        "name": given.name,
        "description": given.description,
        "workspace": workspace["id"],
        "steps": steps,
    }
    if own:
        _check_circles(record, own, {one["ref"]: one for one in plans})
    return record


def _read_step(step: Step, company: Company, environment: int, known: set[str]) -> Record:
    if not step.task_ids:
        raise requests.refuse(f"The step {requests.show(step.name)} has no task")
    if len(set(step.task_ids)) < len(step.task_ids):
        raise requests.refuse(f"The step {requests.show(step.name)} has a task twice")
    handler = step.handler_on_failure or Handler()
    for kind, refs in ((TASK, (*step.task_ids, *handler.task_ids)), (PLAN, handler.plan_ids)):
        for ref in refs:
            found = company.refer(kind, ref)
            if company.environment_of(found) != environment:
                raise requests.refuse(f"{found['name']!r} is in another environment")
    # Each of the plan's own ids is kept once; runs know steps by them.
    kept = step.id if step.id in known else None
    known.discard(kept or "")
    return {
        "id": kept or str(uuid.uuid4()),
        "name": step.name,
        "condition": step.condition,
        "taskIds": step.task_ids,
        "note": step.note,
        "handlerOnFailure": handler.model_dump(by_alias=True)
        if handler.task_ids or handler.plan_ids
        else None,
    }


def _check_circles(record: Record, own: str, plans: dict[str, Record]) -> None:
    waiting, seen = list(handlers(record)), set[str]()
    while waiting:
        ref = waiting.pop()
        if ref == own:
            raise requests.refuse("The error handlers lead back to the plan itself")
        if ref not in seen and ref in plans:
            seen.add(ref)
            waiting += handlers(plans[ref])
