"""Requests to Talend that are well formed and refused for what is there, or is not, by their status."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.contract.talend_samples import PEOPLE, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.contract.talend_samples import Objects

    # What is other in a sample: of its path, query, body or parts.
    Other = Mapping[str, Mapping[str, Any]]

NOBODY = "0" * 24
SEEDED_USER = "ada.okafor"  # who is in all that is there from the start
TOO_LARGE = "a" * (5 * 2**20)
_numbers = itertools.count(1)


def refused(name: str, objects: Objects) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the samples of an operation that are refused, each with the status of the refusal."""
    for status, other in REFUSALS.get(name, ()):
        given = sample(name, objects.ready(name))
        for part, change in other(objects).items():
            given[part] = {**given.get(part, {}), **change}
        yield status, given


def _nobody(place: str, within: str = "body") -> tuple[int, Callable[[Objects], Other]]:
    return 404, lambda _objects: {within: {place: NOBODY}}


def _body(**fields: Any) -> tuple[int, Callable[[Objects], Other]]:
    return 409, lambda _objects: {"body": fields}


def _path(**names: str) -> tuple[int, Callable[[Objects], Other]]:
    """Refuse for what is at a place: a name of the places, or a text of its own after ``=``."""
    return 409, lambda objects: {
        "path": {
            key: value[1:] if value.startswith("=") else objects.places[value] for key, value in names.items()
        }
    }


def _resource(objects: Objects, **fields: Any) -> Mapping[str, Any]:
    parts: dict[str, Any] = sample("createResource", objects.places)["parts"]
    return {"parts": {"resource": parts["resource"] | fields}}


def _handled_plan(objects: Objects, **where: str) -> str:
    """Create a plan that the error handler of another one runs."""
    plan = objects.create("plan", **where)
    step = sample("createPlan", objects.places)["body"]["steps"][0]
    objects.create("plan", steps=[{**step, "handlerOnFailure": {"taskIds": [], "planIds": [plan]}}])
    return plan


def _handled_elsewhere(objects: Objects) -> Other:
    workspace = objects.create("workspace")
    _handled_plan(objects, workspaceId=workspace)
    return {"path": {"id": workspace}}


def _twins(objects: Objects) -> Other:
    """Have resources of one name in two workspaces."""
    name = f"twin_{next(_numbers)}"
    ids = [
        objects.create_resource(name, objects.places[workspace])
        for workspace in ("other_workspace", "workspaceId")
    ]
    return {"path": {"resourceId": ids[1]}}


def _used_resource(objects: Objects) -> Other:
    return {"path": {"resourceId": objects.used_resource()}}


def _paused_plan(objects: Objects) -> Other:
    plan = objects.runnable()
    objects.ask("pausePlan", objects.places | {"plan": plan})
    return {"body": {"executable": plan}}


def _task(place: str) -> Callable[[Objects], Other]:
    return lambda objects: {"body": {"executable": objects.places[place]}}


def _resumed(objects: Objects) -> Other:
    places = objects.places
    run = {"executionPlanId": places["planExecutionId"], "stepId": places["stepExecutionId"]}
    return {"body": {"executable": places["runnable_plan"], **run}}


REFUSALS: Mapping[str, tuple[tuple[int, Callable[[Objects], Other]], ...]] = {
    "addProjectGroup": (_path(projectId="projectId", groupId="=data-engineers"),),
    "addProjectUser": (_path(projectId="projectId", userId=f"={SEEDED_USER}"),),
    "addPromotionUser": (_path(promotionId="promotionId", userId=f"={SEEDED_USER}"),),
    "createConnection": (_body(name="Shop database"),),
    "createEnvironment": (_body(name="Production"),),
    "createProject": (_body(name="Retail ingestion"),),
    "createPromotion": (
        (409, lambda objects: {"body": objects.seeded_promotion()}),
        _nobody("sourceEnvironmentId"),
        _nobody("targetEnvironmentId"),
    ),
    "createResource": (
        (404, lambda objects: _resource(objects, workspaceId=NOBODY)),
        (409, lambda objects: _resource(objects, name="rates.csv")),
        (413, lambda _objects: {"parts": {"file": TOO_LARGE}}),
    ),
    "deleteArtifact": (_path(artifactId="artifactId"),),
    "deleteArtifactVersion": (_path(artifactId="artifactId", version="version"),),
    "deleteConnection": (_path(connectionId="connectionId"),),
    "deletePlan": ((409, lambda objects: {"path": {"planId": _handled_plan(objects)}}),),
    "deleteResource": ((409, _used_resource),),
    "deleteWorkspace": (
        (409, _handled_elsewhere),
        (400, lambda objects: {"path": {"id": objects.places["other_workspace"]}}),
    ),
    "executePlan": (
        _nobody("executable"),
        (405, _paused_plan),
        (422, _resumed),
        (501, lambda objects: {"body": {"executable": objects.create("plan")}}),
    ),
    "executePromotion": (_nobody("executable"),),
    "executeTask": (_nobody("executable"), (405, _task("paused_task")), (501, _task("loose_task"))),
    "listArtifacts": (_nobody("environmentId", "query"), _nobody("workspaceId", "query")),
    "listConnections": (_nobody("environmentId", "query"), _nobody("workspaceId", "query")),
    "listResources": (_nobody("environmentId", "query"), _nobody("workspaceId", "query")),
    "moveResource": (
        (400, lambda objects: {"path": {"targetWorkspaceId": objects.places["dev_workspace"]}}),
        (409, _twins),
    ),
    "searchTasksExecutions": (_nobody("environmentId"), _nobody("workspaceId")),
    "terminateTaskExecution": (
        (400, lambda objects: {"path": {"executionId": objects.places["executionId"]}}),
    ),
    "updateConnection": (_body(name="Shop database"),),
    "updateEnvironment": (_body(name="Production"),),
    "updateProject": (_body(url="https://git.retail.example/ingestion.git"),),
    "uploadResource": ((413, lambda _objects: {"parts": {"file": TOO_LARGE}}),),
}
assert SEEDED_USER not in PEOPLE.values()
