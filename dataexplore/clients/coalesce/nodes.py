"""Nodes: what an environment has deployed, and what a workspace edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.coalesce.listings import Listing, pages
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, anything, first_of, instant, record, text, told
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["Node", "Nodes"]

_DEPLOYED = "/api/v1/environments/{environmentID}/nodes"
_EDITED = "/api/v1/workspaces/{workspaceID}/nodes"
LIST = Operation("listEnvironmentNodes", "GET", _DEPLOYED, repeatable=True)
GET = Operation("getEnvironmentNode", "GET", f"{_DEPLOYED}/{{nodeID}}", repeatable=True)
LIST_IN_WORKSPACE = Operation("listWorkspaceNodes", "GET", _EDITED, repeatable=True)
CREATE_IN_WORKSPACE = Operation("createWorkspaceNode", "POST", _EDITED, repeatable=False)
GET_IN_WORKSPACE = Operation("getWorkspaceNode", "GET", f"{_EDITED}/{{nodeID}}", repeatable=True)
SET_IN_WORKSPACE = Operation("setWorkspaceNode", "PUT", f"{_EDITED}/{{nodeID}}", repeatable=False)
DELETE_IN_WORKSPACE = Operation("deleteWorkspaceNode", "DELETE", f"{_EDITED}/{{nodeID}}", repeatable=False)

_KEYS = ("id", "nodeID")
# Fields of a node's body beyond the contract, by the names they have here.
_BEYOND = {
    "location_name": "locationName",
    "node_type": "nodeType",
    "predecessor_node_ids": "predecessorNodeIDs",
}


def _depends_on(mappings: Any) -> tuple[str, ...] | None:
    """Read what a node reads, as ``LOCATION.name``; each once, in order."""
    if not isinstance(mappings, list):
        return None
    found: dict[str, None] = {}
    for mapping in mappings:
        read = mapping.get("dependencies") if isinstance(mapping, dict) else None
        for each in read if isinstance(read, list) else ():
            match each:
                case {"locationName": str(location), "nodeName": str(name)}:
                    found[f"{location}.{name}" if location else name] = None
    return tuple(found)


def _sql(mappings: Any) -> str | None:
    """Read a node's own SQL, where it has some."""
    for mapping in mappings if isinstance(mappings, list) else ():
        sql = first_of(mapping, lambda raw: raw if isinstance(raw, str) else None, "customSQL.customSQL")
        if sql:
            return str(sql)
    return None


@record
class Node(Record):
    """A node: a table or view, and how it is made.

    Attributes:
        type: ``table``, ``view`` or another word.
        node_type: ``Source``, ``Stage``, ``Fact`` or another of the organisation's.
        location: the storage location; an environment says which database and schema it stands for.
        depends_on: what it reads, as ``LOCATION.name``; told of one node, not in a listing.
        sql: its own SQL, where it has some; likewise.
    """

    id: str | None = text("id", "nodeID")
    name: str | None = text()
    type: str | None = text()
    node_type: str | None = text("nodeType")
    location: str | None = text("locationName", "location")
    database: str | None = text()
    schema: str | None = text()
    description: str | None = text()
    environment_id: str | None = text("environmentID")
    workspace_id: str | None = text("workspaceID")
    created_at: dt.datetime | None = instant("createdAt")
    updated_at: dt.datetime | None = instant("updatedAt")
    depends_on: tuple[str, ...] | None = anything(_depends_on, "metadata.sourceMapping")
    sql: str | None = told(_sql, pa.string(), "metadata.sourceMapping")


