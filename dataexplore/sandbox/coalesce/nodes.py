"""Coalesce's nodes: those deployed to an environment, and those that a workspace works on."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dataexplore.sandbox import moments
from dataexplore.sandbox.coalesce import listing, requests
from dataexplore.sandbox.coalesce.node_input import NodeInput, NodeSettings, compose
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, NODE, WORKSPACE, Organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Nodes"]

COLUMNS = """
SELECT column_name, data_type, is_nullable FROM duckdb_columns()
WHERE database_name = ? AND schema_name = ? AND lower(table_name) = lower(?) ORDER BY column_index
"""


class Nodes:
    """The nodes; the company's statements and sources are there from the start, in every owner."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._warehouse = platform.warehouse
        self._in_thread = platform.executions.in_thread
        self._organisation = Organisation(platform)
        self._bare = platform.bare

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        route = self._organisation.route
        deployed, edited = "/environments/{environmentID}/nodes", "/workspaces/{workspaceID}/nodes"
        return [
            route("GET", deployed, self.list_nodes),
            route("GET", f"{deployed}/{{nodeID}}", self.read),
            route("GET", edited, self.list_nodes),
            route("POST", edited, self.create),
            route("GET", f"{edited}/{{nodeID}}", self.read),
            route("PUT", f"{edited}/{{nodeID}}", self.set),
            route("DELETE", f"{edited}/{{nodeID}}", self.delete),
        ]

    async def list_nodes(self, request: Request) -> JSONResponse:
        """List the nodes of an environment or a workspace."""
        owner = self._find_owner(request)
        nodes = await self._in_thread(lambda: self._organisation.nodes(owner))
        return listing.page(
            request,
            nodes,
            listing="nodes",
            filters={"owner": owner},
            orders=self._orders(),
            answer=self._answer,
            bare=self._bare,
        )

    async def create(self, request: Request) -> JSONResponse:
        """Add a node to a workspace."""
        asked = await self._read_body(request)
        owner = self._find_owner(request)
        node = compose(asked, self._organisation.nodes(owner))
        now = moments.now()
        made = {"nodeID": str(uuid.uuid4()), "owner": owner, "createdAt": now, "updatedAt": now}
        record = self._organisation.add(NODE, lambda _: node | made)
        return JSONResponse(await self._answer_whole(record))

    async def read(self, request: Request) -> JSONResponse:
        """Read one node, with the columns of its table and what it reads."""
        return JSONResponse(await self._answer_whole(self._find(request)))

    async def set(self, request: Request) -> JSONResponse:
        """Replace a node of a workspace: what is not sent is as if it had never been."""
        asked = await self._read_body(request)
        record = self._find(request)
        others = [one for one in self._organisation.nodes(record["owner"]) if one["id"] != record["id"]]
        node = compose(asked, others)
        changed = self._records.change(
            NODE, record["id"], lambda before: before | node | {"updatedAt": moments.now()}
        )
        assert changed is not None
        return JSONResponse(await self._answer_whole(changed))

    async def delete(self, request: Request) -> Response:
        """Remove a node from a workspace; environments keep theirs, and its table stays."""
        self._records.remove(NODE, self._find(request)["id"])
        return Response(status_code=204)

    async def _read_body(self, request: Request) -> NodeInput:
        return await requests.body(request, NodeInput if self._bare else NodeSettings)

    def _find_owner(self, request: Request) -> str:
        for kind, noun in ((ENVIRONMENT, "environment"), (WORKSPACE, "workspace")):
            if f"{noun}ID" in request.path_params:
                return f"{noun}:{self._organisation.find(request, kind, f'{noun}ID')['id']}"
        raise AssertionError(request.url.path)

    def _find(self, request: Request) -> Record:
        owner, wanted = self._find_owner(request), request.path_params["nodeID"]
        for node in self._organisation.nodes(owner):
            if node["nodeID"] == wanted:
                return node
        noun, _, number = owner.partition(":")
        raise requests.absent(
            request, f"There is no node {requests.show(wanted)} in the {noun} {number}", bare=self._bare
        )

    def _orders(self) -> dict[str, Callable[[Record], Any]]:
        beyond = () if self._bare else ("nodeType", "description")
        orders = {name: listing.field(name) for name in ("name", "type", "createdAt", "updatedAt", *beyond)}
        orders["id"] = listing.field("nodeID")
        if not self._bare:
            orders["locationName"] = listing.field("location")
        return orders

    def _answer(self, record: Record) -> dict[str, Any]:
        noun, _, number = record["owner"].partition(":")
        seed = {
            "id": record["nodeID"],
            "name": record["name"],
            "type": record["type"],
            f"{noun}ID": number,
            "createdAt": record["createdAt"],
            "updatedAt": record["updatedAt"],
        }
        if self._bare:
            return seed
        place = self._organisation.mappings(record["owner"])[record["location"]]
        return seed | {
            "locationName": record["location"],
            "database": place["database"],
            "schema": place["schema"],
            "nodeType": record["nodeType"],
            "description": record["description"],
        }

    async def _answer_whole(self, record: Record) -> dict[str, Any]:
        answer = self._answer(record)
        if self._bare:
            return answer
        columns = await self._in_thread(lambda: self._list_columns(answer))
        return answer | {"metadata": {"columns": columns, "sourceMapping": _map_sources(record)}}

    def _list_columns(self, node: dict[str, Any]) -> list[dict[str, Any]]:
        """Tell the columns of a node's table as it stands; there are none before a run has made it."""
        cursor = self._warehouse.cursor()
        try:
            rows = cursor.execute(COLUMNS, [node["database"], node["schema"], node["name"]]).fetchall()
        finally:
            cursor.close()
        return [
            {
                "columnID": str(uuid.uuid5(uuid.UUID(node["id"]), name)),
                "name": name,
                "dataType": kind,
                "nullable": nullable,
            }
            for name, kind, nullable in rows
        ]


def _map_sources(record: Record) -> list[dict[str, Any]]:
    if record["sql"] is None and not record["dependencies"]:
        return []
    mapping = {"name": record["name"], "dependencies": record["dependencies"]}
    return [mapping if record["sql"] is None else mapping | {"customSQL": {"customSQL": record["sql"]}}]
