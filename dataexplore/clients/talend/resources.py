"""Resources: files that tasks read. All but ``create`` is beyond the vendor's own list of operations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, flag, record, text
from dataexplore.clients.talend.listings import changes, optional, pages
from dataexplore.errors import InputError
from dataexplore.transport import Operation, Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["Resource", "Resources"]

_ALL = "/orchestration/resources"
_ONE = f"{_ALL}/{{resourceId}}"
_UPLOAD_S = 600.0
LIST = Operation("listResources", "GET", _ALL, repeatable=True)
CREATE = Operation("createResource", "POST", _ALL, repeatable=False, deadline_s=_UPLOAD_S)
GET = Operation("getResource", "GET", _ONE, repeatable=True)
UPDATE = Operation("updateResource", "PATCH", _ONE, repeatable=False)
DELETE = Operation("deleteResource", "DELETE", _ONE, repeatable=False)
UPLOAD = Operation("uploadResource", "PUT", f"{_ONE}/upload", repeatable=False, deadline_s=_UPLOAD_S)
MOVE = Operation("moveResource", "PUT", f"{_ONE}/move/{{targetWorkspaceId}}", repeatable=False)


@record
class Resource(Record):
    """A resource.

    Attributes:
        file: whether it is a file; else it is a folder.
        workspace: the name of its workspace.
        environment: the name of its environment.
    """

    id: str | None = text()
    name: str | None = text()
    description: str | None = text()
    file: bool | None = flag()
    workspace: str | None = text("workspaceInfo.name", "workspace.name")
    environment: str | None = text("workspaceInfo.environment.name", "workspace.environment.name")
    workspace_id: str | None = text("workspaceInfo.id", "workspace.id")
    environment_id: str | None = text("workspaceInfo.environment.id", "workspace.environment.id")


class Resources:
    """The operations on resources."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        name: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
    ) -> Records[Resource]:
        """List the resources (GET /orchestration/resources).

        Args:
            name: filters on the name, as the service does it.
            environment_id: only of this environment.
            workspace_id: only of this workspace.
            limit: at most so many; None for all.

        Raises:
            InputError: a limit that is none.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(name=name, environment_id=environment_id, workspace_id=workspace_id, limit=limit)
        return Records(found, Resource)

    def iterate(
        self,
        *,
        name: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Resource]:
        """Go through the resources, each page read when it is needed; arguments as of :meth:`list`."""
        query = {
            "name": None if name is None else word(name, "name"),
            "environmentId": optional(environment_id, "environment"),
            "workspaceId": optional(workspace_id, "workspace"),
        }
        return pages(self._session, LIST, Resource, limit=limit, query=query)

    def get(self, resource_id: str) -> Resource:
        """Read what is known of a resource, not its content (GET .../resources/{resourceId})."""
        return fetch_record(self._session, GET, Resource, _one(resource_id))

    def create(
        self,
        file: Path | str | bytes,
        *,
        workspace_id: str,
        name: str | None = None,
        description: str | None = None,
    ) -> Resource:
        """Add a resource with its file (POST /orchestration/resources). It is never sent twice.

        The file is read while it is sent, at most 256 MiB, within ten minutes.

        Args:
            file: the path of a file, or its bytes.
            workspace_id: its workspace.
            name: its name, which no other resource of the workspace has; else the file's own.
            description: what it is for.

        Raises:
            InputError: there is no such file, it is too large, or bytes have no name.
            Conflict: the name is taken.
            Invalid: it is too large for the service.
        """
        content, own = _content(file)
        called = word(own if name is None else name, "name")
        resource = {
            "name": called,
            "workspaceId": identifier(workspace_id, "workspace"),
            "file": True,
            **changes(description=description),
        }
        told = json.dumps(resource, ensure_ascii=False)
        upload = Upload(content, own or called, texts={"resource": told})
        return fetch_record(self._session, CREATE, Resource, upload=upload)

    def update(self, resource_id: str, *, name: str | None = None, description: str | None = None) -> None:
        """Change a resource's name, its description or both (PATCH .../resources/{resourceId}).

        It is never sent twice.

        Raises:
            InputError: nothing to change was given.
        """
        body = changes(name=None if name is None else word(name, "name"), description=description)
        if not body:
            raise InputError("Nothing to change was given.", "Pass name, description or both.")
        self._session.fetch(UPDATE, _one(resource_id), json=body)

    def upload(self, resource_id: str, file: Path | str | bytes, *, name: str = "file") -> None:
        """Replace a resource's file for good (PUT .../resources/{resourceId}/upload).

        Tasks read the new one from their next run on, and nothing brings the old one back. It is never sent
        twice.

        Args:
            resource_id: which resource.
            file: the path of a file, or its bytes; at most 256 MiB.
            name: what bytes are called on the way; a path has a name of its own.

        Raises:
            InputError: there is no such file, or it is too large.
            Invalid: it is too large for the service.
        """
        content, own = _content(file)
        self._session.fetch(UPLOAD, _one(resource_id), upload=Upload(content, own or word(name, "name")))

    def move(self, resource_id: str, workspace_id: str) -> Resource:
        """Move a resource to another workspace of its environment (PUT .../move/{targetWorkspaceId}).

        It is never sent twice.

        Raises:
            Conflict: the workspace has one of this name, or it cannot leave its own.
        """
        names = {**_one(resource_id), "targetWorkspaceId": identifier(workspace_id, "workspace")}
        return fetch_record(self._session, MOVE, Resource, names)

    def delete(self, resource_id: str) -> None:
        """Remove a resource for good, with its file (DELETE .../resources/{resourceId}).

        Nothing brings it back. It is never sent twice.

        Raises:
            Conflict: tasks still use it.
        """
        self._session.fetch(DELETE, _one(resource_id))


def _one(resource_id: str) -> dict[str, str]:
    return {"resourceId": identifier(resource_id, "resource")}


def _content(file: Path | str | bytes) -> tuple[Path | bytes, str]:
    """Give what to send, and the name that it has of its own."""
    if isinstance(file, bytes):
        return file, ""
    if isinstance(file, (str, Path)) and str(file):
        path = Path(file).expanduser()
        return path, path.name
    raise InputError(f"{file!r} is no file.", "Pass a path, or the file's bytes.")
