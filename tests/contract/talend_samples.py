"""Good requests of every Talend operation, and the objects of a sandbox they are about."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.contract.planting import planted_sample, read_samples, request_of
from tests.contract.talend_contract import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from tests.contract.planting import Places

SAMPLES = read_samples("talend_orchestration.samples.yaml", "talend_processing.samples.yaml")
NIGHTLY, QUICK = "Nightly retail load", "Clean up web events"
# An artifact that no task runs, and one that only Development has; a task that is paused, and one that runs
# in plans only.
SPARE, NEW = "extract_orders_by_hand_job", "check_refunds_job"
PAUSED, LOOSE = "notify_finance", "check_refunds"
PEOPLE: Places = {"userId": "mei.tanaka", "groupId": "analysts", "serviceAccountId": "deploy-service"}
# The instants that the samples ask for in milliseconds.
INSTANTS: Places = {
    "from_instant": datetime(2026, 11, 20, tzinfo=UTC),
    "to_instant": datetime(2026, 11, 24, tzinfo=UTC),
    "since": datetime(2025, 11, 13, tzinfo=UTC),
    "until": datetime(2026, 11, 24, tzinfo=UTC),
}
# The maker of each kind of object, and the field of its answer that has the id.
MADE_BY = {
    "connection": ("createConnection", "id"),
    "environment": ("createEnvironment", "id"),
    "plan": ("createPlan", "id"),
    "project": ("createProject", "id"),
    "promotion": ("createPromotion", "executable"),
    "resource": ("createResource", "id"),
    "workspace": ("createWorkspace", "id"),
}
# What an operation takes away or makes impossible, so that each time needs one of its own.
TAKES = {
    "createPromotion": "environment",
    "deleteConnection": "connection",
    "deleteEnvironment": "environment",
    "deletePlan": "plan",
    "deleteProject": "project",
    "deletePromotion": "promotion",
    "deleteResource": "resource",
    "deleteWorkspace": "workspace",
    "moveResource": "resource",
}
# What has to be undone before it can be done again; that it was not done is as good.
AFTER = {
    "addProjectGroup": "removeProjectGroup",
    "addProjectUser": "removeProjectUser",
    "addPromotionServiceAccount": "removePromotionServiceAccount",
    "addPromotionUser": "removePromotionUser",
    "removeProjectGroup": "addProjectGroup",
    "removeProjectUser": "addProjectUser",
    "removePromotionServiceAccount": "addPromotionServiceAccount",
    "removePromotionUser": "addPromotionUser",
    "stopPlanSchedule": "putPlanRunConfig",
}
# What a request about the same object cannot ask twice.
RENEWED = {*TAKES, *AFTER, "deleteArtifact", "deleteArtifactVersion", "terminateTaskExecution"}
CONFIG = {
    "trigger": {"type": "MANUAL", "startDate": "2026-03-02", "timeZone": "UTC"},
    "runtime": {"type": "CLOUD"},
    "parallelExecutionAllowed": True,
}
PATIENCE_S = 60
SLOW_S = 120


def sample(name: str, places: Places) -> dict[str, Any]:
    """Give the path, query and body of a good request about real objects, and it as our client is asked."""
    return planted_sample(ALL[name], SAMPLES[name], places)


def arguments(name: str, places: Places) -> dict[str, Any]:
    """Give what ``httpx.Client.request`` needs to send a sample."""
    auth = {"auth": places["account"]} if name == "createToken" else {}
    return request_of(ALL[name], sample(name, places)) | auth


class Objects:
    """The objects of one sandbox that the samples are about, by the names of ``Places``.

    ``client`` sends the operations; ``knobs`` is a plain one, for the paths that no contract has. ``bare``
    leaves out what a sandbox with --bare does not have.
    """

    def __init__(self, client: httpx.Client, knobs: httpx.Client, *, bare: bool = False) -> None:
        self._client, self._knobs, self._bare = client, knobs, bare
        self.places: Places = {**PEOPLE, **INSTANTS, "account": ("sandbox-service", client_secret(knobs))}
        self._find_places()
        self._find_plans()

    def make(self) -> Places:
        """Create what is not there from the start: an object of each kind, and runs, one of which failed."""
        for kind in MADE_BY:
            if not (self._bare and ALL[MADE_BY[kind][0]].get("x-beyond-seed")):
                self.places[kind] = self.create(kind)
        if not self._bare:
            self.places["resourceId"] = self.places["resource"]
            self._find_tasks()
            self._run()
        return self.places

    def ready(self, name: str) -> Places:
        """Give the places for one request of an operation; what it takes away is an object of its own."""
        if kind := TAKES.get(name):
            return self.places | {kind: self.create(kind)}
        if before := AFTER.get(name):
            self.ask(before, anyhow=True)
        elif name == "terminateTaskExecution":
            self._activate()
        elif name in {"deleteArtifact", "deleteArtifactVersion"}:
            return self.places | self._spare_artifact(name)
        return self.places

    def create(self, kind: str, **fields: Any) -> str:
        """Create an object and give its id; ``fields`` go into the body of its sample."""
        name, key = MADE_BY[kind]
        return str(self.ask(name, TAKES.get(name) and self.ready(name), **fields)[key])

    def ask(self, name: str, places: Places | None = None, *, anyhow: bool = False, **fields: Any) -> Any:
        """Send an operation's sample and give the answer, which is a good one unless ``anyhow``."""
        asked = arguments(name, places or self.places)
        if fields:
            asked["json"] = asked["json"] | fields
        answer = self._client.request(**asked)
        assert anyhow or answer.is_success, f"{name}: {answer.status_code} {answer.text}"
        return answer.json() if answer.is_success and answer.content else {}

    def start(self, plan: str, **more: Any) -> str:
        """Start a plan and give its execution."""
        body = {"executable": plan, **more}
        return str(self.ask("executePlan", self.places | {"runnable_plan": plan}, **body)["executionId"])

    def ended(self, execution: str) -> dict[str, Any]:
        """Wait for the end of a plan's execution and give it."""
        return self._wait("getPlanExecution", {"planExecutionId": execution})

    def knob(self, task: str, outcome: str) -> None:
        """Set how the next run of a task goes."""
        asked = {"task": task, "outcome": outcome, "seconds": SLOW_S}
        assert self._knobs.post("/_sandbox/talend/next", json=asked).status_code == 204

    def runnable(self, **step: Any) -> str:
        """Create a plan of one quick task that may run several times at once, and give its id."""
        plan = self.create("plan", steps=[{**sample("createPlan", self.places)["body"]["steps"][0], **step}])
        self.ask("putPlanRunConfig", self.places | {"plan": plan}, **CONFIG)
        return plan

    def create_resource(self, name: str, workspace: str) -> str:
        """Create a resource of this name in a workspace and give its id."""
        asked = arguments("createResource", self.places)
        told = {"name": name, "workspaceId": workspace, "file": True}
        asked["files"] |= {"resource": (None, json.dumps(told).encode(), "application/json")}
        return str(self._client.request(**asked).raise_for_status().json()["id"])

    def used_resource(self) -> str:
        """Give a resource that a task uses."""
        asked = {"workspaceId": self.places["workspaceId"], "name": "rates.csv"}
        return str(
            next(each["id"] for each in self._list("/resources", asked) if each["name"] == asked["name"])
        )

    def seeded_promotion(self) -> Places:
        """Give source and target of the promotion that is there from the start."""
        told = self.ask("getPromotion")
        return {f"{each}EnvironmentId": told[f"{each}Environment"]["id"] for each in ("source", "target")}

    def _find_places(self) -> None:
        environments = {each["name"]: each["id"] for each in self._list("/environments")}
        self.places["environmentId"] = self.places["Id"] = environments["Production"]
        for each in self._list("/workspaces"):
            where = each["environment"]["id"] == self.places["environmentId"], each["name"]
            noun = {(True, "Retail"): "workspaceId", (True, "Personal"): "other_workspace"}.get(where)
            self.places[noun or f"dev_{'workspace' if where[1] == 'Retail' else 'personal'}"] = each["id"]
        for noun, path in (("artifactId", "artifacts"), ("connectionId", "connections")):
            here = self.places["workspaceId"]
            self.places[noun] = next(
                each["id"] for each in self._list(f"/{path}") if each["workspace"]["id"] == here
            )
        self.places["id"] = self.places["workspaceId"]
        self.places["version"] = self.ask("getArtifact")["versions"][-1]
        self.places["projectId"] = self._list("/projects")[0]["id"]
        self.places["promotionId"] = self._list("/executables/promotions")[0]["executable"]

    def _find_plans(self) -> None:
        for prefix in ("", "dev_"):
            asked = {"workspaceId": self.places["dev_workspace" if prefix else "workspaceId"]}
            plans = {each["name"]: each["executable"] for each in self._list("/executables/plans", asked)}
            self.places["dev_plan" if prefix else "planId"] = plans[NIGHTLY]
            chart = self.ask("getPlan", self.places | {"planId": plans[QUICK]})["chart"]
            self.places["dev_task" if prefix else "taskId"] = chart["flows"][0]["id"]

    def _find_tasks(self) -> None:
        """Find a task that is paused and one that nobody said of how it runs."""
        for place, name in (("paused_task", PAUSED), ("loose_task", LOOSE)):
            found = self._list("/executables/tasks", {"name": name})
            told = {each["workspace"]["id"]: each["executable"] for each in found}
            self.places[place] = told.get(self.places["workspaceId"]) or told[self.places["dev_workspace"]]

    def _list(self, path: str, asked: Mapping[str, str] | None = None) -> list[Any]:
        answer = self._client.get(f"/orchestration{path}", params=asked)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        told = answer.json()
        return list(told["items"] if isinstance(told, dict) else told)

    def _run(self) -> None:
        """Have a run that went well, with its step and task, and one that failed, with its error handler."""
        places = self.places
        places["runnable_plan"] = self.runnable()
        places["planExecutionId"] = self.start(places["runnable_plan"])
        ran = self.ended(places["planExecutionId"])
        assert ran["status"] == "execution_successful", ran
        places["executionId"] = ran["doneExecutableDetails"][0]["executionId"]
        places["stepExecutionId"] = self._first_step(places["planExecutionId"])
        self.knob(places["taskId"], "fails")
        places["failed_plan_execution"] = self.start(places["runnable_plan"])
        ran = self.ended(places["failed_plan_execution"])
        assert ran["status"] == "execution_failed", ran
        places["failed_step_execution"] = self._first_step(places["failed_plan_execution"])
        places["promotion_execution"] = self.ask("executePromotion")["executionId"]

    def _first_step(self, execution: str) -> str:
        answer = self._client.get(f"/processing/executions/plans/{execution}/steps")
        return str(answer.json()[0]["executionId"])

    def _activate(self) -> None:
        """Have a task that runs; the same for as long as it does."""
        running = self.places.get("running_task_execution")
        if running is not None:
            told = self.ask("getTaskExecution", self.places | {"executionId": running})
            if told["status"] == "executing":
                return
        self.knob(self.places["taskId"], "slow")
        self.places["running_task_execution"] = running = self.ask("executeTask")["executionId"]
        self._wait("getTaskExecution", {"executionId": running}, end="executing")

    def _spare_artifact(self, name: str) -> Places:
        """Find an artifact, or a version of one, that no task runs."""
        listed = self._list("/artifacts")
        if name == "deleteArtifactVersion":
            found = next(each for each in listed if len(each["versions"]) > 1)
            return {"artifact": found["id"], "artifact_version": found["versions"][0]}
        here, spare = self.places["workspaceId"], SPARE
        if not any(each["name"] == spare and each["workspace"]["id"] == here for each in listed):
            # What only Development has, brought here without the task that runs it.
            spare = NEW
            made = next(each["id"] for each in listed if each["name"] == NEW)
            self.ask("executePromotion", advanced={"artifactId": made, "artifactType": "ACTION"})
        listed = self._list("/artifacts", {"name": spare, "workspaceId": here})
        return {"artifact": listed[0]["id"]}

    def _wait(self, name: str, places: Places, *, end: str | None = None) -> dict[str, Any]:
        """Ask until something has ended, or has a status."""
        until = time.monotonic() + PATIENCE_S
        while True:
            told = self.ask(name, self.places | places)
            if (told["status"] == end) if end else ("finishTimestamp" in told):
                return told
            assert time.monotonic() < until, f"{name}: {told}"
            time.sleep(0.02)


def client_secret(knobs: httpx.Client) -> str:
    """Give the secret of the sandbox's service account, which is its own token."""
    return knobs.headers["authorization"].partition(" ")[2]
