"""Runs of tests: each a query that passes when it finds no row."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.formats import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import Receive, Scope, Send

    from dataexplore.sandbox.execution import Execution
    from dataexplore.sandbox.stream import Executions

__all__ = ["Test", "TestRun"]


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a package; ``query`` gives its SQL, or refuses."""

    package: str
    name: str
    query: Callable[[], str]


class TestRun:
    """Runs tests one after the other and answers with their report, 200 whatever came of them."""

    def __init__(
        self, executions: Executions, tests: Sequence[Test], execution: Callable[[str], Execution]
    ) -> None:
        self._executions = executions
        self._tests = tests
        self._execution = execution

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started_ns = time.time_ns()
        cases = [await self._run(test, receive) for test in self._tests]
        failed = sum(case["status"] == "FAILED" for case in cases)
        counts = {"tests": len(cases), "passed": len(cases) - failed, "failed": failed}
        headers = {"X-Coginiti-Execution-Started-At": stamp(started_ns)}
        report = {"tests": cases, "stats": counts | _times(started_ns)}
        await JSONResponse(report, headers=headers)(scope, receive, send)

    async def _run(self, test: Test, receive: Receive) -> dict[str, Any]:
        started_ns = time.time_ns()
        message = "Test passed"
        try:
            execution = self._execution(test.query())
            work = partial(self._executions.in_thread, partial(_finds_rows, execution))
            if await self._executions.attend(execution, receive, work):
                message = "Test assertion failed: The test returned non-empty recordset"
        except Refusal as refusal:
            message = f"Test execution failed: {refusal.detail}"
        status = "PASSED" if message == "Test passed" else "FAILED"
        case = {"package_name": test.package, "test_name": test.name, "status": status, "message": message}
        return case | _times(started_ns)


def _finds_rows(execution: Execution) -> bool:
    return any(batch.num_rows for batch in execution.start().batches)


def _times(started_ns: int) -> dict[str, Any]:
    finished_ns = time.time_ns()
    return {
        "started_at": stamp(started_ns),
        "finished_at": stamp(finished_ns),
        "duration_ms": (finished_ns - started_ns) // 10**6,
    }
