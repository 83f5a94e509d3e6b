"""Datafold's data sources: which there are, whether they work, and queries to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox.datafold import requests, source_tests, source_types, sources
from dataexplore.sandbox.datafold.row_stream import RowStream
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.execution import Execution, Target
from dataexplore.sandbox.parameters import literal
from dataexplore.sandbox.tokens import split
from dataexplore.sandbox.warehouse import CONNECTIONS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["DataSources"]

TRUE = ("1", "on", "t", "true", "y", "yes")


class Query(requests.Fields):
    """A query, and the texts that its question marks stand for."""

    query: str
    params: list[str] | None = None


class Streaming(requests.Fields):
    """How the rows of a query are wanted."""

    stream: bool = False


class NewSource(requests.Fields):
    """A data source to create, with the contract's names."""

    name: Annotated[str, Field(min_length=1)]
    type: str
    options: dict[str, Any] | None = None
    temp_schema: str | None = None
    float_tolerance: Annotated[float, Field(ge=0)] | None = 0.0
    accessible: bool = True
    is_paused: bool | None = False
    hidden: bool | None = False
    view_only: bool | None = False
    catalog_exclude_list: str | None = None
    catalog_include_list: str | None = None
    created_from: str | None = None
    data_retention_days: int | None = None
    disable_profiling: bool | None = False
    disable_schema_indexing: bool | None = False
    group_ids: list[int] | None = None
    groups: dict[str, bool] | None = None
    lineage_schedule: str | None = None
    max_allowed_connections: int | None = None
    oauth_dwh_active: bool | None = None
    profile_exclude_list: str | None = None
    profile_include_list: str | None = None
    profile_schedule: str | None = None
    queue_name: str | None = None
    scheduled_queue_name: str | None = None
    schema_indexing_schedule: str | None = None
    schema_max_age_s: int | None = None
    secret_id: int | None = None
    source: str | None = None
    # Given by the service alone.
    id: None = None
    last_test: None = None


class DataSources:
    """The eight operations."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._records = platform.records
        sources.seed(self._records)
        source_tests.seed(self._records)
        source_tests.end_abandoned(platform)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        root = "/api/v1/data_sources"
        one = f"{root}/{{data_source_id}}"
        return [
            Route(root, self.list_sources, methods=["GET"]),
            Route(root, self.create, methods=["POST"]),
            Route(f"{root}/types", self.types, methods=["GET"]),
            Route(f"{root}/test/{{job_id}}", self.read_test, methods=["GET"]),
            Route(one, self.read, methods=["GET"]),
            Route(f"{one}/summary", self.summary, methods=["GET"]),
            Route(f"{one}/test", self.test, methods=["POST"]),
            Route(f"{one}/query", self.query, methods=["POST"]),
        ]

    async def list_sources(self, request: Request) -> JSONResponse:
        """List data sources, also those that are not accessible."""
        del request
        return JSONResponse([one for one in self._records.all(sources.KIND) if not one["hidden"]])

    async def create(self, request: Request) -> JSONResponse:
        """Create a data source; one of type duckdb is another way to the same warehouse."""
        asked = await requests.body(request, NewSource)
        if asked.type not in source_types.NAMES:
            raise requests.refuse(f"{asked.type!r} is no known type", "body", "type")
        options = source_types.shown_options(asked.type, asked.options or {})
        for name, value in options.items():
            if type(value) is not (int if name == "port" else str):
                raise requests.refuse("This setting is of another type", "body", "options", name)
        if asked.type == "duckdb":
            name = options.setdefault("connection", "warehouse")
            if name not in CONNECTIONS:
                choice = ", ".join(CONNECTIONS)
                raise requests.refuse(f"{name!r} is none of {choice}", "body", "options", "connection")
        new = asked.model_dump(exclude={"id"}, exclude_none=True) | {"options": options}
        record = self._records.add(sources.KIND, sources.DEFAULTS | new)
        self._platform.audit(request, "create", sources.KIND, record["id"])
        return JSONResponse(record)

    async def types(self, request: Request) -> JSONResponse:
        """List what kinds of data sources there are."""
        del request
        return JSONResponse([source_types.describe(kind) for kind in source_types.NAMES])

    async def read(self, request: Request) -> JSONResponse:
        """Give one data source."""
        return JSONResponse(self._find(request))

    async def summary(self, request: Request) -> JSONResponse:
        """Give one data source in short."""
        record = self._find(request)
        return JSONResponse({name: record[name] for name in ("id", "name", "type")})

    async def test(self, request: Request) -> JSONResponse:
        """Begin a test of a data source."""
        source = self._find(request)
        platform, number = self._platform, source_tests.add(self._platform, source["id"])["id"]
        platform.audit(request, "test", sources.KIND, source["id"])
        platform.jobs.start((source_tests.KIND, number), lambda job: source_tests.run(platform, job, number))
        return JSONResponse({"job_id": number})

    async def read_test(self, request: Request) -> JSONResponse:
        """Tell how a test goes."""
        number = requests.path_id(request, "job_id")
        test = self._records.get(source_tests.KIND, number)
        if test is None:
            raise Refusal.missing(f"There is no test {number}")
        sources.find(self._records, test["data_source_id"])
        return JSONResponse({name: test[name] for name in ("id", "status", "results")})

    async def query(self, request: Request) -> ASGIApp:
        """Run a query; its rows come as they are made when a stream is asked for, by query or header."""
        record = self._find(request)
        asked = await requests.body(request, Query)
        streaming = requests.query(request, Streaming).stream
        streaming = streaming or request.headers.get("x-stream-response", "").lower() in TRUE
        connection = sources.find_connection(self._records, record["id"])
        sql = asked.query if asked.params is None else _fill(asked.query, asked.params)
        self._platform.audit(request, "query", sources.KIND, record["id"])
        target = Target(connection, record["options"].get("database"))
        execution = Execution(self._platform.warehouse, target, sql)
        return RowStream(self._platform.executions, execution, stream=streaming)

    def _find(self, request: Request) -> Record:
        return sources.find(self._records, requests.path_id(request, "data_source_id"))


def _fill(sql: str, params: list[str]) -> str:
    """Put a text for each question mark that is neither in a text, nor a name, nor a comment."""
    values = iter(params)
    pieces = []
    marks = 0
    for token in split(sql):
        text = token.text
        if token.kind == "code":
            first, *rest = text.split("?")
            marks += len(rest)
            text = first + "".join(literal(next(values, "")) + piece for piece in rest)
        pieces.append(text)
    if marks != len(params):
        raise requests.refuse(f"The query has {marks} question marks", "body", "params")
    return "".join(pieces)
