"""The steps of a plan, as its definition has them and as its chart does, and new ones checked before sending.

The two tell the same in different words. A chart's step names the next one inside itself, has the names of
its tasks and what became of them, but no condition; a definition has a list of steps, ids of tasks only, and
the condition. Chart nodes in turn have two spellings (``stepName`` and ``name``); either is read.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, record, text, whole
from dataexplore.clients.talend.listings import changes
from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["CONDITIONS", "Condition", "Part", "PlanStep", "Step", "chart_steps", "written"]

Condition = Literal["ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON"]
CONDITIONS = ("ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON")
_NEXT = "nextStep"
_HANDLERS = ("stepOnException", "handlerOnFailure")
_FIELDS = ("id", "name", "condition", "taskIds", "handlerOnFailure", "note")


@dataclass(frozen=True, slots=True)
class Part:
    """A task, or a plan, that a step or its error handler runs.

    Attributes:
        id: its id.
        kind: ``task`` or ``plan``.
        name: its name, where the service tells it.
    """

    id: str
    kind: Literal["task", "plan"]
    name: str | None = None

    def __str__(self) -> str:
        name = self.name or self.id
        return f"plan {name}" if self.kind == "plan" else name


def _parts(raw: Mapping[str, Any]) -> tuple[Part, ...]:
    """Read what runs in a step or handler: from its flows, which have names, and from the bare ids."""
    found: dict[tuple[str, str], Part] = {}
    flows = raw.get("flows")
    for flow in flows if isinstance(flows, list) else ():
        if isinstance(flow, Mapping) and isinstance(own := flow.get("id"), str):
            kind: Literal["task", "plan"] = "plan" if flow.get("plan") is True else "task"
            name = flow.get("name")
            found[kind, own] = Part(own, kind, name if isinstance(name, str) and name else None)
    for field in ("taskIds", "planIds"):
        ids = raw.get(field)
        for each in ids if isinstance(ids, list) else ():
            if isinstance(each, str):
                kind = "plan" if field == "planIds" or ("plan", each) in found else "task"
                found.setdefault((kind, each), Part(each, kind))
    return tuple(found.values())


def _handler(raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((raw[name] for name in _HANDLERS if isinstance(raw.get(name), Mapping)), None)


def _handler_parts(raw: Mapping[str, Any]) -> tuple[Part, ...]:
    """Read what an error handler runs; in a chart it is a chain of steps like any other."""
    handler = _handler(raw)
    found = [part for each in _chain(handler) for part in _parts(each)] if handler is not None else []
    return tuple(dict.fromkeys(found))


def _told(parts: tuple[Part, ...]) -> str:
    return ", ".join(map(str, parts))


@record
class Step(Record):
    """A step of a plan; its tasks run side by side.

    Attributes:
        condition: what must have become of its tasks for the next step to begin; charts do not tell it.
        status: what became of it in the last run: ``SUCCESS``, ``PARTIAL_SUCCESS``, ``FAIL`` or ``PROCEED``;
            only charts tell it.
        tasks: what it runs.
        on_failure: what its error handler runs when it fails, tasks and plans.
        note: a hint for whoever restarts the plan from here.
    """

    name: str | None = text("stepName", "name")
    condition: str | None = text()
    status: str | None = text()
    tasks: tuple[Part, ...] = whole(_parts, pa.string(), _told)
    on_failure: tuple[Part, ...] = whole(_handler_parts, pa.string(), _told)
    note: str | None = text("stepNote", "note")
    id: str | None = text("stepId", "id")

    @property
    def handler(self) -> Step | None:
        """The error handler as the service tells it, with its own id, name, status and note in a chart."""
        raw = _handler(self.raw)
        return None if raw is None else Step.read(raw)


def chart_steps(chart: Any) -> Records[Step]:
    """Read a chart's steps in their order."""
    return Records((Step.read(each) for each in _chain(chart)), Step)


