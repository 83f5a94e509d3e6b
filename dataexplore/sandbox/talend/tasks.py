"""Talend's tasks: listed and read. Whoever made them did it elsewhere; the contract has no writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dataexplore.sandbox.talend import listing, requests
from dataexplore.sandbox.talend.company import ARTIFACT, ORCHESTRATION, TASK, Company, moment

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["RUNTIMES", "Tasks", "told_pause"]

RUNTIMES = ("CLOUD", "REMOTE_ENGINE", "REMOTE_ENGINE_CLUSTER", "CLOUD_EXCLUSIVE", "PIPELINE_ENGINE")


class Tasks:
    """The tasks, which the contract's seed does not have."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._company = Company(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part; there are none in the seed."""
        if self._bare:
            return []
        route, several = self._company.route, f"{ORCHESTRATION}/executables/tasks"
        return [
            route("GET", several, self.list),
            route("GET", f"{several}/{{taskId}}", self.read),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the tasks of a name, a place, an artifact; all run in the cloud."""
        asked, name = self._company.asked(request), requests.name_filter(request, filled=True)
        artifact = requests.text(request, "artifactId")
        if artifact is not None:
            self._company.refer(ARTIFACT, artifact)
        runtime = requests.text(request, "runtimeType") or "CLOUD"
        if runtime not in RUNTIMES:
            raise requests.refuse(f"runtimeType must be one of {', '.join(RUNTIMES)}")
        engines = [requests.text(request, one) for one in ("runtimeId", "runtimeRunProfileId")]
        elsewhere = runtime != "CLOUD" or any(engines)
        found = [
            one
            for one in self._records.all(TASK)
            if not elsewhere
            and asked(one)
            and name in one["name"].casefold()
            and artifact in (None, one["artifact"]["id"])
        ]
        return listing.page(request, found, self._answer)

    async def read(self, request: Request) -> JSONResponse:
        """Read one task."""
        record = self._company.find(request, TASK, "taskId")
        fields = (
            "name",
            "description",
            "version",
            "artifact",
            "tags",
            "connections",
            "parameters",
            "resources",
        )
        return JSONResponse(
            {
                "id": record["ref"],
                **{name: record[name] for name in fields},
                "workspace": self._company.told_workspace(record["workspace"]),
                "autoUpgradeInfo": {"autoUpgradable": False, "overrideWithDefaultParameters": False},
                "taskPauseDetails": told_pause(record.get("paused")),
            }
        )

    def _answer(self, record: Record) -> dict[str, Any]:
        return {
            "executable": record["ref"],
            "name": record["name"],
            "workspace": self._company.told_workspace(record["workspace"]),
            "artifactId": record["artifact"]["id"],
            "runtime": {"type": "CLOUD"},
        }


def told_pause(pause: Record | None) -> dict[str, Any]:
    """Write whether something is paused, and what was last said about it."""
    if not pause:
        return {"pause": False}
    told = {name: value for name, value in pause.items() if value is not None}
    return told | ({"pauseDate": moment(told["pauseDate"])} if "pauseDate" in told else {})
