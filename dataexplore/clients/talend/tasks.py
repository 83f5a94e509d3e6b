"""Tasks: what a plan's steps run. All of it is beyond the vendor's own list of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.finding import find
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, anything, flag, record, text, texts
from dataexplore.clients.talend.listings import in_environment, optional, pages
from dataexplore.errors import InputError
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["RuntimeType", "Task", "Tasks"]

RuntimeType = Literal["CLOUD", "REMOTE_ENGINE", "REMOTE_ENGINE_CLUSTER", "CLOUD_EXCLUSIVE", "PIPELINE_ENGINE"]
RUNTIME_TYPES = ("CLOUD", "REMOTE_ENGINE", "REMOTE_ENGINE_CLUSTER", "CLOUD_EXCLUSIVE", "PIPELINE_ENGINE")
_ALL = "/orchestration/executables/tasks"
LIST = Operation("listTasks", "GET", _ALL, repeatable=True)
GET = Operation("getTask", "GET", f"{_ALL}/{{taskId}}", repeatable=True)


@record
class Task(Record):
    """A task; a listing tells less of it than :meth:`Tasks.get` does.

    Attributes:
        workspace: the name of its workspace.
        environment: the name of its environment.
        artifact_id: what it runs, in which ``artifact_version``.
        runtime_type: where it runs, such as ``CLOUD``.
        paused: whether its own schedule is paused; plans run it all the same.
    """

    id: str | None = text("id", "executable")
    name: str | None = text()
    workspace: str | None = text("workspace.name")
    environment: str | None = text("workspace.environment.name")
    description: str | None = text()
    version: str | None = text()
    tags: tuple[str, ...] | None = texts(", ".join)
    artifact_id: str | None = text("artifact.id", "artifactId")
    artifact_version: str | None = text("artifact.version")
    runtime_type: str | None = text("runtime.type")
    paused: bool | None = flag("taskPauseDetails.pause")
    connections: Any = anything()
    parameters: Any = anything()
    resources: Any = anything()
    workspace_id: str | None = text("workspace.id")
    environment_id: str | None = text("workspace.environment.id")


class Tasks:
    """The operations on tasks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        name: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        artifact_id: str | None = None,
        runtime_id: str | None = None,
        run_profile_id: str | None = None,
        runtime_type: RuntimeType | None = None,
        limit: int | None = None,
    ) -> Records[Task]:
        """List the tasks (GET /orchestration/executables/tasks).

        Args:
            name: filters on the name, as the service does it.
            environment_id: only of this environment.
            workspace_id: only of this workspace.
            artifact_id: only those that run this artifact.
            runtime_id: only those of this engine or cluster.
            run_profile_id: only those of this run profile.
            runtime_type: only those that run there, such as ``CLOUD``.
            limit: at most so many; None for all.

        Raises:
            InputError: a limit or a type that is none.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(
            name=name,
            environment_id=environment_id,
            workspace_id=workspace_id,
            artifact_id=artifact_id,
            runtime_id=runtime_id,
            run_profile_id=run_profile_id,
            runtime_type=runtime_type,
            limit=limit,
        )
        return Records(found, Task)

    def iterate(
        self,
        *,
        name: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        artifact_id: str | None = None,
        runtime_id: str | None = None,
        run_profile_id: str | None = None,
        runtime_type: RuntimeType | None = None,
        limit: int | None = None,
    ) -> Iterator[Task]:
        """Go through the tasks, each page read when it is needed; arguments as of :meth:`list`."""
        if runtime_type is not None and runtime_type not in RUNTIME_TYPES:
            raise InputError(f"There is no runtime {runtime_type!r}.", f"Use {', '.join(RUNTIME_TYPES)}.")
        query = {
            "name": None if name is None else word(name, "name"),
            "environmentId": optional(environment_id, "environment"),
            "workspaceId": optional(workspace_id, "workspace"),
            "artifactId": optional(artifact_id, "artifact"),
            "runtimeId": optional(runtime_id, "runtime"),
            "runtimeRunProfileId": optional(run_profile_id, "run profile"),
            "runtimeType": runtime_type,
        }
        return pages(self._session, LIST, Task, limit=limit, query=query, key="executable")

    def get(self, task_id: str) -> Task:
        """Read a task (GET /orchestration/executables/tasks/{taskId})."""
        return fetch_record(self._session, GET, Task, {"taskId": identifier(task_id, "task")})

    def find(self, name_or_id: str, *, environment: str | None = None) -> Task:
        """Find a task by its id, else by its name, else by its name in other letter cases.

        Args:
            name_or_id: which task.
            environment: the name or id of its environment, for tasks that have namesakes elsewhere.

        Raises:
            InputError: none is meant, or several; the near ones are named.
        """
        return find(
            lambda: in_environment(self.list(), environment),
            name_or_id,
            "task",
            place=lambda each: each.environment,
        )
