"""Talend's artifacts, what tasks run: listed and removed; whoever builds them publishes them elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox.talend import listing, requests
from dataexplore.sandbox.talend.company import ARTIFACT, ORCHESTRATION, Company, moment
from dataexplore.sandbox.talend.usage import check_unused, tasks_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Artifacts"]

TYPES = (
    *("standard", "big_data_streaming", "big_data_batch", "route"),
    *("data_service", "pipeline", "data_fabric"),
)


class Artifacts:
    """The artifacts; each task has one from the start."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._company = Company(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route, several = self._company.route, f"{ORCHESTRATION}/artifacts"
        one = f"{several}/{{artifactId}}"
        version = f"{one}/versions/{{version}}"
        return [
            route("GET", several, self.list),
            route("GET", one, self.read),
            route("DELETE", one, self.delete),
            route("GET", version, self.read_version),
            route("DELETE", version, self.delete_version),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List the artifacts of a place, of a name, of some types."""
        asked = self._company.asked(request, requests.absent)
        name = requests.name_filter(request)
        types = [] if self._bare else request.query_params.getlist("types")
        if unknown := [one for one in types if one not in TYPES]:
            raise requests.refuse(f"types takes {', '.join(TYPES)}, not {requests.show(unknown[0])}")
        found = [
            one
            for one in self._records.all(ARTIFACT)
            if asked(one) and name in one["name"].casefold() and (not types or one["type"] in types)
        ]
        return listing.page(request, found, self._answer)

    async def read(self, request: Request) -> JSONResponse:
        """Read one artifact."""
        return JSONResponse(self._answer(self._company.find(request, ARTIFACT, "artifactId")))

    async def read_version(self, request: Request) -> JSONResponse:
        """Read one version of an artifact."""
        artifact, version = self._find_version(request)
        repository = version.get("repository")
        if repository and "commit" in repository:
            commit = repository["commit"] | {"date": moment(repository["commit"]["date"])}
            repository = repository | {"commit": commit}
        return JSONResponse(
            {
                "id": artifact["ref"],
                "name": artifact["name"],
                "version": version["version"],
                "type": artifact["type"],
                "publisher": version["publisher"],
                "marketplaceProduct": "",
                "parameters": version["parameters"],
                "workspace": self._company.told_workspace(artifact["workspace"]),
                "description": version["description"],
                "createDate": moment(version["createDate"]),
                **({"repository": repository} if repository else {}),
            }
        )

    async def delete(self, request: Request) -> Response:
        """Remove an artifact that no task runs."""
        artifact = self._company.find(request, ARTIFACT, "artifactId")
        check_unused(artifact["name"], tasks_of(self._records, artifact["ref"]))
        self._records.remove(ARTIFACT, artifact["id"])
        return Response(status_code=204)

    async def delete_version(self, request: Request) -> Response:
        """Remove a version that no task runs; an artifact goes with its last one."""
        artifact, version = self._find_version(request)
        name = version["version"]
        check_unused(f"{artifact['name']} {name}", tasks_of(self._records, artifact["ref"], name))
        left = [one for one in artifact["versions"] if one["version"] != name]
        if left:
            self._records.change(ARTIFACT, artifact["id"], lambda record: record | {"versions": left})
        else:
            self._records.remove(ARTIFACT, artifact["id"])
        return Response(status_code=204)

    def _find_version(self, request: Request) -> tuple[Record, Record]:
        artifact = self._company.find(request, ARTIFACT, "artifactId")
        name = request.path_params["version"]
        for version in artifact["versions"]:
            if version["version"] == name:
                return artifact, version
        raise requests.absent(f"The artifact {artifact['name']!r} has no version {requests.show(name)}")

    def _answer(self, record: Record) -> dict[str, Any]:
        return {
            "id": record["ref"],
            "name": record["name"],
            "type": record["type"],
            "versions": [version["version"] for version in record["versions"]],
            "workspace": self._company.told_workspace(record["workspace"]),
        }