def _chain(node: Any) -> Iterator[Mapping[str, Any]]:
    while isinstance(node, Mapping):
        yield node
        node = node.get(_NEXT)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step for a new or changed plan.

    Args:
        name: its name.
        task_ids: the tasks it runs, side by side.
        condition: what must have become of them for the next step to begin.
        on_failure_task_ids: tasks that its error handler runs when it fails.
        on_failure_plan_ids: plans that it starts then.
        note: a hint for whoever restarts the plan from here.
        id: of a step that is there already.
    """

    name: str
    task_ids: tuple[str, ...] | list[str]
    condition: Condition = "ALL_SUCCEEDED"
    on_failure_task_ids: tuple[str, ...] | list[str] = ()
    on_failure_plan_ids: tuple[str, ...] | list[str] = ()
    note: str | None = None
    id: str | None = None

    def body(self) -> dict[str, Any]:
        """Give it in the service's words."""
        handler = changes(
            taskIds=self.on_failure_task_ids or None,
            planIds=self.on_failure_plan_ids or None,
        )
        more = changes(id=self.id, handlerOnFailure=handler or None, note=self.note)
        return {"name": self.name, "condition": self.condition, "taskIds": self.task_ids, **more}


def written(steps: Iterable[PlanStep | Step | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give a plan's steps as the service wants them: new ones, ones it told, or in its own words.

    Raises:
        InputError: there is no step, or one has no name, no known condition, no task, or an empty handler.
    """
    if isinstance(steps, (str, bytes, Mapping, Step, PlanStep)):
        raise InputError("The steps are no list.", "Pass a list of PlanStep, in their order.")
    found = [_checked(_body(step), f"step {place}") for place, step in enumerate(steps, 1)]
    if not found:
        raise InputError("A plan needs a step.", "Pass a list of PlanStep, in their order.")
    return found


def _body(step: object) -> Mapping[str, Any]:
    match step:
        case PlanStep():
            return step.body()
        case Step():
            return {name: step.raw[name] for name in _FIELDS if step.raw.get(name) is not None}
        case Mapping():
            return step
        case _:
            raise InputError(f"A {type(step).__name__} is no step of a plan.", "Pass a PlanStep.")


def _checked(raw: Mapping[str, Any], place: str) -> dict[str, Any]:
    for name in raw:
        if name not in _FIELDS:
            near = difflib.get_close_matches(str(name), _FIELDS, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise InputError(f"{place} has an unknown field {name!r}.", f"{hint}Known: {', '.join(_FIELDS)}.")
    called = word(raw.get("name"), f"name of {place}")
    condition = raw.get("condition")
    if condition not in CONDITIONS:
        raise InputError(
            f"The condition of {place}, {called!r}, is {condition!r}.",
            f"Use {', '.join(CONDITIONS)}; the steps of a chart do not tell theirs.",
        )
    tasks = _ids(raw.get("taskIds"), "task", place)
    if not tasks:
        raise InputError(f"{place}, {called!r}, has no tasks.", "Give it at least one.")
    handler = raw.get("handlerOnFailure")
    body = {**raw, "name": called, "taskIds": tasks}
    return body if handler is None else {**body, "handlerOnFailure": _error_handler(handler, place)}


def _error_handler(handler: object, place: str) -> dict[str, list[str]]:
    if not isinstance(handler, Mapping) or not set(handler) <= {"taskIds", "planIds"}:
        raise InputError(f"The error handler of {place} is none.", "Give it taskIds, planIds or both.")
    found = {
        name: ids
        for name, what in (("taskIds", "task"), ("planIds", "plan"))
        if (ids := _ids(handler.get(name), what, f"the error handler of {place}"))
    }
    if not found:
        raise InputError(f"The error handler of {place} runs nothing.", "Give it taskIds, planIds or both.")
    return found


def _ids(ids: object, what: str, place: str) -> list[str]:
    if ids is None:
        return []
    if not isinstance(ids, (list, tuple)):
        raise InputError(f"The {what}s of {place} are no list.", f"Pass a list of ids of {what}s.")
    return [identifier(each, what) for each in ids]
