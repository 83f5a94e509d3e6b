"""Datafold's CI: what a pull request changes, compared with what production has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox.datafold import requests, sources
from dataexplore.sandbox.datafold.diff_past import CI_RUNS
from dataexplore.sandbox.datafold.diff_requests import DiffRequest
from dataexplore.sandbox.datafold.diff_runs import KIND as DIFF
from dataexplore.sandbox.datafold.diff_runs import DiffRuns
from dataexplore.sandbox.datafold.paths import split_path
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Ci"]

CONFIG = "ci_config"
RUN = "ci_run"
# Where developers build; its tables are compared with those of the same name elsewhere.
DEVELOPMENT = "dev"
PRODUCTION = ("marts", "intermediate", "staging", "raw")

PATH_PARTS = 3

CHANGED = f"""
SELECT prod.schema_name, prod.table_name
FROM (
    SELECT schema_name, table_name FROM duckdb_tables()
    UNION ALL SELECT schema_name, view_name FROM duckdb_views()
) AS prod
SEMI JOIN (FROM duckdb_tables() WHERE schema_name = '{DEVELOPMENT}') AS dev USING (table_name)
WHERE prod.schema_name IN {PRODUCTION}
ORDER BY ALL
"""


class PullRequest(requests.Fields):
    """The pull request that a run is for."""

    pr_number: requests.Id
    pr_branch: str
    base_branch: str
    pr_sha: str
    base_sha: str


class TablePair(requests.Fields):
    """A table of production and what the pull request makes of it."""

    prod: str
    pr: str
    pk: list[str] | None = None
    include_columns: Annotated[list[str], Field(default_factory=list)]
    exclude_columns: Annotated[list[str], Field(default_factory=list)]


class Asked(requests.Fields):
    """The query of the listing of runs."""

    pr_sha: str | None = None
    pr_num: str | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    offset: Annotated[int, Field(ge=0)] = 0


class Ci:
    """The three operations."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._records = platform.records
        self._diffs = DiffRuns(platform)
        if not self._records.all(CONFIG):
            for name, source in (("shop-dbt", 1), ("finance-dbt", 4)):
                self._records.add(CONFIG, {"repository": name, "data_source_id": source})
            for number, pull in CI_RUNS.items():
                run = {"id": number, "ci_config_id": 1, "base_branch": "main", "source": "api", **pull}
                self._records.add(RUN, run)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        one = "/api/v1/ci/{ci_config_id}"
        return [
            Route(f"{one}/runs", self.list_runs, methods=["GET"]),
            Route(f"{one}/trigger", self.trigger, methods=["POST"]),
            Route(f"{one}/{{pr_num}}", self.upload, methods=["POST"]),
        ]

    async def list_runs(self, request: Request) -> JSONResponse:
        """List runs, the newest first."""
        config = self._find(request)
        asked = requests.query(request, Asked)
        runs = [
            run
            for run in reversed(self._records.all(RUN))
            if run["ci_config_id"] == config["id"]
            and asked.pr_sha in (None, run["pr_sha"])
            and asked.pr_num in (None, run["pr_num"])
        ]
        states = self._states()
        shown = runs[asked.offset : asked.offset + asked.limit]
        return JSONResponse([_shown(run, states.get(run["id"], ())) for run in shown])

    async def trigger(self, request: Request) -> JSONResponse:
        """Start a run that compares each table of the development schema with production's."""
        config = self._find(request)
        pull = await requests.body(request, PullRequest)
        changed = await self._platform.executions.in_thread(self._changed)
        source = config["data_source_id"]
        diffs = [
            DiffRequest(
                data_source1_id=source,
                data_source2_id=source,
                table1=["warehouse", schema, table],
                table2=["warehouse", DEVELOPMENT, table],
                infer_pk=True,
            )
            for schema, table in changed
        ]
        run = self._start(request, config, pull, diffs)
        return JSONResponse({"ci_run_id": run["id"]})

    async def upload(self, request: Request) -> JSONResponse:
        """Start a run that compares the pairs of the body."""
        config = self._find(request)
        number = requests.path_id(request, "pr_num")
        pairs = await requests.body(request, list[TablePair])
        known = [
            run
            for run in self._records.all(RUN)
            if (run["ci_config_id"], run["pr_num"]) == (config["id"], str(number))
        ]
        names = ("pr_branch", "base_branch", "pr_sha", "base_sha")
        latest = {name: known[-1][name] for name in names} if known else dict.fromkeys(names, "")
        diffs = [_diff(config["data_source_id"], place, pair) for place, pair in enumerate(pairs)]
        run = self._start(request, config, PullRequest(pr_number=number, **latest), diffs)
        return JSONResponse({"run_id": run["id"]})

    def _start(self, request: Request, config: Record, pull: PullRequest, asked: list[DiffRequest]) -> Record:
        shared = pull.model_dump(exclude={"pr_number"})
        run = self._records.add(
            RUN, {"ci_config_id": config["id"], "pr_num": str(pull.pr_number), "source": "api", **shared}
        )
        origin = {
            "source": "ci",
            "ci_run_id": run["id"],
            "ci_pr_num": pull.pr_number,
            "ci_pr_branch": pull.pr_branch,
            "ci_base_branch": pull.base_branch,
            "ci_pr_sha": pull.pr_sha,
        }
        numbers = [self._diffs.add(diff, **origin)["id"] for diff in asked]
        self._platform.audit(request, "create", RUN, run["id"])
        for number in numbers:
            self._diffs.start(number)
        return run

    def _changed(self) -> list[tuple[str, str]]:
        cursor = self._platform.warehouse.cursor()
        try:
            found: list[tuple[str, str]] = cursor.execute(CHANGED).fetchall()
        finally:
            cursor.close()
        return found

    def _states(self) -> dict[int, list[str]]:
        states: dict[int, list[str]] = {}
        for diff in self._records.all(DIFF):
            if diff.get("ci_run_id") is not None:
                states.setdefault(diff["ci_run_id"], []).append(diff["status"])
        return states

    def _find(self, request: Request) -> Record:
        number = requests.path_id(request, "ci_config_id")
        config = self._records.get(CONFIG, number)
        if config is None:
            raise Refusal.missing(f"There is no CI configuration {number}")
        sources.find(self._records, config["data_source_id"])
        return config


def _diff(source: int, place: int, pair: TablePair) -> DiffRequest:
    return DiffRequest(
        data_source1_id=source,
        data_source2_id=source,
        table1=_table(pair.prod, place, "prod"),
        table2=_table(pair.pr, place, "pr"),
        pk_columns=pair.pk or [],
        infer_pk=not pair.pk,
        include_columns=pair.include_columns or None,
        exclude_columns=pair.exclude_columns or None,
    )


def _table(text: str, place: int, name: str) -> list[str]:
    try:
        parts = list(split_path(text))
    except ValueError as error:
        raise requests.refuse(str(error), "body", place, name) from error
    if len(parts) > PATH_PARTS:
        raise requests.refuse("A table has at most a database, a schema and a name", "body", place, name)
    return parts


def _shown(run: Record, states: Iterable[str]) -> Record:
    status = _status(states)
    return {name: value for name, value in run.items() if name != "ci_config_id"} | {"status": status}


def _status(states: Iterable[str]) -> str:
    """Give the state of a run, which is that of the least of its diffs."""
    for state in ("processing", "queued", "waiting", "failed", "cancelled"):
        if state in states:
            return state
    return "done"
