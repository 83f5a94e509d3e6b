"""Datafold's monitors: created, listed, run, and what their runs found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field
from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold import requests
from dataexplore.sandbox.datafold.monitor_runs import MonitorRuns
from dataexplore.sandbox.datafold.monitor_specs import FORMS
from dataexplore.sandbox.datafold.requests import Moment, Page
from dataexplore.sandbox.datafold.sources import find_connection
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Monitors"]

NOT_FOUND = 404

ORDERS: dict[str, Callable[[Record], Any]] = {
    "id": lambda monitor: monitor["id"],
    "name": lambda monitor: monitor["spec"]["name"],
    "last_triggered": lambda monitor: monitor["last_alert"],
    "last_run": lambda monitor: monitor["last_run"],
    "created_by": lambda monitor: monitor["spec"]["owner"],
}


class Listing(Page):
    """Which monitors, and in which order; ``tags`` is a comma list, any of them is enough."""

    page_size: Annotated[int, Field(ge=1)] = 20
    order_by: Literal["id", "name", "last_triggered", "last_run", "created_by"] | None = None
    sort_order: Literal["asc", "desc"] = "desc"
    tags: str | None = None


class Window(Page):
    """Which runs: those that started from one moment to another, both included."""

    page_size: Annotated[int, Field(ge=1)] = 10
    start_time: Moment | None = None
    end_time: Moment | None = None


class Monitors:
    """The monitors over one warehouse."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._runs = MonitorRuns(platform)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        root = "/api/v1/monitors"
        return [
            Route(root, self.list, methods=["GET"]),
            *(Route(f"{root}/create/{kind}", partial(self.create, kind), methods=["POST"]) for kind in FORMS),
            Route(root + "/{id}", self.read, methods=["GET"]),
            Route(root + "/{id}/run", self.run, methods=["POST"]),
            Route(root + "/{id}/runs", self.list_runs, methods=["GET"]),
            Route(root + "/{id}/runs/{run_id}", self.read_run, methods=["GET"]),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List monitors."""
        asked = requests.query(request, Listing)
        monitors = await self._platform.executions.in_thread(self._runs.monitors)
        if tags := {tag.strip() for tag in (asked.tags or "").split(",")} - {""}:
            monitors = [monitor for monitor in monitors if tags.intersection(monitor["spec"]["tags"])]
        order = ORDERS[asked.order_by or "id"]
        # Those without a value come last, whichever way.
        known = [monitor for monitor in monitors if order(monitor) is not None]
        known.sort(key=order, reverse=asked.sort_order == "desc")
        known += [monitor for monitor in monitors if order(monitor) is None]
        return JSONResponse(_page(asked, "monitors", known, _summary))

    async def create(self, kind: str, request: Request) -> JSONResponse:
        """Create a monitor."""
        asked = await requests.body(request, FORMS[kind])
        spec = asked.model_dump(mode="json")
        await self._platform.executions.in_thread(partial(self._check, kind, spec))
        monitor = await self._platform.executions.in_thread(partial(self._runs.create, kind, spec))
        self._platform.audit(request, "create", "monitor", monitor["id"])
        return JSONResponse({"id": monitor["id"]})

    async def read(self, request: Request) -> JSONResponse:
        """Read a monitor."""
        return JSONResponse(_full(await self._find(request)))

    async def run(self, request: Request) -> JSONResponse:
        """Start a run, unless one of this monitor is underway."""
        monitor = await self._find(request)
        run = self._runs.start(monitor["id"])
        self._platform.audit(request, "run", "monitor", monitor["id"])
        return JSONResponse({"run_id": run})

    async def list_runs(self, request: Request) -> JSONResponse:
        """List the runs of a monitor, latest first."""
        asked = requests.query(request, Window)
        monitor = await self._find(request)
        runs = await self._platform.executions.in_thread(partial(self._runs.runs, monitor["id"]))
        # As text: every moment is written in the same form, so their order is that of the time.
        if asked.start_time is not None:
            first = moments.write(asked.start_time)
            runs = [run for run in runs if run["started_at"] and run["started_at"] >= first]
        if asked.end_time is not None:
            last = moments.write(asked.end_time)
            runs = [run for run in runs if run["started_at"] and run["started_at"] <= last]
        return JSONResponse(_page(asked, "runs", runs[::-1], _run))

    async def read_run(self, request: Request) -> JSONResponse:
        """Read a run."""
        number = requests.path_id(request, "run_id")
        monitor = await self._find(request)
        run = self._runs.run(monitor["id"], number)
        if run is None:
            raise Refusal.missing(f"Monitor {monitor['id']} has no run {number}")
        found = {"warnings": run.get("warnings", []), "error": run.get("error")}
        return JSONResponse({**_run(run), **found})

    async def _find(self, request: Request) -> Record:
        number = requests.path_id(request, "id")
        monitor = await self._platform.executions.in_thread(partial(self._runs.monitor, number))
        if monitor is None:
            raise Refusal.missing(f"There is no monitor {number}")
        return monitor

    def _check(self, kind: str, spec: dict[str, Any]) -> None:
        """Refuse what could never be checked."""
        if kind == "diff":
            self._runs.check_diff(spec["datadiff"])
            return
        try:
            find_connection(self._platform.records, spec["connection_id"])
        except Refusal as refusal:
            if refusal.status != NOT_FOUND:
                raise
            raise requests.refuse(refusal.detail, "body", "connection_id") from refusal


def _page(
    asked: Page, name: str, records: list[Record], answer: Callable[[Record], dict[str, Any]]
) -> dict[str, Any]:
    start = (asked.page - 1) * asked.page_size
    return {
        "count": len(records),
        "page": asked.page,
        "page_size": asked.page_size,
        "total_pages": -(-len(records) // asked.page_size),
        name: [answer(record) for record in records[start : start + asked.page_size]],
    }


def _summary(monitor: Record) -> dict[str, Any]:
    spec = monitor["spec"]
    same = ("id", "monitor_type", "created_at", "modified_at", "last_alert", "last_run", "state")
    return {
        **{name: monitor[name] for name in same},
        **{name: spec[name] for name in ("name", "enabled", "owner", "tags")},
    }


def _full(monitor: Record) -> dict[str, Any]:
    spec = monitor["spec"]
    alert = spec.get("alert")
    return {
        **_summary(monitor),
        **{name: spec[name] for name in ("description", "notifications", "schedule")},
        "alert": {**alert, "type": "diff"} if alert and monitor["monitor_type"] == "diff" else alert,
        "dataset": list(_datasets(spec)),
    }


def _datasets(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Tell what a monitor looks at."""
    fields = ("connection_id", "table", "column", "filter", "metric", "query")
    if "datadiff" in spec:
        found = [spec["datadiff"]["dataset_a"], spec["datadiff"]["dataset_b"]]
    elif "metric" in spec:
        found = [{"connection_id": spec["connection_id"], **spec["metric"]}]
    else:
        tables = [table["path"] for table in (spec.get("test") or {}).get("tables") or ()]
        whole = {"connection_id": spec["connection_id"], "query": spec.get("query")}
        found = [{**whole, "table": table} for table in tables or [spec.get("table")]]
    for dataset in found:
        yield {name: dataset.get(name) for name in fields}


def _run(run: Record) -> dict[str, Any]:
    return {
        "run_id": run["id"],
        "monitor_id": run["monitor_id"],
        "state": run["state"],
        "started_at": run["started_at"],
        "diff_id": run.get("diff_id"),
    }
