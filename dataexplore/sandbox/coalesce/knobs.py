"""What tests and demonstrations may set: how the next run of a node goes, and what is deployed."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dataexplore.sandbox.coalesce import requests
from dataexplore.sandbox.coalesce.requests import Fields, Text

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.coalesce.deployment import Deployment
    from dataexplore.sandbox.platform import Platform

__all__ = ["Knob", "Knobs", "NodeKnobs"]

ERROR = "The sandbox was told to let this node fail."


class Knob(Fields):
    """How the next run of a node goes: it fails with an error, takes longer, or writes no row.

    ``environment`` is an id; without one it is the next run in any.
    """

    node: Text
    outcome: Literal["fails", "slow", "empty"]
    environment: str | None = None
    error: Text = ERROR
    seconds: Annotated[float, Field(ge=0, le=3600)] | None = None


class Deploy(Fields):
    """Put the nodes and jobs of a workspace into an environment."""

    workspaceID: Text  # noqa: N815 - the service's own spelling
    environmentID: Text  # noqa: N815
    outcome: Literal["works", "fails"] = "works"


class NodeKnobs:
    """What was set and has not been used yet; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Knob] = []

    def put(self, knob: Knob) -> None:
        """Set how the next run of a node goes; once for each call."""
        with self._lock:
            self._set.append(knob)

    def take(self, environment: int, *names: str) -> Knob | None:
        """Take what was set first for a node, by its name or id."""
        with self._lock:
            for knob in self._set:
                if knob.node in names and knob.environment in (None, str(environment)):
                    self._set.remove(knob)
                    return knob
        return None

    def clear(self) -> None:
        """Forget what was set."""
        with self._lock:
            self._set.clear()

    def all(self) -> list[Knob]:
        """Give what waits for its node to run."""
        with self._lock:
            return list(self._set)


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
        knob = await requests.body(request, Knob)
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
