"""Workspaces: the parts of an environment, with their own people, plans and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, flag, instant, record, text, told
from dataexplore.clients.talend.fiql import Value, filtered
from dataexplore.clients.talend.listings import bare, changes
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt

    from dataexplore.transport import Session

__all__ = ["Workspace", "Workspaces"]

_ALL = "/orchestration/workspaces"
_ONE = f"{_ALL}/{{id}}"
LIST = Operation("listWorkspaces", "GET", _ALL, repeatable=True)
CREATE = Operation("createWorkspace", "POST", _ALL, repeatable=False)
UPDATE = Operation("updateWorkspace", "PUT", _ONE, repeatable=False)
DELETE = Operation("deleteWorkspace", "DELETE", _ONE, repeatable=False)


def _lower(raw: Any) -> str | None:
    return raw.casefold() if isinstance(raw, str) else None


@record
class Workspace(Record):
    """A workspace.

    Attributes:
        type: ``custom``, ``shared`` or ``personal``; the service writes it in two ways, here it is one.
        environment: the name of its environment; what answers its creation has only the id.
        protected_upgrade: whether only artifacts that were published in it upgrade its tasks.
    """

    id: str | None = text()
    name: str | None = text()
    environment: str | None = text("environment.name")
    type: str | None = told(_lower, pa.string(), "type")
    owner: str | None = text()
    owner_full_name: str | None = text("ownerFullName")
    description: str | None = text()
    environment_id: str | None = text("environmentId", "environment.id")
    protected_upgrade: bool | None = flag("protectedUpgrade", "protectedArtifactUpdate")
    created_at: dt.datetime | None = instant("createDate")
    updated_at: dt.datetime | None = instant("updateDate")


class Workspaces:
    """The operations on workspaces."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, query: str | None = None, **equal: Value) -> Records[Workspace]:
        """List the workspaces (GET /orchestration/workspaces).

        Args:
            query: a filter in FIQL, such as ``name==Ret*``.
            equal: fields that have just this value: ``owner="ada"``, ``environment__name="Production"``.

        Raises:
            InputError: the query is no FIQL, or a value cannot be written in it; nothing was sent.
            Invalid: the service cannot filter by it.
        """
        return bare(self._session, LIST, Workspace, query={"query": filtered(query, equal)})

    def create(
        self, *, name: str, environment_id: str, description: str | None = None, owner: str | None = None
    ) -> Workspace:
        """Add a custom workspace (POST /orchestration/workspaces). It is never sent twice."""
        body = {
            "name": word(name, "name"),
            "environmentId": identifier(environment_id, "environment"),
            **changes(description=description, owner=owner),
        }
        return fetch_record(self._session, CREATE, Workspace, json=body)

    def update(
        self,
        workspace_id: str,
        *,
        name: str,
        description: str | None = None,
        owner: str | None = None,
        protected_upgrade: bool | None = None,
    ) -> None:
        """Change a workspace's name, and what else is given (PUT /orchestration/workspaces/{id}).

        It is never sent twice.
        """
        more = changes(description=description, owner=owner, protectedUpgrade=protected_upgrade)
        self._session.fetch(UPDATE, _one(workspace_id), json={"name": word(name, "name"), **more})

    def delete(self, workspace_id: str) -> None:
        """Remove a custom workspace for good, with all it holds: plans, tasks, artifacts, connections.

        Nothing brings them back (DELETE /orchestration/workspaces/{id}). It is never sent twice.

        Raises:
            Conflict: something of it is used elsewhere.
        """
        self._session.fetch(DELETE, _one(workspace_id))


def _one(workspace_id: str) -> dict[str, str]:
    return {"id": identifier(workspace_id, "workspace")}
