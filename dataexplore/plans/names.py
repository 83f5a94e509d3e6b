"""Which plan or task is meant, and what plans, tasks and environments are called: runs tell ids only."""

from __future__ import annotations

import difflib
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TypeVar

from dataexplore.errors import Forbidden, InputError, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataexplore.clients.talend import PlanExecutable, TalendClient, Task
    from dataexplore.clients.talend.plan_steps import Step

__all__ = ["Names", "nearest", "pick"]

_NAMES_TOLD = 20


class Placed(Protocol):
    """What has a name in an environment."""

    @property
    def id(self) -> str | None: ...

    @property
    def name(self) -> str | None: ...

    @property
    def environment(self) -> str | None: ...

    @property
    def environment_id(self) -> str | None: ...


Item = TypeVar("Item", bound=Placed)


class Names:
    """The plans and tasks of an account, listed when they are wanted; an id without a name stays an id.

    Args:
        client: Talend.
    """

    def __init__(self, client: TalendClient) -> None:
        self._client = client
        self._plans: Sequence[PlanExecutable] | None = None
        self._tasks: Sequence[Task] | None = None
        self._told: dict[str, str] | None = None
        self._task_names: dict[str, str] = {}
        self._tasks_asked = False

    @property
    def plans(self) -> Sequence[PlanExecutable]:
        """All plans, as a list tells them."""
        if self._plans is None:
            self._plans = self._client.plans.list()
        return self._plans

    @property
    def tasks(self) -> Sequence[Task]:
        """All tasks, as a list tells them."""
        if self._tasks is None:
            self._tasks = self._client.tasks.list()
        return self._tasks

    def plan(self, plan_id: str | None) -> str | None:
        """Give the name of a plan, from Processing's list where Orchestration is closed to the account."""
        if self._told is None:
            try:
                self._told = {each.id: each.name for each in self.plans if each.id and each.name}
            except (Forbidden, NotFound):
                self._told = {}
                with suppress(Forbidden, NotFound):
                    self._told = self._client.executions.plan_names()
        return self._told.get(plan_id or "", plan_id)

    def place(self, plan_id: str | None) -> str | None:
        """Give the environment of a plan; None where Orchestration is closed to the account."""
        self.plan(plan_id)
        return next((each.environment for each in self._plans or () if each.id == plan_id), None)

    def learn(self, steps: Sequence[Step]) -> None:
        """Take the names of tasks that a plan's chart tells: then nobody has to list all tasks for them."""
        parts = [part for step in steps for part in (*step.tasks, *step.on_failure)]
        self._task_names |= {part.id: part.name for part in parts if part.kind == "task" and part.name}

    def task(self, task_id: str | None) -> str:
        """Give the name of a task."""
        if task_id is None:
            return "?"
        if task_id not in self._task_names and not self._tasks_asked:
            self._tasks_asked = True
            with suppress(Forbidden, NotFound):
                self._task_names |= {each.id: each.name for each in self.tasks if each.id and each.name}
        return self._task_names.setdefault(task_id, task_id)

    def find_plan(self, wanted: str, environment: str | None = None) -> PlanExecutable:
        """Find a plan by its id, its name, or ``NAME@Environment``.

        Raises:
            InputError: none is meant, or several; the near ones are named.
        """
        return pick(self.plans, wanted, "plan", environment)

    def find_task(self, wanted: str, environment: str | None = None) -> Task:
        """Find a task; as :meth:`find_plan`."""
        return pick(self.tasks, wanted, "task", environment)


def pick(known: Sequence[Item], wanted: str, what: str, environment: str | None = None) -> Item:
    """Find the one with this id, else this name, else this name in other letter cases.

    Args:
        known: all there are.
        wanted: which is meant; ``NAME@Environment`` tells namesakes apart.
        what: what they are, such as ``"plan"``.
        environment: only those of this one, by name or id.

    Raises:
        InputError: none is meant, or several; the near ones are named.
    """
    here = within(known, environment)
    found = _called(here, wanted)
    name, at, place = wanted.rpartition("@")
    if not found and at and _called(here, name):
        found = _called(within(here, place), name)
    if len(found) == 1:
        return found[0]
    raise _several(found, wanted, what) if found else _none(here, wanted, what)


def within(known: Sequence[Item], environment: str | None) -> Sequence[Item]:
    """Give those of an environment, which is meant by its name in any letter case, or its id.

    Raises:
        InputError: nothing is there; the near name is told.
    """
    if environment is None:
        return known
    found = [each for each in known if each.environment_id == environment] or [
        each for each in known if (each.environment or "").casefold() == environment.casefold()
    ]
    if found:
        return found
    names = sorted({each.environment for each in known if each.environment})
    raise InputError(
        f"Nothing here is in an environment {environment!r}.",
        f"{nearest(environment, names)}Known: {', '.join(names) or 'none'}.",
    )


def nearest(wanted: str, names: Sequence[str]) -> str:
    """Say which name may have been meant; nothing when none is near."""
    spelled = {name.casefold(): name for name in names}
    told = wanted.casefold()
    near = difflib.get_close_matches(told, spelled, n=1)
    near = near or [name for name in spelled if told and name.startswith(told)]
    return f"Did you mean {spelled[near[0]]!r}? " if near else ""


def _called(known: Sequence[Item], wanted: str) -> list[Item]:
    return (
        [each for each in known if each.id == wanted]
        or [each for each in known if each.name == wanted]
        or [each for each in known if (each.name or "").casefold() == wanted.casefold()]
    )


def _several(found: Sequence[Item], wanted: str, what: str) -> InputError:
    places = [each.environment for each in found]
    if len(set(places)) == len(places) and all(places):
        fix = f"Write {' or '.join(f'{found[0].name}@{place}' for place in places)}."
    else:
        fix = f"Use an id: {', '.join(f'{each.id} ({each.environment})' for each in found[:_NAMES_TOLD])}."
    return InputError(f"Several {what}s are called {wanted!r}.", fix)


def _none(known: Sequence[Item], wanted: str, what: str) -> InputError:
    names = list(dict.fromkeys(each.name for each in known if each.name))
    hint = nearest(wanted, names) or nearest(wanted.rpartition("@")[0], names)
    more = f" and {len(names) - _NAMES_TOLD} more" if len(names) > _NAMES_TOLD else ""
    told = ", ".join(names[:_NAMES_TOLD]) or "none"
    return InputError(f"There is no {what} {wanted!r}.", f"{hint}Known: {told}{more}.")
