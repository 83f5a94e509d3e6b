"""Talend's executions of tasks: started, ended, listed, and what their components counted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field
from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.talend import listing, requests
from dataexplore.sandbox.talend.company import PROCESSING, TASK, moment
from dataexplore.sandbox.talend.engine import Starter
from dataexplore.sandbox.talend.execution_book import TASK_STATUS
from dataexplore.sandbox.talend.windows import FURTHEST_MS, LAST_DAYS, Window, read_instant

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record
    from dataexplore.sandbox.talend.company import Company
    from dataexplore.sandbox.talend.engine import Engine
    from dataexplore.sandbox.talend.execution_book import ExecutionBook

__all__ = ["TaskExecutions", "told_details"]

ACCOUNT = "d0c5a2f4-5b7e-4a7f-8e1b-6c1d2e3f4a5b"
METRICS, METRICS_USUAL = 200, 50
STATUSES = tuple(dict.fromkeys(TASK_STATUS.values()))
Millis = Annotated[int, Field(ge=0, le=FURTHEST_MS)]


class ExecutableTask(requests.Fields):
    """Which task to start, and how."""

    executable: requests.Text
    parameters: dict[str, str] = Field(default_factory=dict)
    log_level: Literal["OFF", "ERROR", "WARN", "INFO"] = "WARN"
    timeout: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class Filters(requests.Fields):
    """Which executions of tasks are searched for."""

    environment_id: requests.Text | None = None
    workspace_id: requests.Text | None = None
    status: str | None = None
    tags: list[str] = Field(default_factory=list)
    last_days: Annotated[int, Field(ge=1, le=LAST_DAYS)] = LAST_DAYS
    from_: Annotated[Millis | None, Field(alias="from")] = None
    to: Millis | None = None
    limit: Annotated[int, Field(ge=1, le=listing.MOST)] = listing.MOST
    offset: Annotated[int, Field(ge=0, le=listing.FURTHEST)] = 0


class TaskExecutions:
    """The executions of tasks over one warehouse."""

    def __init__(self, platform: Platform, company: Company, book: ExecutionBook, engine: Engine) -> None:
        self._records = platform.records
        self._in_thread = platform.executions.in_thread
        self._company = company
        self._book = book
        self._engine = engine

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route = self._company.route
        one = f"{PROCESSING}/executions/{{executionId}}"
        return [
            route("GET", f"{PROCESSING}/executables/tasks/executions", self.list),
            route("POST", f"{PROCESSING}/executables/tasks/executions", self.search),
            route("GET", f"{PROCESSING}/executables/tasks/{{taskId}}/executions", self.list_of_task),
            route("GET", f"{PROCESSING}/executables/tasks", self.names),
            route("POST", f"{PROCESSING}/executions", self.start),
            route("GET", one, self.read),
            route("DELETE", one, self.terminate),
            route("GET", "/monitoring/observability/executions/{executionId}/component", self.metrics),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the executions of all tasks, newest first."""
        window = Window.read(request, self._company, STATUSES, places=True)
        return listing.page(request, window.pick(self._book.tasks(), TASK_STATUS, "triggered"), _told)

    async def search(self, request: Request) -> JSONResponse:
        """List the executions that have all of some tags, and more."""
        asked = await requests.body(request, Filters)
        low, high = (
            None if one is None else read_instant(str(one), name)
            for one, name in ((asked.from_, "from"), (asked.to, "to"))
        )
        window = Window.of(
            self._company,
            STATUSES,
            low=low,
            high=high,
            days=asked.last_days,
            status=asked.status,
            environment=asked.environment_id,
            workspace=asked.workspace_id,
            refusing=requests.absent,
        )
        found = [
            one
            for one in window.pick(self._book.tasks(), TASK_STATUS, "triggered")
            if set(asked.tags) <= set(one["tags"])
        ]
        items = [_told(one) for one in found[asked.offset : asked.offset + asked.limit]]
        page = {"items": items, "limit": asked.limit, "offset": asked.offset, "total": len(found)}
        return JSONResponse(page)

    async def list_of_task(self, request: Request) -> JSONResponse:
        """List the executions of one task, newest first."""
        task = self._company.find(request, TASK, "taskId")
        window = Window.read(request, self._company, STATUSES, places=False)
        mine = [one for one in self._book.tasks() if one["task"] == task["ref"]]
        return listing.page(request, window.pick(mine, TASK_STATUS, "triggered"), _told)

    async def names(self, request: Request) -> JSONResponse:
        """List the tasks with their names."""
        return listing.page(request, self._records.all(TASK), self._company.told_executable)

    async def start(self, request: Request) -> JSONResponse:
        """Start a task of its own."""
        asked = await requests.body(request, ExecutableTask)
        task = self._company.refer(TASK, asked.executable, requests.absent)
        if (task.get("paused") or {}).get("pause"):
            raise Refusal(405, "Method Not Allowed", f"The task {task['name']} is paused")
        if not task.get("configured", True):
            raise Refusal(501, "Not Implemented", f"The task {task['name']} has no run configuration")
        more = {"parameters": asked.parameters, "timeout": asked.timeout}
        execution = await self._in_thread(partial(self._engine.start_task, task, Starter("MANUAL"), **more))
        return JSONResponse({"executionId": execution}, 201)

    async def read(self, request: Request) -> JSONResponse:
        """Read an execution."""
        return JSONResponse(told_details(self._find(request)))

    async def terminate(self, request: Request) -> Response:
        """Stop an execution; the answer comes when it has stopped."""
        execution = self._find(request)
        if not await self._in_thread(partial(self._engine.terminate, execution["ref"])):
            raise requests.refuse("The execution has ended")
        return Response(status_code=204)

    async def metrics(self, request: Request) -> JSONResponse:
        """Tell what the components of an execution counted."""
        execution = self._find(request)
        offset, limit = listing.window(request, most=METRICS, usual=METRICS_USUAL)
        order = request.query_params.get("sortOrder", "desc")
        if order not in ("asc", "desc"):
            raise requests.refuse("sortOrder must be asc or desc")
        by = request.query_params.get("sortBy", "component_start_time_seconds")
        found = [one for one in execution["components"] if by in one]
        found.sort(key=lambda one: (isinstance(one[by], str), one[by]), reverse=order == "desc")
        found += [one for one in execution["components"] if by not in one]
        return JSONResponse({"metrics": {"items": found[offset : offset + limit]}})

    def _find(self, request: Request) -> Record:
        execution = self._book.task(request.path_params["executionId"])
        if execution is None:
            raise requests.absent("There is no such execution")
        return execution


