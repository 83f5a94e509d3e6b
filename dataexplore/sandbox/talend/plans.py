"""Talend's plans: written, read with their charts, given a schedule, paused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox import moments
from dataexplore.sandbox.talend import listing, requests
from dataexplore.sandbox.talend.account import who
from dataexplore.sandbox.talend.chart import draw
from dataexplore.sandbox.talend.company import ORCHESTRATION, PLAN, PLAN_EXECUTION, TASK, Company, moment
from dataexplore.sandbox.talend.plan_input import read_pause, read_plan, read_run_config, settle
from dataexplore.sandbox.talend.tasks import told_pause
from dataexplore.sandbox.talend.usage import check_unused, plans_of, uses

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record, Records

__all__ = ["Plans"]

# The words of a plan's status by those of its last run; a run that never began tells nothing about it.
STATUS = {
    "STARTED": "executing",
    "EXECUTION_SUCCESS": "execution_successful",
    "EXECUTION_FAILED": "execution_failed",
}


class Book(Protocol):
    """Gives every execution of a plan, newest first."""

    def plans(self) -> list[Record]: ...


class _Written:
    """The executions as they are written down, for when nothing runs here."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def plans(self) -> list[Record]:
        return self._records.all(PLAN_EXECUTION)[::-1]


class Plans:
    """The plans; the company's nights and days are there from the start.

    Args:
        platform: what they stand on.
        company: whose plans they are, should it have more than the seeds.
        book: what tells which runs there were.
    """

    def __init__(self, platform: Platform, company: Company | None = None, book: Book | None = None) -> None:
        self._records = platform.records
        self._company = company or Company(platform)
        self._book = book or _Written(platform.records)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, several = self._company.route, f"{ORCHESTRATION}/executables/plans"
        one = f"{several}/{{planId}}"
        return [
            route("GET", several, self.list),
            route("POST", several, self.create),
            route("GET", one, self.read),
            route("PUT", one, self.update),
            route("DELETE", one, self.delete),
            route("GET", f"{one}/run-config", self.read_run_config),
            route("PUT", f"{one}/run-config", self.put_run_config),
            route("DELETE", f"{one}/run-config", self.drop_run_config),
            route("PUT", f"{one}/pause", self.pause),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the plans of a place, of a name, with a task."""
        asked, name = self._company.asked(request), requests.name_filter(request)
        task = requests.text(request, "taskId")
        if task is not None:
            self._company.refer(TASK, task)
        found = [
            one
            for one in self._records.all(PLAN)
            if asked(one) and name in one["name"].casefold() and (task is None or task in uses(one))
        ]
        last = self._last_runs()
        return listing.page(request, found, lambda plan: self._tell(plan, last.get(plan["ref"])))

    async def create(self, request: Request) -> JSONResponse:
        """Add a plan, which nothing starts yet."""
        sent = await read_plan(request)
        given = settle(sent, self._company, self._records.all(PLAN), None)
        author, author_type = who(request)
        now = moments.now()
        made = {
            **given,
            "author": author,
            "authorType": author_type,
            "createDate": now,
            "updateDate": now,
            "runConfig": None,
            "pause": None,
        }
        return JSONResponse(self._answer(self._company.add(PLAN, lambda _: made)), 201)

    async def read(self, request: Request) -> JSONResponse:
        """Read one plan with its chart."""
        plan = self._company.find(request, PLAN, "planId")
        last = self._last_runs().get(plan["ref"])
        chart = draw(plan, last, self._company)
        return JSONResponse(self._tell(plan, last) | ({"chart": chart} if chart else {}))

    async def update(self, request: Request) -> JSONResponse:
        """Replace what a plan does; its schedule and its pause stay."""
        sent = await read_plan(request)
        before = self._company.find(request, PLAN, "planId")
        given = settle(sent, self._company, self._records.all(PLAN), before)
        changed = self._change(before, given | {"updateDate": moments.now()})
        return JSONResponse(self._answer(changed))

    async def delete(self, request: Request) -> Response:
        """Remove a plan that is no other one's error handler; its runs stay."""
        plan = self._company.find(request, PLAN, "planId")
        check_unused(plan["name"], plans_of(self._records, plan["ref"]))
        self._records.remove(PLAN, plan["id"])
        return Response(status_code=204)

    async def read_run_config(self, request: Request) -> JSONResponse:
        """Read when and on what a plan runs."""
        return JSONResponse(self._configured(request)["runConfig"])

    async def put_run_config(self, request: Request) -> JSONResponse:
        """Say when and on what a plan runs."""
        config = await read_run_config(request)
        plan = self._company.find(request, PLAN, "planId")
        return JSONResponse(self._change(plan, {"runConfig": config})["runConfig"])

    async def drop_run_config(self, request: Request) -> Response:
        """Let a plan run no more by itself."""
        self._change(self._configured(request), {"runConfig": None})
        return Response(status_code=204)

    async def pause(self, request: Request) -> Response:
        """Hold a plan, or let it go on; what was said last is kept."""
        given = await read_pause(request)
        user, user_type = who(request)
        said = {
            "pause": given.pause,
            "pauseContext": given.pause_context,
            "user": user,
            "userType": user_type,
            "pauseDate": moments.now(),
        }
        self._change(self._company.find(request, PLAN, "planId"), {"pause": said})
        return Response(status_code=204)

    def _configured(self, request: Request) -> Record:
        plan = self._company.find(request, PLAN, "planId")
        if not plan["runConfig"]:
            raise requests.absent(f"The plan {plan['name']!r} has no run configuration")
        return plan

    def _change(self, plan: Record, change: Record) -> Record:
        changed = self._records.change(PLAN, plan["id"], lambda record: record | change)
        assert changed is not None
        return changed

    def _last_runs(self) -> dict[str, Record]:
        """Give the last run of each plan that had one."""
        found: dict[str, Record] = {}
        for run in self._book.plans():
            if run["detail"] in STATUS:
                found.setdefault(run["plan"], run)
        return found

    def _tell(self, plan: Record, last: Record | None) -> dict[str, Any]:
        return {
            "executable": plan["ref"],
            "name": plan["name"],
            "workspace": self._company.told_workspace(plan["workspace"]),
            "description": plan["description"],
            **({"status": STATUS[last["detail"]]} if last else {}),
            "planPauseDetails": told_pause(plan["pause"]),
        }

    def _answer(self, plan: Record) -> dict[str, Any]:
        fields = ("name", "description", "author", "authorType")
        return {
            "id": plan["ref"],
            **{name: plan[name] for name in fields},
            "workspace": self._company.told_workspace(plan["workspace"]),
            "createDate": moment(plan["createDate"]),
            "updateDate": moment(plan["updateDate"]),
            "steps": [
                {name: value for name, value in step.items() if value is not None} for step in plan["steps"]
            ],
        }
