"""Runs started and waited for over HTTP, as any client would."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

ENDED = {"success", "failed", "cancelled"}


class Runner:
    """Starts runs in one sandbox, below the API's root, and waits for them."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def start(self, environment: int | str = 3, *nodes: str, **details: Any) -> int:
        """Start a run of these nodes, or of all, and give its number."""
        include = " OR ".join(f'{{ name: "{node}" }}' for node in nodes)
        parameters = details.pop("parameters", {})
        credentials = details.pop("credentials", {"snowflakeUsername": "T", "snowflakePassword": "t"})
        wanted = {"environmentID": str(environment), "includeNodesSelector": include, **details}
        body = {"runDetails": wanted, "parameters": parameters, "userCredentials": credentials}
        return self.ask("startRun", **body)["runCounter"]

    def rerun(self, run: int) -> int:
        return self.ask("rerun", runCounter=run)["runCounter"]

    def cancel(self, run: int) -> None:
        answer = self.client.post("/scheduler/cancelRun", json={"runCounter": run})
        assert (answer.status_code, answer.content) == (204, b"")

    def ask(self, operation: str, **body: Any) -> dict[str, Any]:
        answer = self.client.post(f"/scheduler/{operation}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def wait(self, run: int, seconds: float = 60) -> dict[str, Any]:
        """Wait until a run has ended and give it."""
        end = time.monotonic() + seconds
        while (now := self.run(run))["status"] not in ENDED:
            assert time.monotonic() < end, now
            time.sleep(0.01)
        return now

    def wait_for(self, node: str, run: int) -> None:
        """Wait until a node of a run is underway; by then it has taken what was set for it."""
        end = time.monotonic() + 30
        while self.statuses(run)[node] != "running":
            assert time.monotonic() < end, self.statuses(run)
            time.sleep(0.01)

    def run(self, run: int) -> dict[str, Any]:
        answer = self.client.get(f"/runs/{run}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def nodes(self, run: int) -> dict[str, dict[str, Any]]:
        """Give the results of a run by the names of its nodes."""
        answer = self.client.get(f"/runs/{run}/results").json()
        assert answer["next"] is None
        return {each["nodeName"]: each for each in answer["data"]}

    def statuses(self, run: int) -> dict[str, str]:
        return {name: each["status"] for name, each in self.nodes(run).items()}

    def knob(self, node: str, outcome: str, **more: Any) -> None:
        answer = self.client.post(
            self.beside("coalesce/next"), json={"node": node, "outcome": outcome, **more}
        )
        assert answer.status_code == 204, answer.text

    def deploy(self, workspace: int | str, environment: int | str, outcome: str = "works") -> int:
        body = {"workspaceID": str(workspace), "environmentID": str(environment), "outcome": outcome}
        answer = self.client.post(self.beside("coalesce/deploy"), json=body)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["runCounter"])

    def beside(self, path: str) -> str:
        """Give the address of what no service has."""
        return str(self.client.base_url).replace("/api/v1/", f"/_sandbox/{path}")


def times(node: dict[str, Any]) -> tuple[datetime, datetime]:
    """Give when a node began and ended."""
    query = node["queryResults"][0]
    return datetime.fromisoformat(query["startTime"]), datetime.fromisoformat(query["endTime"])
