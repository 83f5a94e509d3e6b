"""What tests and demonstrations may set: how the next run of a task goes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.company import TASK
from dataexplore.sandbox.talend.requests import Fields, Text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.talend.company import Company

__all__ = ["Knob", "Knobs", "TaskKnobs"]

ERROR = "The sandbox was told to let this task fail."


class Knob(Fields):
    """How the next run of a task goes: it fails with an error, takes longer, or lands no row.

    ``environment`` is an id; without one it is the next run in any.
    """

    task: Text
    outcome: Literal["fails", "slow", "empty"]
    environment: Text | None = None
    error: Text = ERROR
    seconds: Annotated[float, Field(ge=0, le=3600)] | None = None


class TaskKnobs:
    """What was set and has not been used yet; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Knob] = []

    def put(self, knob: Knob) -> None:
        """Set how the next run of a task goes; once for each call."""
        with self._lock:
            self._set.append(knob)

    def take(self, environment: str, *names: str) -> Knob | None:
        """Take what was set first for a task, by its name or id."""
        with self._lock:
            for knob in self._set:
                if knob.task in names and knob.environment in (None, environment):
                    self._set.remove(knob)
                    return knob
        return None

    def clear(self) -> None:
        """Forget what was set."""
        with self._lock:
            self._set.clear()

    def all(self) -> list[Knob]:
        """Give what waits for its task to run."""
        with self._lock:
            return list(self._set)


class Knobs:
    """The routes that no service has."""

    def __init__(self, platform: Platform, company: Company, tasks: TaskKnobs) -> None:
        self._records = platform.records
        self._company = company
        self._tasks = tasks

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        path = "/_sandbox/talend/next"
        return [
            self._company.route("GET", path, self.list),
            self._company.route("POST", path, self.next),
            self._company.route("DELETE", path, self.forget),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List what waits for its task to run."""
        del request
        return JSONResponse({"next": [knob.model_dump(mode="json") for knob in self._tasks.all()]})

    async def next(self, request: Request) -> Response:
        """Set how the next run of a task goes."""
        knob = await requests.body(request, Knob)
        if not any(knob.task in (task["name"], task["ref"]) for task in self._records.all(TASK)):
            raise requests.refuse(f"There is no task {requests.show(knob.task)}")
        self._tasks.put(knob)
        return Response(status_code=204)

    async def forget(self, request: Request) -> Response:
        """Forget everything that waits for its task to run."""
        del request
        self._tasks.clear()
        return Response(status_code=204)
