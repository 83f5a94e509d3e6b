"""Datafold's BI integrations: listed, created, and synced in the background."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold import requests
from dataexplore.sandbox.datafold.bi_assets import ASSETS
from dataexplore.sandbox.datafold.requests import Fields, Id
from dataexplore.sandbox.datafold.scheduling import check_cron, next_due, tick_every_minute
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from dataexplore.sandbox.jobs import Job
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Bi"]

KIND = "bi_integration"
SEEDED = (("looker", "Looker"), ("tableau", "Tableau"), ("hightouch", "Hightouch"))

# Never kept: the sandbox signs in nowhere.
Secret = Annotated[SecretStr, Field(exclude=True)]


class Binding(Fields):
    """Which data sources a source of the BI tool is."""

    model_config = ConfigDict(alias_generator=to_camel)

    remote_id: str
    bound_ids: list[Id]


class Integration(Fields):
    """What every integration may say of itself."""

    name: str | None = None
    indexing_cron: Annotated[str, AfterValidator(check_cron)] | None = None


class Dbt(Integration):
    """Exposures of a dbt project."""

    ci_config_id: Id


class Hightouch(Integration):
    """Syncs into other systems."""

    token: Secret
    workspace: str | None = None
    bindings: list[Binding]


class Looker(Integration):
    """Explores and dashboards."""

    base_url: str
    client_id: str
    client_secret: Secret
    repo_id: Id
    project_ids: list[str] = Field(default_factory=list)
    bindings: list[Binding] = Field(default_factory=list)


class Mode(Integration):
    """Reports."""

    token: Secret
    password: Secret
    workspace: str = ""


class PowerBi(Integration):
    """Reports and dashboards."""

    auth_type: Literal["delegated", "service_principal"] | None = None
    tenant_id: str | None = None
    client_id: str | None = None
    client_secret: Annotated[SecretStr | None, Field(exclude=True)] = None


class Tableau(Integration):
    """Workbooks."""

    server_url: str
    site_id: str
    token_name: str
    token_value: Secret


FORMS: dict[str, tuple[str, type[Integration]]] = {
    "dbt": ("dbt", Dbt),
    "hightouch": ("Hightouch", Hightouch),
    "looker": ("Looker", Looker),
    "mode": ("Mode", Mode),
    "powerbi": ("Power BI", PowerBi),
    "tableau": ("Tableau", Tableau),
}


class Bi:
    """The integrations; three are there from the start."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        if not platform.records.get(KIND, 1):
            now = moments.now()
            platform.records.add_all(KIND, [_record(kind, name, synced_at=now) for kind, name in SEEDED])
        tick_every_minute(platform.jobs, self.tick)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        root = "/api/v1/lineage/bi/"
        return [
            Route(root, self.list, methods=["GET"]),
            *(Route(f"{root}{kind}/", partial(self.create, kind), methods=["POST"]) for kind in FORMS),
            Route(root + "{bi_datasource_id}/", self.read, methods=["GET"]),
            Route(root + "{bi_datasource_id}/sync/", self.sync, methods=["GET"]),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the integrations."""
        del request
        return JSONResponse([self._answer(record) for record in self._platform.records.all(KIND)])

    async def create(self, kind: str, request: Request) -> JSONResponse:
        """Add an integration; it shows nothing before its first sync."""
        title, form = FORMS[kind]
        asked = await requests.body(request, form)
        settings = asked.model_dump(mode="json", by_alias=True, exclude={"name", "indexing_cron"})
        name = self._name(asked.name, title)
        record = self._platform.records.add(KIND, _record(kind, name, asked.indexing_cron, settings))
        self._platform.audit(request, "create", KIND, record["id"])
        return JSONResponse(self._answer(record))

    async def read(self, request: Request) -> JSONResponse:
        """Read one integration."""
        return JSONResponse(self._answer(self._find(request)))

    async def sync(self, request: Request) -> JSONResponse:
        """Start a sync, unless one of this integration runs."""
        record = self._find(request)
        self._start(record["id"])
        self._platform.audit(request, "sync", KIND, record["id"])
        return JSONResponse(self._answer(record))

    def tick(self, since: datetime, now: datetime) -> None:
        """Start the syncs that came due."""
        for record in self._platform.records.all(KIND):
            cron = record["indexing_cron"]
            due = next_due({"cron": cron}, since) if cron else None
            if due is not None and due <= now:
                self._start(record["id"])

    def _start(self, number: int) -> None:
        self._platform.jobs.start((KIND, number), partial(self._index, number))

    def _index(self, number: int, job: Job) -> None:
        """Look the columns up that the assets show; an asset of a column that is gone is not counted."""
        query = "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        with job.cursor() as cursor:
            columns = set(cursor.execute(query).fetchall())

        def finish(record: Record) -> Record:
            assets = [asset for asset in ASSETS if asset.integration.lower() == record["type"]]
            whole = [asset for asset in assets if columns.issuperset(column for _, column in asset.fields)]
            return {**record, "is_indexed": True, "last_sync_at": moments.now(), "asset_count": len(whole)}

        self._platform.records.change(KIND, number, finish)

    def _find(self, request: Request) -> Record:
        number = requests.path_id(request, "bi_datasource_id")
        record = self._platform.records.get(KIND, number)
        if record is None:
            raise Refusal.missing(f"There is no BI integration {number}")
        return record

    def _name(self, wanted: str | None, title: str) -> str:
        taken = {record["name"] for record in self._platform.records.all(KIND)}
        if wanted is None:
            return next(
                name
                for number in range(1, len(taken) + 2)
                if (name := f"{title} {number}" if number > 1 else title) not in taken
            )
        # Assets are found by the name of their integration.
        if wanted in taken:
            raise requests.refuse(f"There is a BI integration named {wanted}", "body", "name")
        return wanted

    def _answer(self, record: Record) -> dict[str, Any]:
        running = self._platform.jobs.find((KIND, record["id"])) is not None
        status = "syncing" if running else "done" if record["is_indexed"] else "new"
        return {name: value for name, value in record.items() if name != "is_indexed"} | {
            "sync_status": status
        }


def _record(
    kind: str,
    name: str,
    cron: str | None = None,
    settings: dict[str, Any] | None = None,
    *,
    synced_at: str | None = None,
) -> Record:
    return {
        "type": kind,
        "name": name,
        "indexing_cron": cron,
        "settings": settings or {},
        "is_indexed": synced_at is not None,
        "last_sync_at": synced_at,
        "asset_count": sum(asset.integration.lower() == kind for asset in ASSETS) if synced_at else 0,
    }
