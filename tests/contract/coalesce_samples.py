"""Good requests of every Coalesce operation, and the objects of a sandbox they are about."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.contract.coalesce_contract import ALL
from tests.contract.planting import planted_sample, read_samples, request_of

if TYPE_CHECKING:
    import httpx

    from tests.contract.planting import Places

SAMPLES = read_samples("coalesce.samples.yaml")
NODE = "stg_stores"
SELECTOR = f'{{ location: "STAGING" name: "{NODE}" }}'
BASIC = {"snowflakeUsername": "LOADER", "snowflakePassword": "canary-password"}
RUN = {"environmentID": "1", "includeNodesSelector": SELECTOR}
SEEDED: Places = {
    "environmentID": "1",
    "workspaceID": "1",
    "projectID": "1",
    "userID": "u4",
    "gitAccountID": "g1",
    "jobID": "1",
}
# What an operation takes away, so that each time needs one of its own; the maker is another operation.
MADE_BY = {
    "environment": "createEnvironment",
    "git_account": "createGitAccount",
    "project": "createProject",
    "node": "createWorkspaceNode",
    "job": "createWorkspaceJob",
}
TAKES = {
    "deleteEnvironment": "environment",
    "deleteGitAccount": "git_account",
    "deleteProject": "project",
    "deleteWorkspaceNode": "node",
    "deleteWorkspaceJob": "job",
    "deleteUserOrgRole": "setUserOrgRole",
    "deleteUserProjectRole": "setUserProjectRole",
    "deleteUserEnvironmentRole": "setUserEnvironmentRole",
    "cancelRun": "active_run",
}
PATIENCE_S = 30
SLOW_S = 60


def sample(name: str, places: Places) -> dict[str, Any]:
    """Give the path, query and body of a good request about real objects, and it as our client is asked."""
    return planted_sample(ALL[name], SAMPLES[name], places)


def arguments(name: str, places: Places) -> dict[str, Any]:
    """Give what ``httpx.Client.request`` needs to send a sample."""
    return request_of(ALL[name], sample(name, places))


class Objects:
    """The objects of one sandbox that the samples are about, by the names of ``Places``.

    ``client`` sends the operations; ``knobs`` is a plain one, for the paths that no contract has. ``bare``
    leaves out what a sandbox with --bare does not have.
    """

    def __init__(self, client: httpx.Client, knobs: httpx.Client, *, bare: bool = False) -> None:
        self._client, self._knobs, self._bare = client, knobs, bare
        self.places: Places = dict(SEEDED)
        nodes = self._ask("listEnvironmentNodes", params={"limit": 500})["data"]
        self.places["nodeID"] = next(each["id"] for each in nodes if each["name"] == NODE)

    def make(self) -> Places:
        """Create what is not there from the start: an object of each kind, a run, and one that failed."""
        kinds = set(MADE_BY) - ({"job"} if self._bare else set())
        self.places |= {kind: self._create(kind) for kind in kinds}
        self.places["run"] = self.places["runCounter"] = self.start()
        self.places["runID"] = str(self.places["run"])
        self.places["failed_run"] = self.start("fails")
        return self.places

    def ready(self, name: str) -> Places:
        """Give the places for one request of an operation; what it takes away is an object of its own."""
        needed = TAKES.get(name)
        if needed == "active_run":
            self._activate()
        elif needed in MADE_BY:
            return self.places | {needed: self._create(needed)}
        elif needed is not None:
            self._ask(needed)
        return self.places

    def _create(self, kind: str) -> str:
        return str(self._ask(MADE_BY[kind])["id"])

    def _activate(self) -> None:
        """Have an active run; the same for as long as it is one, for they queue up."""
        run = self.places.get("active_run")
        if run is None or self._status(int(run)) != "running":
            self.places["active_run"] = self.start("slow")

    def start(self, outcome: str | None = None) -> int:
        """Start a run of one node and wait for its end, or, when it is ``slow``, for its beginning."""
        if outcome is not None:
            knob = {"node": NODE, "outcome": outcome, "environment": "1", "seconds": SLOW_S}
            assert self._knobs.post("/_sandbox/coalesce/next", json=knob).status_code == 204
        number = self._ask("startRun", json={"runDetails": RUN, "userCredentials": BASIC})["runCounter"]
        self._wait(number, {None: "success", "fails": "failed", "slow": "running"}[outcome])
        return number

    def _ask(self, name: str, run: int | None = None, **other: Any) -> dict[str, Any]:
        places = self.places if run is None else self.places | {"run": run}
        answer = self._client.request(**{**arguments(name, places), **other})
        assert answer.status_code == 200, f"{name}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def _wait(self, number: int, end: str) -> None:
        until = time.monotonic() + PATIENCE_S
        while (now := self._status(number)) != end:
            assert time.monotonic() < until, f"run {number}: {now}"
            time.sleep(0.02)

    def _status(self, run: int) -> str:
        return str(self._ask("getRunStatus", run=run)["status"])
