"""Artifacts: what was published to run, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, anything, instant, record, text, texts
from dataexplore.clients.talend.listings import optional, pages
from dataexplore.errors import InputError
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator

    from dataexplore.transport import Session

__all__ = ["Artifact", "ArtifactType", "ArtifactVersion", "Artifacts"]

ArtifactType = Literal[
    "standard",
    "big_data_streaming",
    "big_data_batch",
    "route",
    "data_service",
    "pipeline",
    "data_fabric",
]
_TYPES = ArtifactType.__args__  # type: ignore[attr-defined] # what typing keeps of a Literal
_ALL = "/orchestration/artifacts"
_ONE = f"{_ALL}/{{artifactId}}"
_VERSION = f"{_ONE}/versions/{{version}}"
LIST = Operation("listArtifacts", "GET", _ALL, repeatable=True)
GET = Operation("getArtifact", "GET", _ONE, repeatable=True)
DELETE = Operation("deleteArtifact", "DELETE", _ONE, repeatable=False)
GET_VERSION = Operation("getArtifactVersion", "GET", _VERSION, repeatable=True)
DELETE_VERSION = Operation("deleteArtifactVersion", "DELETE", _VERSION, repeatable=False)


@record
class Artifact(Record):
    """An artifact.

    Attributes:
        type: ``standard``, ``route``, ``data_service``, ``pipeline`` ...
        versions: the versions that were published.
        workspace: the name of its workspace.
        environment: the name of its environment.
    """

    id: str | None = text()
    name: str | None = text()
    type: str | None = text()
    versions: tuple[str, ...] | None = texts(", ".join)
    workspace: str | None = text("workspace.name")
    environment: str | None = text("workspace.environment.name")
    workspace_id: str | None = text("workspace.id")
    environment_id: str | None = text("workspace.environment.id")


@record
class ArtifactVersion(Record):
    """One version of an artifact.

    Attributes:
        parameters: name, type, value and whether it is required, of each.
        project: the repository's project that it was built from, with ``branch`` and ``commit``.
    """

    id: str | None = text()
    name: str | None = text()
    version: str | None = text()
    type: str | None = text()
    publisher: str | None = text()
    created_at: dt.datetime | None = instant("createDate")
    description: str | None = text()
    parameters: Any = anything()
    workspace: str | None = text("workspace.name")
    environment: str | None = text("workspace.environment.name")
    project: str | None = text("repository.project")
    branch: str | None = text("repository.branch")
    commit: str | None = text("repository.commit.id")


class Artifacts:
    """The operations on artifacts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        name: str | None = None,
        types: Collection[ArtifactType] = (),
        limit: int | None = None,
    ) -> Records[Artifact]:
        """List the artifacts (GET /orchestration/artifacts).

        Args:
            environment_id: only of this environment.
            workspace_id: only of this workspace.
            name: filters on the name, as the service does it.
            types: only of these types; beyond the vendor's own list of operations.
            limit: at most so many; None for all.

        Raises:
            InputError: a limit or a type that is none.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(
            environment_id=environment_id, workspace_id=workspace_id, name=name, types=types, limit=limit
        )
        return Records(found, Artifact)

    def iterate(
        self,
        *,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        name: str | None = None,
        types: Collection[ArtifactType] = (),
        limit: int | None = None,
    ) -> Iterator[Artifact]:
        """Go through the artifacts, each page read when it is needed; arguments as of :meth:`list`."""
        query = {
            "environmentId": optional(environment_id, "environment"),
            "workspaceId": optional(workspace_id, "workspace"),
            "name": name,
            "types": _types(types) or None,
        }
        return pages(self._session, LIST, Artifact, limit=limit, query=query)

    def get(self, artifact_id: str) -> Artifact:
        """Read an artifact (GET /orchestration/artifacts/{artifactId})."""
        return fetch_record(self._session, GET, Artifact, _one(artifact_id))

    def get_version(self, artifact_id: str, version: str) -> ArtifactVersion:
        """Read one version of an artifact (GET .../artifacts/{artifactId}/versions/{version})."""
        return fetch_record(self._session, GET_VERSION, ArtifactVersion, _version(artifact_id, version))

    def delete(self, artifact_id: str) -> None:
        """Remove an artifact for good, with all its versions (DELETE .../artifacts/{artifactId}).

        Nothing brings it back but publishing it again. It is never sent twice.

        Raises:
            Conflict: tasks still use it.
        """
        self._session.fetch(DELETE, _one(artifact_id))

    def delete_version(self, artifact_id: str, version: str) -> None:
        """Remove one version of an artifact for good (DELETE .../{artifactId}/versions/{version}).

        Nothing brings it back but publishing it again. It is never sent twice.

        Raises:
            Conflict: tasks still use it.
        """
        self._session.fetch(DELETE_VERSION, _version(artifact_id, version))


def _one(artifact_id: str) -> dict[str, str]:
    return {"artifactId": identifier(artifact_id, "artifact")}


def _version(artifact_id: str, version: str) -> dict[str, str]:
    return {**_one(artifact_id), "version": word(version, "version")}


def _types(types: Collection[str]) -> list[str]:
    if isinstance(types, str):
        raise InputError(f"types is {types!r}.", f"Pass a list, such as [{types!r}].")
    unknown = [each for each in types if each not in _TYPES]
    if unknown:
        raise InputError(f"There is no type {unknown[0]!r} of artifacts.", f"Use {', '.join(_TYPES)}.")
    return [*types]