class Nodes:
    """The operations on nodes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        environment_id: str | int,
        *,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Records[Node]:
        """List what is deployed to an environment (GET /api/v1/environments/{environmentID}/nodes).

        Args:
            environment_id: the environment.
            limit: at most so many; None for all.
            order_by: a field, by the service's name.
            order_by_direction: ``asc`` or ``desc``.

        Raises:
            NotFound: there is no such environment.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(
            environment_id, limit=limit, order_by=order_by, order_by_direction=order_by_direction
        )
        return Records(found, Node)

    def iterate(
        self,
        environment_id: str | int,
        *,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Iterator[Node]:
        """Go through an environment's nodes, each page read when it is needed; else as :meth:`list`."""
        listing = Listing(limit, order_by, order_by_direction)
        names = {"environmentID": identifier(environment_id, "environment")}
        return pages(self._session, LIST, Node, listing, names=names, keys=_KEYS)

    def get(self, environment_id: str | int, node_id: str | int) -> Node:
        """Read a deployed node (GET /api/v1/environments/{environmentID}/nodes/{nodeID})."""
        names = {
            "environmentID": identifier(environment_id, "environment"),
            "nodeID": identifier(node_id, "node"),
        }
        return fetch_record(self._session, GET, Node, names)

    def list_in_workspace(
        self,
        workspace_id: str | int,
        *,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Records[Node]:
        """List a workspace's nodes (GET /api/v1/workspaces/{workspaceID}/nodes); see :meth:`list`."""
        found = self.iterate_in_workspace(
            workspace_id, limit=limit, order_by=order_by, order_by_direction=order_by_direction
        )
        return Records(found, Node)

    def iterate_in_workspace(
        self,
        workspace_id: str | int,
        *,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Iterator[Node]:
        """Go through a workspace's nodes, each page read when it is needed; see :meth:`list`."""
        listing = Listing(limit, order_by, order_by_direction)
        return pages(
            self._session, LIST_IN_WORKSPACE, Node, listing, names=_workspace(workspace_id), keys=_KEYS
        )

    def get_in_workspace(self, workspace_id: str | int, node_id: str | int) -> Node:
        """Read a workspace's node (GET /api/v1/workspaces/{workspaceID}/nodes/{nodeID})."""
        return fetch_record(self._session, GET_IN_WORKSPACE, Node, _edited(workspace_id, node_id))

    def create_in_workspace(
        self,
        workspace_id: str | int,
        *,
        name: str,
        type: str,  # noqa: A002 - the name in the contract
        description: str | None = None,
        **beyond: Any,
    ) -> Node:
        """Add a node to a workspace (POST /api/v1/workspaces/{workspaceID}/nodes). It is never sent twice.

        Args:
            workspace_id: the workspace.
            name: its name.
            type: ``table``, ``view`` or another word.
            description: what it is, for people.
            beyond: what services take besides: ``location_name``, ``node_type``, ``predecessor_node_ids``,
                ``metadata``, or any field by the service's own name.
        """
        body = _body(name, type, description, beyond)
        return fetch_record(self._session, CREATE_IN_WORKSPACE, Node, _workspace(workspace_id), json=body)

    def set_in_workspace(
        self,
        workspace_id: str | int,
        node_id: str | int,
        *,
        name: str,
        type: str,  # noqa: A002 - the name in the contract
        description: str | None = None,
        **beyond: Any,
    ) -> Node:
        """Overwrite a workspace's node (PUT /api/v1/workspaces/{workspaceID}/nodes/{nodeID}).

        It replaces the whole node: what is not passed here is gone from it. What is deployed stays as it is
        until the next deploy. It is never sent twice; arguments as of :meth:`create_in_workspace`.
        """
        body = _body(name, type, description, beyond)
        names = _edited(workspace_id, node_id)
        return fetch_record(self._session, SET_IN_WORKSPACE, Node, names, json=body)

    def delete_in_workspace(self, workspace_id: str | int, node_id: str | int) -> None:
        """Remove a node from a workspace for good (DELETE /api/v1/workspaces/{workspaceID}/nodes/{nodeID}).

        Nodes that read it are left without it; what is deployed stays until the next deploy. It is never sent
        twice.
        """
        self._session.fetch(DELETE_IN_WORKSPACE, _edited(workspace_id, node_id))


def _workspace(workspace_id: str | int) -> dict[str, str]:
    return {"workspaceID": identifier(workspace_id, "workspace")}


def _edited(workspace_id: str | int, node_id: str | int) -> dict[str, str]:
    return {**_workspace(workspace_id), "nodeID": identifier(node_id, "node")}


def _body(name: str, kind: str, description: str | None, beyond: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"name": word(name, "name"), "type": word(kind, "type")}
    if description is not None:
        body["description"] = description
    more = {_BEYOND.get(key, key): value for key, value in beyond.items() if value is not None}
    return {**body, **more}
