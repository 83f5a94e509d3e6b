"""What only the sandbox can be told: how the next run of a node or task goes, how its services answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dataexplore.errors import InputError
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.transport import Session

__all__ = ["Knobs"]

# Operations of no service: the sandbox has them beside the services it serves.
NEXT = Operation("sandbox: next run of a node", "POST", "/_sandbox/coalesce/next", repeatable=False)
FORGET = Operation("sandbox: nodes as usual", "DELETE", "/_sandbox/coalesce/next", repeatable=True)
NEXT_TASK = Operation("sandbox: next run of a task", "POST", "/_sandbox/talend/next", repeatable=False)
FORGET_TASKS = Operation("sandbox: tasks as usual", "DELETE", "/_sandbox/talend/next", repeatable=True)
DEPLOY = Operation("sandbox: deploy", "POST", "/_sandbox/coalesce/deploy", repeatable=False)
FAULTS = Operation("sandbox: bad days", "POST", "/_sandbox/faults", repeatable=False)
CALM = Operation("sandbox: good days", "DELETE", "/_sandbox/faults", repeatable=True)

_STATUSES = (401, 403, 429, 500, 502, 503, 504)


class Environment(Protocol):
    """An environment of a service."""

    @property
    def id(self) -> str | None: ...


class Environments(Protocol):
    """The environments of a service."""

    def find(self, name_or_id: str, /) -> Environment:
        """Find one by its name or id."""


class Knobs:
    """The sandbox's knobs, for demonstrations and tests. Each changes what comes next, and no data.

    Args:
        session: sends them; apart from the services' own.
        coalesce: gives Coalesce's environments, when one is named.
        talend: likewise Talend's.
    """

    def __init__(
        self, session: Session, coalesce: Callable[[], Environments], talend: Callable[[], Environments]
    ) -> None:
        self._session = session
        self._coalesce = coalesce
        self._talend = talend

    def fail_node(self, node: str, *, environment: str | int | None = None, error: str | None = None) -> None:
        """Let the next run of a node fail.

        Args:
            node: its name, such as ``fact_orders``, or its id.
            environment: where, by name or id; None for wherever it runs next.
            error: what the warehouse is to say.
        """
        self._next(node, "fails", environment, error=error)

    def slow_node(self, node: str, *, seconds: float, environment: str | int | None = None) -> None:
        """Let the next run of a node take so many seconds longer; arguments as of :meth:`fail_node`."""
        self._next(node, "slow", environment, seconds=seconds)

    def empty_node(self, node: str, *, environment: str | int | None = None) -> None:
        """Let the next run of a node succeed without a row; arguments as of :meth:`fail_node`."""
        self._next(node, "empty", environment)

    def fail_task(self, task: str, *, environment: str | None = None, error: str | None = None) -> None:
        """Let the next run of a Talend task fail.

        Args:
            task: its name, such as ``extract_orders``, or its id.
            environment: where, by name or id; None for wherever it runs next.
            error: what the task is to say.
        """
        self._next_task(task, "fails", environment, error=error)

    def slow_task(self, task: str, *, seconds: float, environment: str | None = None) -> None:
        """Let the next run of a task take so many seconds longer; arguments as of :meth:`fail_task`."""
        self._next_task(task, "slow", environment, seconds=seconds)

    def empty_task(self, task: str, *, environment: str | None = None) -> None:
        """Let the next run of a task succeed without a row; arguments as of :meth:`fail_task`."""
        self._next_task(task, "empty", environment)

    def answer(
        self,
        status: int,
        *,
        times: int | None = None,
        seconds: float | None = None,
        path: str = "/",
        retry_after: str | int | None = None,
        empty: bool = False,
    ) -> None:
        """Let the sandbox's services answer with a status instead; once, unless it is said how often.

        Args:
            status: 401, 403, 429, 500, 502, 503 or 504.
            times: to so many requests.
            seconds: for so long.
            path: only to requests whose path begins so, such as ``/api/v1/scheduler``.
            retry_after: the answer's Retry-After.
            empty: leave out its body.

        Raises:
            InputError: a value that the sandbox does not take.
        """
        told = {
            "status": status,
            "times": times,
            "seconds": seconds,
            "path": path,
            "retry_after": None if retry_after is None else str(retry_after),
            "empty": empty,
        }
        if status not in _STATUSES:
            known = ", ".join(map(str, _STATUSES))
            raise InputError(f"The sandbox cannot answer {status!r} at will.", f"Use one of {known}.")
        self._session.fetch(FAULTS, json=_given(told))

    def calm(self) -> None:
        """End all that was ordered and has not come yet, for nodes, for tasks and for answers."""
        for operation in (CALM, FORGET, FORGET_TASKS):
            self._session.fetch(operation)

    def deploy(self, workspace_id: str | int, environment_id: str | int) -> int:
        """Put a workspace's nodes and jobs into an environment, and give the counter of that run.

        Coalesce's own command line does this; its API has no call for it.
        """
        body = {
            "workspaceID": str(workspace_id),
            "environmentID": self._coalesce().find(str(environment_id)).id,
        }
        return int(self._session.fetch(DEPLOY, json=body)["runCounter"])

    def _next(self, node: str, outcome: str, environment: str | int | None, **more: Any) -> None:
        where = None if environment is None else self._coalesce().find(str(environment)).id
        self._session.fetch(
            NEXT, json=_given({"node": node, "outcome": outcome, "environment": where, **more})
        )

    def _next_task(self, task: str, outcome: str, environment: str | None, **more: Any) -> None:
        where = None if environment is None else self._talend().find(environment).id
        told = {"task": task, "outcome": outcome, "environment": where, **more}
        self._session.fetch(NEXT_TASK, json=_given(told))


def _given(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
