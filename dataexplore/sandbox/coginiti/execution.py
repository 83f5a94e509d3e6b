"""Coginiti's execution API: POST /api/v1/exec/sql, /exec/script and /exec/block."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from dataexplore.sandbox.coginiti import coginiti_script, requests
from dataexplore.sandbox.coginiti.catalog import Package, find_package, find_script
from dataexplore.sandbox.coginiti.testing import Test, TestRun
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.execution import Execution, Target
from dataexplore.sandbox.formats import choose
from dataexplore.sandbox.parameters import paste, substitute
from dataexplore.sandbox.stream import Executions, ResultStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from dataexplore.sandbox.coginiti.coginiti_script import Block
    from dataexplore.sandbox.warehouse import Warehouse

__all__ = ["Execute"]


class Execute:
    """The three operations over one warehouse."""

    def __init__(self, warehouse: Warehouse, executions: Executions, *, paste_params: bool) -> None:
        self._warehouse = warehouse
        self._executions = executions
        self._fill = paste if paste_params else substitute

    def routes(self) -> list[Route]:
        """Give the routes of this service."""
        return [
            Route("/api/v1/exec/sql", self.sql, methods=["POST"]),
            Route("/api/v1/exec/script", self.script, methods=["POST"]),
            Route("/api/v1/exec/block", self.block, methods=["POST"]),
        ]

    async def sql(self, request: Request) -> ASGIApp:
        """Run SQL text on a connection."""
        body = await requests.read(request)
        sql = requests.text(body, "sql", "SQL query is required")
        target = requests.target(body, overridable=True)
        return self._result(request, self._execution(target, requests.mapping(body, "params"), sql))

    async def script(self, request: Request) -> ASGIApp:
        """Run a script of the catalog; one that asks for tests answers with their report."""
        body = await requests.read(request)
        path = requests.text(body, "path", "Path is required")
        execution = partial(self._execution, requests.target(body), requests.mapping(body, "params"))
        package, script = find_script(path)
        if not coginiti_script.runs_tests(script):
            return self._result(request, execution(coginiti_script.expand(package.blocks, script.body)))
        blocks = package.blocks if script.body else script.blocks
        return self._tests(package, [block for block in blocks if block.is_test], {}, execution)

    async def block(self, request: Request) -> ASGIApp:
        """Run one block of a package; a test block answers with a report of itself."""
        body = await requests.read(request)
        path = requests.text(body, "package", "Package is required")
        name = requests.text(body, "block_name", "Block name is required")
        arguments = requests.mapping(body, "args")
        execution = partial(self._execution, requests.target(body), requests.mapping(body, "params"))
        package = find_package(path)
        block = next((block for block in package.blocks if block.name == name), None)
        if block is None:
            raise Refusal.missing(f"Block not found: {name}")
        if block.is_test:
            return self._tests(package, [block], arguments, execution)
        return self._result(request, execution(coginiti_script.call(package.blocks, name, arguments)))

    def _execution(self, target: Target, params: dict[str, Any], sql: str) -> Execution:
        return Execution(self._warehouse, target, self._fill(sql, params))

    def _result(self, request: Request, execution: Execution) -> ASGIApp:
        return ResultStream(self._executions, execution, choose(request.headers.get("accept", "")))

    def _tests(
        self,
        package: Package,
        blocks: list[Block],
        arguments: dict[str, Any],
        execution: Callable[[str], Execution],
    ) -> ASGIApp:
        tests = [
            Test(
                package.path, block.name, partial(coginiti_script.call, package.blocks, block.name, arguments)
            )
            for block in blocks
        ]
        return TestRun(self._executions, tests, execution)
