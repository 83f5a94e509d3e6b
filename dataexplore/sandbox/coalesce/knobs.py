"""What tests and demonstrations may set: how the next run of a node goes, and what is deployed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dataexplore.sandbox.coalesce import requests
from dataexplore.sandbox.coalesce.node_knobs import NodeKnob
from dataexplore.sandbox.coalesce.requests import Fields, Text

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.coalesce.deployment import Deployment
    from dataexplore.sandbox.coalesce.node_knobs import NodeKnobs
    from dataexplore.sandbox.platform import Platform

__all__ = ["Knobs"]


class Deploy(Fields):
    """Put the nodes and jobs of a workspace into an environment."""

    workspaceID: Text  # noqa: N815 - the service's own spelling
    environmentID: Text  # noqa: N815
    outcome: Literal["works", "fails"] = "works"


class Knobs:
    """The routes that no service has."""

    def __init__(self, platform: Platform, nodes: NodeKnobs, deployment: Deployment) -> None:
        self._platform = platform
        self._nodes = nodes
        self._deployment = deployment

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        root = "/_sandbox/coalesce"
        return [
            Route(f"{root}/knobs", self.list, methods=["GET"]),
            Route(f"{root}/next", self.next, methods=["POST"]),
            Route(f"{root}/next", self.forget, methods=["DELETE"]),
            Route(f"{root}/deploy", self.deploy, methods=["POST"]),
        ]

    async def list(self, request: Request) -> JSONResponse:
        """List what waits for its node to run."""
        del request
        return JSONResponse({"next": [knob.model_dump(mode="json") for knob in self._nodes.all()]})

    async def next(self, request: Request) -> Response:
        """Set how the next run of a node goes."""
        knob = await requests.body(request, NodeKnob)
        in_thread = self._platform.executions.in_thread
        if not await in_thread(partial(self._deployment.has_node, knob.node, knob.environment)):
            raise requests.refuse(f"No node {knob.node} is deployed there")
        self._nodes.put(knob)
        return Response(status_code=204)

    async def forget(self, request: Request) -> Response:
        """Forget everything that waits for its node to run."""
        del request
        self._nodes.clear()
        return Response(status_code=204)

    async def deploy(self, request: Request) -> JSONResponse:
        """Deploy, as the vendor's command line does, and give the run that tells so."""
        asked = await requests.body(request, Deploy)
        in_thread = self._platform.executions.in_thread
        run = await in_thread(
            partial(
                self._deployment.deploy,
                asked.workspaceID,
                asked.environmentID,
                well=asked.outcome == "works",
            )
        )
        return JSONResponse({"runCounter": run})
