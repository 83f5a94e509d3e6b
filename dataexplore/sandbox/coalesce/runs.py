"""Coalesce's runs: listed, told one by one, with the results of their nodes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dataexplore.sandbox.coalesce import listing, requests
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT
from dataexplore.sandbox.coalesce.run_book import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.coalesce.organisation import Organisation
    from dataexplore.sandbox.coalesce.run_book import RunBook
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Runs"]

MOST = 1000
FILTERS = ("runType", "runStatus", "environmentID", "projectID")
ORDERS = {
    **dict.fromkeys(("id", "runCounter"), listing.field("id")),
    **dict.fromkeys(("startedAt", "runStartTime"), listing.field("started_at")),
    **dict.fromkeys(("completedAt", "runEndTime"), listing.field("completed_at")),
    "status": listing.field("status"),
    "runStatus": listing.field("phase"),
    "runType": listing.field("run_type"),
    "environmentID": listing.field("environment"),
}
# How a node is, in the word that the service has for the state of one today.
RUN_STATES = {"success": "complete", "cancelled": "canceled", "queued": "waiting"}


class Runs:
    """The runs over one warehouse."""

    def __init__(self, platform: Platform, organisation: Organisation, book: RunBook) -> None:
        self._platform = platform
        self._organisation = organisation
        self._book = book

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route = self._organisation.route
        return [
            route("GET", "/runs", self.list),
            route("GET", "/runs/{runID}", self.read),
            route("GET", "/runs/{runID}/results", self.results),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List runs."""
        filters = {} if self._platform.bare else self._filters(request.query_params)
        runs = [run for run in self._book.runs() if self._passes(run, filters)]
        answer = partial(_run, bare=self._platform.bare)
        return listing.page(
            request,
            runs,
            listing="runs",
            orders=ORDERS,
            answer=answer,
            bare=self._platform.bare,
            filters=filters,
            most=MOST,
        )

    async def read(self, request: Request) -> JSONResponse:
        """Read a run."""
        return JSONResponse(_run(self._find(request), bare=self._platform.bare))

    async def results(self, request: Request) -> JSONResponse:
        """Tell what became of each node of a run: all in one page."""
        run = self._find(request)
        nodes = await self._platform.executions.in_thread(partial(self._book.nodes, run["id"]))
        data = [_result(node, run, bare=self._platform.bare) for node in nodes]
        return JSONResponse({"data": data, "next": None})

    def _find(self, request: Request) -> Record:
        text = request.path_params["runID"]
        number = requests.number(text)
        if number is None:
            raise requests.refuse("runID must be the number of a run")
        run = self._book.run(number)
        if run is None:
            raise requests.absent(request, f"There is no run {number}", bare=self._platform.bare)
        return run

    def _filters(self, query: Mapping[str, str]) -> dict[str, str]:
        given = {name: query[name] for name in FILTERS if name in query}
        if (word := given.get("runStatus")) is not None and word not in STATUS:
            raise requests.refuse(f"runStatus must be one of {', '.join(STATUS)}")
        if (word := given.get("runType")) is not None and word not in ("deploy", "refresh"):
            raise requests.refuse("runType must be deploy or refresh")
        return given

    def _passes(self, run: Record, filters: Mapping[str, str]) -> bool:
        told = {
            "runType": run["run_type"],
            "runStatus": run["phase"],
            "environmentID": str(run["environment"]),
        }
        if "projectID" in filters:
            environment = self._platform.records.get(ENVIRONMENT, run["environment"])
            told["projectID"] = environment["project"] if environment else ""
        return all(told[name] == value for name, value in filters.items())


def _run(run: Record, *, bare: bool) -> dict[str, Any]:
    told = {
        "runCounter": run["id"],
        "status": run["status"],
        "environmentID": str(run["environment"]),
        # Not nullable in the contract: a run that waits leaves it out.
        **({"startedAt": run["started_at"]} if run["started_at"] else {}),
        "completedAt": run["completed_at"],
    }
    return told if bare else told | dict(_beyond(run))


def _beyond(run: Record) -> Iterator[tuple[str, Any]]:
    """Tell what the service was seen to tell of a run beyond its contract."""
    yield "id", run["id"]
    yield "runStatus", run["phase"]
    yield "runType", run["run_type"]
    yield "runHistory", run["history"]
    yield "runTimeParameters", run["parameters"]
    for name, field in (
        ("runStartTime", "started_at"),
        ("runEndTime", "completed_at"),
        ("runFailureReason", "failure"),
        ("userID", "user"),
        ("userCredentials", "credentials"),
    ):
        if run[field]:
            yield name, run[field]
    if run["rerun_of"]:
        yield "reRunID", str(run["rerun_of"])
    yield "runDetails", dict(_details(run))


def _details(run: Record) -> Iterator[tuple[str, Any]]:
    yield "environmentID", str(run["environment"])
    if run["job"]:
        yield "jobID", run["job"]
    yield "parallelism", run["parallelism"]
    yield "includeNodesSelector", run["include"]
    yield "excludeNodesSelector", run["exclude"]
    yield "nodesInRun", run["nodes"]
    yield "nodesForRefresh", run["nodes"]
    yield "canceled", run["phase"] == "canceled"


def _result(node: Record, run: Record, *, bare: bool) -> dict[str, Any]:
    told = {"nodeID": node["nodeID"], "nodeName": node["name"], "status": node["status"]}
    if node["rows"] is not None:
        told["rowsAffected"] = node["rows"]
    if bare:
        return told
    return told | {
        "name": node["name"],
        "isRunning": node["status"] == "running",
        "runState": RUN_STATES.get(node["status"], node["status"]),
        "origin": run["origin"],
        "queryResults": [_query(node)] if node["started_at"] else [],
    }


def _query(node: Record) -> dict[str, Any]:
    kind = "View" if node["type"].lower() == "view" else "Table"
    told: dict[str, Any] = {
        "name": f"Create {kind}",
        "status": RUN_STATES.get(node["status"], node["status"]),
        "success": node["status"] == "success",
        "isRunning": node["status"] == "running",
        "startTime": node["started_at"],
        "warehouse": "duckdb",
    }
    for name, field in (("endTime", "ended_at"), ("sql", "sql"), ("queryID", "query_id")):
        if node[field]:
            told[name] = node[field]
    if node["rows"] is not None:
        told |= {"rowsInserted": node["rows"], "rowsUpdated": 0, "rowsDeleted": 0}
    if node["error"]:
        told["error"] = {"errorString": node["error"].partition("\n")[0], "errorDetail": node["error"]}
    return told
