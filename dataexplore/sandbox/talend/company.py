"""The company's account behind all of Talend: there from the first request on, and found by ID."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from starlette.routing import Route

from dataexplore.sandbox import moments
from dataexplore.sandbox.talend import refs, requests
from dataexplore.sandbox.talend.seeds import SEEDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from dataexplore.sandbox.errors import Refusal
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record, Records

    Handler = Callable[[Request], Awaitable[Response]]

__all__ = [
    "ARTIFACT",
    "CONNECTION",
    "ENVIRONMENT",
    "ORCHESTRATION",
    "PLAN",
    "PLAN_EXECUTION",
    "PROCESSING",
    "PROJECT",
    "PROMOTION",
    "PROMOTION_EXECUTION",
    "RESOURCE",
    "TASK",
    "TASK_EXECUTION",
    "WORKSPACE",
    "Company",
    "moment",
]

ORCHESTRATION, PROCESSING = "/orchestration", "/processing"
ENVIRONMENT, WORKSPACE, PROJECT, ARTIFACT, CONNECTION = (
    f"talend_{noun}" for noun in ("environment", "workspace", "project", "artifact", "connection")
)
RESOURCE, TASK, PLAN, PROMOTION = (f"talend_{noun}" for noun in ("resource", "task", "plan", "promotion"))
PLAN_EXECUTION, TASK_EXECUTION, PROMOTION_EXECUTION = (
    f"talend_{noun}_execution" for noun in ("plan", "task", "promotion")
)
# The highest number that each kind has given so far: one that was removed is never given again, for runs and
# clients still know it. Written last of all, it also tells that the company stands.
NUMBERS = "talend_numbers"

# One for the process: each service has a Company of its own, over the same records. What else some of them
# need from the start waits here, by those records, until anyone asks first.
_founding = threading.Lock()
_waiting: WeakKeyDictionary[Records, list[Callable[[], None]]] = WeakKeyDictionary()


def moment(text: str | None = None) -> str:
    """Write a moment of the records, or this one, as the answers do: to the millisecond."""
    written = moments.read(text or moments.now()).isoformat(timespec="milliseconds")
    return written.removesuffix("+00:00") + "Z"


class Company:
    """What all parts of Talend share.

    Args:
        platform: what they stand on.
        then: what else is there from the start; done once this stands, whichever part is asked first.
    """

    def __init__(self, platform: Platform, then: Callable[[], None] | None = None) -> None:
        self.bare = platform.bare
        self._platform = platform
        self._records = platform.records
        self._stands = False
        if then:
            with _founding:
                _waiting.setdefault(platform.records, []).append(then)

    def ensure(self) -> None:
        """Write down all that is there from the start, unless it is; any thread may call."""
        if self._stands:
            return
        with _founding:
            if not self._records.get(NUMBERS, 1):
                self._found()
            waiting = _waiting.get(self._records, [])
            while waiting:
                waiting[0]()
                del waiting[0]
            self._stands = True

    async def ready(self) -> None:
        """Ensure it beside the event loop."""
        if not self._stands:
            await self._platform.executions.in_thread(self.ensure)

    def route(self, method: str, path: str, handler: Handler) -> Route:
        """Give a route that founds the company first; ``path`` is whole, as ``/orchestration/artifacts``."""

        async def attend(request: Request) -> Response:
            await self.ready()
            return await handler(request)

        return Route(path, attend, methods=[method])

    def add(self, kind: str, record: Callable[[int], Record]) -> Record:
        """Keep a new record, made with its number; it gets its ``ref``."""
        counted = self._records.change(
            NUMBERS, 1, lambda numbers: {**numbers, kind: numbers.get(kind, 0) + 1}
        )
        assert counted is not None
        number = int(counted[kind])
        return self._records.add(kind, {**record(number), "id": number, "ref": refs.give(kind, number)})

    def find(self, request: Request, kind: str, parameter: str) -> Record:
        """Give the record that the path names.

        Raises:
            Refusal: There is none (404).
        """
        text = request.path_params[parameter]
        record = self.look_up(kind, text)
        if record is None:
            raise requests.absent(_miss(kind, text))
        return record

    def look_up(self, kind: str, ref: str) -> Record | None:
        """Give the record of an ID as the answers write it, None when there is none."""
        number = refs.number(kind, ref)
        return self._records.get(kind, number) if number else None

    def refer(self, kind: str, ref: str, refusing: Callable[[str], Refusal] = requests.refuse) -> Record:
        """Give the record that a body or a query speaks of.

        Raises:
            Refusal: There is none; 400 unless ``refusing`` makes another.
        """
        record = self.look_up(kind, ref)
        if record is None:
            raise refusing(_miss(kind, ref))
        return record

    def get(self, kind: str, number: int) -> Record:
        """Give the record that another one holds by number."""
        record = self._records.get(kind, number)
        assert record is not None
        return record

    def environment_of(self, record: Record) -> int:
        """Give the number of the environment in which something of a workspace lies."""
        return int(self.get(WORKSPACE, record["workspace"])["environment"])

    def asked(
        self, request: Request, refusing: Callable[[str], Refusal] = requests.refuse
    ) -> Callable[[Record], bool]:
        """Read which environment and workspace a listing is about, as a test of its records.

        Raises:
            Refusal: There is no such one; 400 unless ``refusing`` makes another.
        """
        environment, workspace = (
            self.refer(kind, ref, refusing)["id"] if (ref := requests.text(request, name)) else None
            for kind, name in ((ENVIRONMENT, "environmentId"), (WORKSPACE, "workspaceId"))
        )

        def test(record: Record) -> bool:
            return workspace in (None, record["workspace"]) and (
                environment is None or environment == self.environment_of(record)
            )

        return test

    def told_environment(self, number: int) -> dict[str, Any]:
        """Write an environment as the answers do."""
        environment = self.get(ENVIRONMENT, number)
        fields = ("name", "description", "maxCloudContainers", "default")
        told = {name: environment[name] for name in fields if environment.get(name) is not None}
        return {"id": environment["ref"], **told}

    def told_workspace(self, number: int) -> dict[str, Any]:
        """Write the workspace that something lies in as the answers do."""
        workspace = self.get(WORKSPACE, number)
        return {
            "id": workspace["ref"],
            "name": workspace["name"],
            "description": workspace["description"],
            "owner": workspace["owner"],
            "type": workspace["type"].lower(),
            "environment": self.told_environment(workspace["environment"]),
            "protectedUpgrade": workspace["protectedUpgrade"],
        }

    def told_executable(self, one: Record) -> dict[str, Any]:
        """Write a plan or task as Processing names what can be run."""
        workspace = self.told_workspace(one["workspace"])
        return {"executable": one["ref"], "name": one["name"], "workspace": workspace}

    def takes(self, kind: str, name: str, record: Record) -> bool:
        """Tell whether another record of the same workspace has a name."""
        return any(
            one["name"] == name and one["workspace"] == record["workspace"] and one["id"] != record.get("id")
            for one in self._records.all(kind)
        )

    def _found(self) -> None:
        numbers = {}
        for kind, seeds in SEEDS.items():
            # All or none were written, should an earlier start have ended here.
            if not self._records.get(kind, 1):
                self._records.add_all(
                    kind, [seed | {"id": at, "ref": refs.give(kind, at)} for at, seed in enumerate(seeds, 1)]
                )
            numbers[kind] = len(seeds)
        self._records.add(NUMBERS, numbers)


def _miss(kind: str, ref: str) -> str:
    noun = kind.removeprefix("talend_").replace("_", " ")
    return f"There is no {noun} {requests.show(ref)}"