def _told(one: Record) -> dict[str, Any]:
    """Write an execution as lists do."""
    told = {
        "executionId": one["ref"],
        "taskId": one["task"],
        "taskVersion": one["version"],
        **_common(one),
        "runtime": {"type": "CLOUD"},
        "parallelExecutionAllowed": False,
    }
    if one["plan"]:
        told["planId"] = one["plan"]
    return told


def told_details(one: Record) -> dict[str, Any]:
    """Write an execution as the answer about it alone, and a step's, do."""
    told = {
        "executionId": one["ref"],
        "jobId": one["task"],
        "jobVersion": one["version"],
        "environmentVersion": "1.3",
        "executionDestination": "CLOUD",
        "accountId": ACCOUNT,
        "workspaceId": one["workspace"],
        **_common(one),
    }
    if one["plan_execution"]:
        told["planId"] = one["plan_execution"]
    for name, field in (("numberOfProcessedRows", "rows"), ("numberOfRejectedRows", "rejected")):
        if one[field] is not None:
            told[name] = one[field]
    if one["error"]:
        told["errorType"] = "JOB_ERROR"
    return told


def _common(one: Record) -> dict[str, Any]:
    told = {
        "status": TASK_STATUS[one["detail"]],
        "executionStatus": one["detail"],
        "executionType": one["type"],
        "userId": one["user"],
        "userType": one["user_type"],
        "triggerTimestamp": moment(one["triggered"]),
    }
    for name, field in (("startTimestamp", "started"), ("finishTimestamp", "finished")):
        if one[field]:
            told[name] = moment(one[field])
    if one["error"]:
        told["errorMessage"] = one["error"]
    if one["timeout"]:
        told["timeout"] = one["timeout"]
    return told
