"""What only the sandbox can be told: how the next run of a node goes, how its services answer for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.errors import InputError
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.transport import Session

__all__ = ["Knobs"]

# Operations of no service: the sandbox has them beside the services it serves.
NEXT = Operation("sandbox: next run of a node", "POST", "/_sandbox/coalesce/next", repeatable=False)
DEPLOY = Operation("sandbox: deploy", "POST", "/_sandbox/coalesce/deploy", repeatable=False)
FAULTS = Operation("sandbox: bad days", "POST", "/_sandbox/faults", repeatable=False)
CALM = Operation("sandbox: good days", "DELETE", "/_sandbox/faults", repeatable=True)

_STATUSES = (401, 403, 429, 500, 502, 503, 504)


class Knobs:
    """The sandbox's knobs, for demonstrations and tests. Each changes what comes next, and no data.

    Args:
        session: sends them; apart from the services' own.
        environment_id: gives the id of an environment by its name or id.
    """

    def __init__(self, session: Session, environment_id: Callable[[str | int], str | None]) -> None:
        self._session = session
        self._environment_id = environment_id

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
        """End what :meth:`answer` ordered; what waits for a node stays."""
        self._session.fetch(CALM)

    def deploy(self, workspace_id: str | int, environment_id: str | int) -> int:
        """Put a workspace's nodes and jobs into an environment, and give the counter of that run.

        Coalesce's own command line does this; its API has no call for it.
        """
        body = {"workspaceID": str(workspace_id), "environmentID": self._environment_id(environment_id)}
        return int(self._session.fetch(DEPLOY, json=body)["runCounter"])

    def _next(self, node: str, outcome: str, environment: str | int | None, **more: Any) -> None:
        where = None if environment is None else self._environment_id(environment)
        self._session.fetch(
            NEXT, json=_given({"node": node, "outcome": outcome, "environment": where, **more})
        )


def _given(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
