"""Coalesce's scheduler: runs started, repeated, cancelled and asked about."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dataexplore.sandbox.coalesce import requests, selectors
from dataexplore.sandbox.coalesce.deployment import new_run
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, JOB
from dataexplore.sandbox.coalesce.run_book import ENDED
from dataexplore.sandbox.coalesce.start_requests import Start, read_cancel, read_rerun, read_start
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from dataexplore.sandbox.coalesce.engine import Engine
    from dataexplore.sandbox.coalesce.organisation import Organisation
    from dataexplore.sandbox.coalesce.run_book import RunBook
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Scheduler"]

SOURCE = "Source"


class Scheduler:
    """Who starts, repeats and cancels runs."""

    def __init__(self, platform: Platform, organisation: Organisation, book: RunBook, engine: Engine) -> None:
        self._platform = platform
        self._organisation = organisation
        self._book = book
        self._engine = engine
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """Give the routes of this part: below the API's root, and, as it is really called, at the host's."""
        roots = ("/api/v1/scheduler",) if self._platform.bare else ("/api/v1/scheduler", "/scheduler")
        return [
            route
            for root in roots
            for route in (
                Route(f"{root}/startRun", self.start, methods=["POST"]),
                Route(f"{root}/runStatus", self.status, methods=["GET"]),
                Route(f"{root}/rerun", self.rerun, methods=["POST"]),
                Route(f"{root}/cancelRun", self.cancel, methods=["POST"]),
            )
        ]

    async def start(self, request: Request) -> JSONResponse:
        """Start a run."""
        asked = await read_start(request)
        number = await self._platform.executions.in_thread(partial(self.begin, asked))
        return JSONResponse({"runCounter": number})

    async def status(self, request: Request) -> JSONResponse:
        """Tell how a run is."""
        number = requests.number(request.query_params.get("runCounter", ""))
        if number is None:
            raise requests.refuse("runCounter must be the number of a run")
        await self._organisation.ready()
        run = self._find(number)
        told = {
            "runCounter": run["id"],
            "status": run["status"],
            **({"startedAt": run["started_at"]} if run["started_at"] else {}),
            "completedAt": run["completed_at"],
        }
        if not self._platform.bare:
            link = f"{request.url.scheme}://{request.url.netloc}/api/v1/runs/{run['id']}"
            told |= {"runStatus": run["phase"], "runType": run["run_type"], "runLink": link}
        return JSONResponse(told)

    async def rerun(self, request: Request) -> JSONResponse:
        """Run again what failed, and what was skipped for it."""
        number, parameters = await read_rerun(request, bare=self._platform.bare)
        again = await self._platform.executions.in_thread(partial(self.repeat, number, parameters))
        return JSONResponse({"runCounter": again})

    async def cancel(self, request: Request) -> Response:
        """Stop a run; the answer comes when it has stopped."""
        number = await read_cancel(request, bare=self._platform.bare)
        await self._platform.executions.in_thread(partial(self.stop, number))
        return Response(status_code=204)

    def begin(self, asked: Start, **more: Any) -> int:
        """Start a run, told more about it than a request can, and give its number.

        Raises:
            Refusal: It cannot run as it was asked for (400).
        """
        self._organisation.ensure()
        environment = self._environment(asked)
        include, exclude = asked.include, asked.exclude
        job = self._job(asked, environment) if asked.job else None
        if job:
            include, exclude = job["includeSelector"], job["excludeSelector"]
        deployed = self._deployed(environment["id"])
        chosen = _choose(deployed, include, exclude, environment["name"])
        if asked.credentials is None and not (environment["oauthEnabled"] or self._platform.bare):
            raise requests.refuse(
                f"The environment {environment['name']} has no OAuth connection; give userCredentials"
            )
        run = new_run(
            environment["id"],
            job=job["id"] if job else None,
            parallelism=asked.parallelism,
            include=include,
            exclude=exclude,
            parameters=asked.parameters,
            credentials=asked.credentials.told() if asked.credentials else {"snowflakeAuthType": "OAuth"},
            **more,
        )
        return self._submit(run, chosen)

    def repeat(self, number: int, parameters: dict[str, str]) -> int:
        """Start a run of what failed in another, and was skipped for it, and give its number.

        Raises:
            Refusal: There is no such run, or it has not failed (400).
        """
        self._organisation.ensure()
        run = self._find(number)
        if run["status"] != "failed":
            raise requests.refuse(f"Run {number} has not failed: it is {run['status']}")
        left = {node["nodeID"] for node in self._book.nodes(number) if node["status"] != "success"}
        deployed = self._deployed(run["environment"])
        chosen = [node for node in deployed if node["nodeID"] in left]
        if not chosen:
            raise requests.refuse(f"Run {number} has no failed node that is still deployed")
        again = new_run(
            run["environment"],
            **{name: run[name] for name in ("job", "parallelism", "include", "exclude", "credentials")},
            parameters=parameters,
            rerun_of=number,
            history=[*run["history"], number],
        )
        return self._submit(again, chosen)

    def stop(self, number: int) -> None:
        """Cancel a run and wait until it has stopped.

        Raises:
            Refusal: There is no such run, or it has ended, maybe just now (400).
        """
        self._organisation.ensure()
        run = self._find(number)
        if run["phase"] in ENDED or not self._engine.cancel(number):
            raise requests.refuse(f"Run {number} is not active: it is {self._find(number)['status']}")

    def _submit(self, run: Record, chosen: Sequence[Record]) -> int:
        with self._lock:
            number = int(self._book.add(run, [_queued(node) for node in chosen])["id"])
            self._engine.submit(number, run["environment"])
        return number

    def _environment(self, asked: Start) -> Record:
        environment = self._organisation.look_up(ENVIRONMENT, asked.environment)
        if environment is None:
            raise _missing(f"There is no environment {asked.environment}")
        if environment["status"] == "Failed Deploy" and not asked.force:
            raise requests.refuse(
                f"The last deployment to {environment['name']} failed; force the run, or deploy again"
            )
        return environment

    def _job(self, asked: Start, environment: Record) -> Record:
        job = self._organisation.look_up(JOB, asked.job)
        if job is None or environment["id"] not in job["environments"]:
            raise _missing(f"The environment {environment['name']} has no job {asked.job}")
        if asked.include or asked.exclude:
            raise requests.refuse("Give either jobID or selectors, and not both: a job has its own")
        return job

    def _deployed(self, environment: int) -> list[Record]:
        return self._organisation.nodes(f"environment:{environment}")

    def _find(self, number: int) -> Record:
        run = self._book.run(number)
        if run is None:
            raise _missing(f"There is no run {number}")
        return run


def _choose(deployed: Sequence[Record], include: str, exclude: str, environment: str) -> list[Record]:
    try:
        wanted, unwanted = selectors.parse(include), selectors.parse(exclude)
    except ValueError as error:
        raise requests.refuse(str(error)) from error
    everything = not wanted.pairs
    chosen = [
        node
        for node in deployed
        if node["nodeType"] != SOURCE
        and (everything or wanted.matches(node["location"], node["name"]))
        and not unwanted.matches(node["location"], node["name"])
    ]
    if not chosen:
        raise requests.refuse(
            f"The selectors match no node of {environment} that can run"
            if deployed
            else f"Nothing is deployed to {environment}"
        )
    return chosen


def _queued(node: Record) -> dict[str, Any]:
    return {
        **{name: node[name] for name in ("nodeID", "name", "location", "type")},
        "status": "queued",
        **dict.fromkeys(("started_at", "ended_at", "rows", "error", "sql", "query_id")),
    }


def _missing(sentence: str) -> Refusal:
    return Refusal(400, sentence, code="NOT_FOUND")
