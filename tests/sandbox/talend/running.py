"""Plans and tasks started and waited for over HTTP, as any client would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

RETAIL = "Nightly retail load"


class Runner:
    """Starts plans and tasks in one sandbox and waits for them."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.plans = self._names("plans")
        self.tasks = self._names("tasks")

    def _names(self, kind: str) -> dict[tuple[str, str], str]:
        items = self.get(f"/processing/executables/{kind}?limit=100")["items"]
        return {
            (each["name"], each["workspace"]["environment"]["name"]): each["executable"] for each in items
        }

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(path, params=query or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def plan(self, name: str, environment: str = "Production") -> str:
        return self.plans[name, environment]

    def make(self, *steps: dict[str, Any], parallel: bool = False, run_config: bool = True) -> str:
        """Make a plan in Production's workspace and give its id; tasks are named."""
        home = self.get(f"/orchestration/executables/plans/{self.plan(RETAIL)}")["workspace"]["id"]
        body = {
            "name": f"plan {time.monotonic_ns()}",
            "workspaceId": home,
            "steps": [*map(self._step, steps)],
        }
        answer = self.client.post("/orchestration/executables/plans", json=body)
        assert answer.status_code == 201, answer.text
        plan = str(answer.json()["id"])
        if run_config:
            trigger = {"type": "MANUAL", "startDate": "2026-01-01", "timeZone": "UTC"}
            config = {"trigger": trigger, "runtime": {"type": "CLOUD"}, "parallelExecutionAllowed": parallel}
            answer = self.client.put(f"/orchestration/executables/plans/{plan}/run-config", json=config)
            assert answer.status_code == 200, answer.text
        return plan

    def _step(self, step: dict[str, Any]) -> dict[str, Any]:
        named = {**step, "taskIds": [self.tasks[name, "Production"] for name in step["taskIds"]]}
        handler = step.get("handlerOnFailure")
        if handler:
            tasks = [self.tasks[name, "Production"] for name in handler.get("taskIds", ())]
            named["handlerOnFailure"] = {"taskIds": tasks, "planIds": handler.get("planIds", [])}
        return named

    def start(self, plan: str, **more: Any) -> str:
        answer = self.client.post("/processing/executions/plans", json={"executable": plan, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["executionId"])

    def wait(self, execution: str, seconds: float = 60) -> dict[str, Any]:
        path = f"/processing/executions/plans/{execution}"
        return self._wait(lambda: self.get(path), seconds)

    def wait_task(self, execution: str, seconds: float = 60) -> dict[str, Any]:
        return self._wait(lambda: self.get(f"/processing/executions/{execution}"), seconds)

    def _wait(self, look: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while "finishTimestamp" not in (now := look()):
            assert time.monotonic() < end, now
            time.sleep(0.01)
        return now

    def run(self, plan: str, **more: Any) -> dict[str, Any]:
        """Start a plan, wait for its end, and give the execution."""
        return self.wait(self.start(plan, **more))

    def steps(self, execution: str) -> list[dict[str, Any]]:
        """Give the steps of an execution that have begun, each with its tasks."""
        path = f"/processing/executions/plans/{execution}/steps"
        return [self.get(f"{path}/{step['executionId']}") for step in self.get(path)]

    def statuses(self, execution: str) -> list[str]:
        return [step["executionStatus"] for step in self.steps(execution)]

    def handler(self, execution: str, step: str) -> httpx.Response:
        return self.client.get(f"/processing/executions/plans/{execution}/steps/{step}/error-handler")

    def wait_for_task(self, plan_execution: str, task: str) -> str:
        """Wait until a task of a plan's run is underway, and give its execution."""
        end = time.monotonic() + 30
        path = f"/processing/executables/tasks/{self.tasks[task, 'Production']}/executions"
        while True:
            items = self.get(path, status="executing")["items"]
            details = [self.get(f"/processing/executions/{each['executionId']}") for each in items]
            found = [each["executionId"] for each in details if each.get("planId") == plan_execution]
            if found:
                return str(found[0])
            assert time.monotonic() < end
            time.sleep(0.01)

    def knob(self, task: str, outcome: str, **more: Any) -> None:
        answer = self.client.post("/_sandbox/talend/next", json={"task": task, "outcome": outcome, **more})
        assert answer.status_code == 204, answer.text

    def forget(self) -> None:
        assert self.client.delete("/_sandbox/talend/next").status_code == 204


def step(condition: str, *tasks: str, **handler: list[str]) -> dict[str, Any]:
    """Write a step: its condition, the names of its tasks, and what handles its failure."""
    made: dict[str, Any] = {
        "name": f"{condition} {len(tasks)}",
        "condition": condition,
        "taskIds": list(tasks),
    }
    return {**made, "handlerOnFailure": handler} if handler else made
