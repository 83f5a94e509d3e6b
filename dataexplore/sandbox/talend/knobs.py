"""What tests and demonstrations may set: how the next run of a task goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.company import TASK
from dataexplore.sandbox.talend.task_knobs import TaskKnob

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.talend.company import Company
    from dataexplore.sandbox.talend.task_knobs import TaskKnobs

__all__ = ["Knobs"]


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
        knob = await requests.body(request, TaskKnob)
        if not any(knob.task in (task["name"], task["ref"]) for task in self._records.all(TASK)):
            raise requests.refuse(f"There is no task {requests.show(knob.task)}")
        self._tasks.put(knob)
        return Response(status_code=204)

    async def forget(self, request: Request) -> Response:
        """Forget everything that waits for its task to run."""
        del request
        self._tasks.clear()
        return Response(status_code=204)
