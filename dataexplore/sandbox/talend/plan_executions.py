"""Talend's executions of plans: started, taken up again, listed, told step by step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dataexplore.sandbox import moments
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.talend import listing, requests
from dataexplore.sandbox.talend.company import PLAN, PROCESSING, moment
from dataexplore.sandbox.talend.engine import Resume, Starter
from dataexplore.sandbox.talend.execution_book import PLAN_STATUS
from dataexplore.sandbox.talend.task_executions import told_details
from dataexplore.sandbox.talend.windows import Window

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record
    from dataexplore.sandbox.talend.company import Company
    from dataexplore.sandbox.talend.engine import Engine
    from dataexplore.sandbox.talend.execution_book import ExecutionBook

__all__ = ["PlanExecutions"]

STATUSES = tuple(dict.fromkeys(PLAN_STATUS.values()))
# What failed longer ago than this cannot be taken up again.
RESUMABLE = timedelta(days=30)
UNPROCESSABLE = 422


class PlanExecutable(requests.Fields):
    """Which plan to start, or which execution of it to take up again, and from where."""

    executable: requests.Text
    execution_plan_id: requests.Text | None = None
    step_id: requests.Text | None = None
    rerun_only_failed_tasks: bool = False


class PlanExecutions:
    """The executions of plans over one warehouse."""

    def __init__(self, platform: Platform, company: Company, book: ExecutionBook, engine: Engine) -> None:
        self._records = platform.records
        self._in_thread = platform.executions.in_thread
        self._company = company
        self._book = book
        self._engine = engine

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route = self._company.route
        one = f"{PROCESSING}/executions/plans/{{planExecutionId}}"
        step = f"{one}/steps/{{stepExecutionId}}"
        return [
            route("GET", f"{PROCESSING}/executables/plans/executions", self.list),
            route("GET", f"{PROCESSING}/executables/plans/{{planId}}/executions", self.list_of_plan),
            route("GET", f"{PROCESSING}/executables/plans", self.names),
            route("POST", f"{PROCESSING}/executions/plans", self.start),
            route("GET", one, self.read),
            route("GET", f"{one}/steps", self.steps),
            route("GET", step, self.step),
            route("GET", f"{step}/error-handler", self.handler),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the executions of all plans, newest first."""
        window = Window.read(request, self._company, STATUSES, places=True)
        return listing.page(request, window.pick(self._book.plans(), PLAN_STATUS, "started"), _told)

    async def list_of_plan(self, request: Request) -> JSONResponse:
        """List the executions of one plan, newest first."""
        plan = self._company.find(request, PLAN, "planId")
        window = Window.read(request, self._company, STATUSES, places=False)
        mine = [one for one in self._book.plans() if one["plan"] == plan["ref"]]
        return listing.page(request, window.pick(mine, PLAN_STATUS, "started"), _told)

    async def names(self, request: Request) -> JSONResponse:
        """List the plans with their names."""
        return listing.page(request, self._records.all(PLAN), self._company.told_executable)

    async def start(self, request: Request) -> JSONResponse:
        """Start a plan, or take up one that failed."""
        asked = await requests.body(request, PlanExecutable)
        plan = self._company.refer(PLAN, asked.executable, requests.absent)
        if (plan["pause"] or {}).get("pause"):
            raise Refusal(405, "Method Not Allowed", f"The plan {plan['name']} is paused")
        if not plan["runConfig"]:
            raise Refusal(501, "Not Implemented", f"The plan {plan['name']} has no run configuration")
        resume = self._resume(plan, asked)
        execution = await self._in_thread(
            partial(self._engine.start_plan, plan, Starter("MANUAL"), resume=resume)
        )
        return JSONResponse({"executionId": execution}, 201)

    async def read(self, request: Request) -> JSONResponse:
        """Read an execution."""
        one = self._find(request)
        ended = [task for ref in _tasks(one) if (task := self._book.task(ref)) and task["finished"]]
        return JSONResponse({**_told(one), "doneExecutableDetails": [told_details(task) for task in ended]})

    async def steps(self, request: Request) -> JSONResponse:
        """List the steps of an execution that have begun, in their order."""
        return JSONResponse([_told_step(step) for step in self._find(request)["steps"] if step["started"]])

    async def step(self, request: Request) -> JSONResponse:
        """Read a step of an execution, with the tasks that have ended."""
        return JSONResponse(self._whole_step(self._find_step(request)))

    async def handler(self, request: Request) -> JSONResponse:
        """Read how the error handler of a step went."""
        handler = self._find_step(request)["handler"]
        if handler is None:
            raise requests.absent("The error handler of this step has not run")
        return JSONResponse(self._whole_step(handler))

    def _resume(self, plan: Record, asked: PlanExecutable) -> Resume | None:
        """Read from where an execution goes on.

        Raises:
            Refusal: Half of it is told (400), there is no such run or step (404), or it cannot be (422).
        """
        if asked.execution_plan_id is None and asked.step_id is None:
            return None
        if asked.execution_plan_id is None or asked.step_id is None:
            raise requests.refuse("executionPlanId and stepId are wanted together")
        run = self._book.plan(asked.execution_plan_id)
        if run is None or run["plan"] != plan["ref"]:
            raise requests.absent("The plan has no such execution")
        step = next((one for one in run["steps"] if one["execution"] == asked.step_id), None)
        if step is None:
            raise requests.absent("The execution has no such step; stepId is the executionId of the step")
        if run["detail"] != "EXECUTION_FAILED":
            raise Refusal(UNPROCESSABLE, "Unprocessable Entity", "The execution has not failed")
        if moments.read(run["started"]) < datetime.now(UTC) - RESUMABLE:
            raise Refusal(UNPROCESSABLE, "Unprocessable Entity", "The execution failed too long ago")
        place = next((place for place, one in enumerate(plan["steps"]) if one["id"] == step["id"]), None)
        if place is None:
            raise Refusal(UNPROCESSABLE, "Unprocessable Entity", "The plan has no such step any more")
        failed = [
            task["task"]
            for ref in step["tasks"]
            if (task := self._book.task(ref)) and task["detail"] != "EXECUTION_SUCCESS"
        ]
        return Resume(run["ref"], place, failed if asked.rerun_only_failed_tasks else [])

    def _find(self, request: Request) -> Record:
        one = self._book.plan(request.path_params["planExecutionId"])
        if one is None:
            raise requests.absent("There is no such execution")
        return one

    def _find_step(self, request: Request) -> Record:
        wanted = request.path_params["stepExecutionId"]
        for step in self._find(request)["steps"]:
            if step["execution"] == wanted and step["started"]:
                return dict(step)
        raise requests.absent("The execution has no such step")

    def _whole_step(self, step: Record) -> dict[str, Any]:
        tasks = [task for ref in step["tasks"] if (task := self._book.task(ref)) and task["finished"]]
        plans = [one for ref in step.get("plans", ()) if (one := self._book.plan(ref)) and one["finished"]]
        return {
            **_told_step(step),
            "plannedExecutableCount": step["planned"],
            "doneExecutableCount": len(tasks) + len(plans),
            "doneTaskExecutableDetails": [told_details(task) for task in tasks],
            "donePlanExecutableDetails": [_told(one) for one in plans],
        }


def _tasks(one: Record) -> list[str]:
    return [
        ref for step in one["steps"] for ref in (*step["tasks"], *(step["handler"] or {}).get("tasks", ()))
    ]


def _told(one: Record) -> dict[str, Any]:
    told = {
        "executionId": one["ref"],
        "planId": one["plan"],
        "startTimestamp": moment(one["started"]),
        "executionStatus": one["detail"],
        "status": PLAN_STATUS[one["detail"]],
        "executionType": one["type"],
        "userId": one["user"],
        "userType": one["user_type"],
        "plannedExecutableCount": one["planned"],
        "doneExecutableCount": one["done"],
    }
    if one["finished"]:
        told["finishTimestamp"] = moment(one["finished"])
    if one["misfired"]:
        told["misfiredExecutionReason"] = one["misfired"]
    return told


def _told_step(step: Record) -> dict[str, Any]:
    told = {"id": step["id"], "executionId": step["execution"], "startTimestamp": moment(step["started"])}
    if step["finished"]:
        told |= {"finishTimestamp": moment(step["finished"]), "executionStatus": step["status"]}
    return told
