"""The organisation behind all of Coalesce: there from the first request on, and found by ID."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import duckdb
from starlette.routing import Route

from dataexplore.sandbox.coalesce import requests
from dataexplore.sandbox.coalesce.rendering import locate, select
from dataexplore.sandbox.coalesce.seeds import DEV, GENERATED, SEEDS
from dataexplore.sandbox.execution import quote

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from dataexplore.sandbox.coalesce.rendering import Mappings
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

    Handler = Callable[[Request], Awaitable[Response]]

__all__ = [
    "ENVIRONMENT",
    "GIT_ACCOUNT",
    "JOB",
    "NODE",
    "PROJECT",
    "ROOT",
    "RUN",
    "USER",
    "WORKSPACE",
    "Organisation",
]

ROOT = "/api/v1"
ENVIRONMENT, WORKSPACE, PROJECT, USER = (
    f"coalesce_{noun}" for noun in ("environment", "workspace", "project", "user")
)
NODE, JOB, GIT_ACCOUNT, RUN = (f"coalesce_{noun}" for noun in ("node", "job", "git_account", "run"))
# The highest number that each kind has given so far: one that was removed is never given again, for runs and
# clients still know it. Written last of all, it also tells that the organisation is whole.
NUMBERS = "coalesce_numbers"

log = logging.getLogger("dataexplore.sandbox")
# One for the process: each service has an Organisation of its own, over the same records.
_founding = threading.Lock()


class Organisation:
    """What all parts of Coalesce share.

    Args:
        platform: what they stand on.
        then: what else is there from the start, for those who need it; done once this stands.
    """

    def __init__(self, platform: Platform, then: Callable[[], None] = lambda: None) -> None:
        self.bare = platform.bare
        self._platform = platform
        self._records = platform.records
        self._then = then
        self._stands = False

    def ensure(self) -> None:
        """Write down all that is there from the start, unless it is; any thread may call."""
        if self._stands:
            return
        with _founding:
            if not self._records.get(NUMBERS, 1):
                self._found()
            if not self._stands:
                self._then()
            self._stands = True

    async def ready(self) -> None:
        """Ensure it beside the event loop."""
        if not self._stands:
            await self._platform.executions.in_thread(self.ensure)

    def route(self, method: str, path: str, handler: Handler) -> Route:
        """Give a route below the root that founds the organisation first."""

        async def attend(request: Request) -> Response:
            await self.ready()
            return await handler(request)

        return Route(ROOT + path, attend, methods=[method])

    def add(self, kind: str, record: Callable[[int], Record]) -> Record:
        """Keep a new record, made with its number."""
        counted = self._records.change(
            NUMBERS, 1, lambda numbers: {**numbers, kind: numbers.get(kind, 0) + 1}
        )
        assert counted is not None
        number = int(counted[kind])
        return self._records.add(kind, {**record(number), "id": number})

    def find(self, request: Request, kind: str, parameter: str) -> Record:
        """Give the record that the path names.

        Raises:
            Refusal: There is none.
        """
        text = request.path_params[parameter]
        record = self.look_up(kind, text)
        if record is None:
            noun = kind.removeprefix("coalesce_")
            raise requests.absent(request, f"There is no {noun} {requests.show(text)}", bare=self.bare)
        return record

    def look_up(self, kind: str, text: str) -> Record | None:
        """Give the record of an ID as the answers write it, None when there is none."""
        number = requests.number(text)
        return None if number is None else self._records.get(kind, number)

    def mappings(self, owner: str) -> Mappings:
        """Tell where the locations of an owner of nodes lie; workspaces work on dev."""
        noun, _, number = owner.partition(":")
        environment = self._records.get(ENVIRONMENT, int(number)) if noun == "environment" else None
        return environment["mappings"] if environment else DEV

    def nodes(self, owner: str) -> list[Record]:
        """Give the nodes of an owner: ``environment:3`` or ``workspace:1``."""
        return [node for node in self._records.all(NODE) if node["owner"] == owner]

    def active_runs(self) -> dict[int, list[int]]:
        """Give the runs that wait or run, by environment."""
        found: dict[int, list[int]] = {}
        for run in self._records.all(RUN):
            if run["status"] in ("queued", "running"):
                found.setdefault(run["environment"], []).append(run["id"])
        return found

    def take_roles(self, roles: str, number: int) -> None:
        """Take everyone's role in a project or an environment that is no more."""
        for user in self._records.all(USER):
            if str(number) in user[roles]:
                self._records.change(
                    USER, user["id"], lambda one: one | {roles: _without(one[roles], number)}
                )

    def check_name(self, kind: str, name: str, *, but: int | None = None) -> None:
        """Let a name pass that is free among its kind; the record ``but`` may keep its own.

        Raises:
            Refusal: Another has it (400).
        """
        if any(one["name"] == name and one["id"] != but for one in self._records.all(kind)):
            noun = kind.removeprefix("coalesce_")
            raise requests.refuse(f"There is another {noun} named {requests.show(name)}")

    def _found(self) -> None:
        numbers = {}
        for kind, seeds in SEEDS.items():
            # All or none were written, should an earlier start have ended here.
            if not self._records.get(kind, 1):
                self._records.add_all(kind, seeds)
            numbers[kind] = len(seeds)
        for environment in SEEDS[ENVIRONMENT]:
            self._fill(environment["mappings"])
        self._records.add(NUMBERS, numbers)

    def _fill(self, mappings: Mappings) -> None:
        """Give the database of an environment what production has, as after its last run.

        What a user has dropped from production is missing here, too.
        """
        database = mappings["MARTS"]["database"]
        if database == "warehouse":
            return
        cursor: Any = self._platform.warehouse.cursor()
        try:
            for location in GENERATED:
                cursor.execute(
                    f"create schema if not exists {quote(database)}.{quote(mappings[location]['schema'])}"
                )
            for node in SEEDS[NODE]:
                if node["owner"] == "workspace:1" and node["sql"] is not None:
                    _copy(cursor, node, mappings)
        finally:
            cursor.close()


def _without(roles: dict[str, str], number: int) -> dict[str, str]:
    return {key: role for key, role in roles.items() if key != str(number)}


def _copy(cursor: Any, node: Record, mappings: Mappings) -> None:
    table = locate(node["location"], node["name"], mappings)
    if node["type"] == "view":
        source = select(node, mappings, {})
    else:
        source = f"from warehouse.{quote(node['location'].lower())}.{quote(node['name'])}"
    try:
        cursor.execute(f"create {node['type']} if not exists {table} as {source}")
    except duckdb.Error as error:
        log.info("%s is not copied: %s", table, str(error).partition("\n")[0])
