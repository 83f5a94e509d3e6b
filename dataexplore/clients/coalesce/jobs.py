"""Jobs: saved selections of nodes. They are beyond the contract; the vendor's service has them today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.coalesce.listings import Listing, pages
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, record, text
from dataexplore.errors import InputError
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["Job", "Jobs"]

_DEPLOYED = "/api/v1/environments/{environmentID}/jobs"
_EDITED = "/api/v1/workspaces/{workspaceID}/jobs"
# No operation of the contract: these names are ours.
LIST = Operation("listEnvironmentJobs", "GET", _DEPLOYED, repeatable=True)
GET = Operation("getEnvironmentJob", "GET", f"{_DEPLOYED}/{{jobID}}", repeatable=True)
LIST_IN_WORKSPACE = Operation("listWorkspaceJobs", "GET", _EDITED, repeatable=True)
CREATE_IN_WORKSPACE = Operation("createWorkspaceJob", "POST", _EDITED, repeatable=False)
GET_IN_WORKSPACE = Operation("getWorkspaceJob", "GET", f"{_EDITED}/{{jobID}}", repeatable=True)
UPDATE_IN_WORKSPACE = Operation("updateWorkspaceJob", "PUT", f"{_EDITED}/{{jobID}}", repeatable=False)
DELETE_IN_WORKSPACE = Operation("deleteWorkspaceJob", "DELETE", f"{_EDITED}/{{jobID}}", repeatable=False)

_KEYS = ("id", "jobID")


@record
class Job(Record):
    """A job.

    Attributes:
        include_selector: the nodes it runs; empty means all.
        exclude_selector: nodes it leaves out.
    """

    id: str | None = text("id", "jobID")
    name: str | None = text()
    description: str | None = text()
    workspace_id: str | None = text("workspaceID", "workspace")
    include_selector: str | None = text("includeSelector")
    exclude_selector: str | None = text("excludeSelector")


class Jobs:
    """The operations on jobs: those deployed to an environment, and those a workspace edits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        environment_id: str | int,
        *,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Records[Job]:
        """List what is deployed to an environment (GET /api/v1/environments/{environmentID}/jobs).

        Args:
            environment_id: the environment.
            limit: at most so many; None for all.
            order_by: a field, by the service's name.
            order_by_direction: ``asc`` or ``desc``.

        Raises:
            NotFound: there is no such environment, or the service has no jobs.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(
            environment_id, limit=limit, order_by=order_by, order_by_direction=order_by_direction
        )
        return Records(found, Job)

    def iterate(
        self,
        environment_id: str | int,
        *,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Iterator[Job]:
        """Go through an environment's jobs, each page read when it is needed; else as :meth:`list`."""
        listing = Listing(limit, order_by, order_by_direction)
        return pages(self._session, LIST, Job, listing, names=_environment(environment_id), keys=_KEYS)

    def get(self, environment_id: str | int, job_id: str | int) -> Job:
        """Read a deployed job (GET /api/v1/environments/{environmentID}/jobs/{jobID})."""
        names = {**_environment(environment_id), "jobID": identifier(job_id, "job")}
        return fetch_record(self._session, GET, Job, names)

    def list_in_workspace(
        self,
        workspace_id: str | int,
        *,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Records[Job]:
        """List a workspace's jobs (GET /api/v1/workspaces/{workspaceID}/jobs); see :meth:`list`."""
        found = self.iterate_in_workspace(
            workspace_id, limit=limit, order_by=order_by, order_by_direction=order_by_direction
        )
        return Records(found, Job)

    def iterate_in_workspace(
        self,
        workspace_id: str | int,
        *,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Iterator[Job]:
        """Go through a workspace's jobs, each page read when it is needed; see :meth:`list`."""
        listing = Listing(limit, order_by, order_by_direction)
        names = _workspace(workspace_id)
        return pages(self._session, LIST_IN_WORKSPACE, Job, listing, names=names, keys=_KEYS)

    def get_in_workspace(self, workspace_id: str | int, job_id: str | int) -> Job:
        """Read a workspace's job (GET /api/v1/workspaces/{workspaceID}/jobs/{jobID})."""
        return fetch_record(self._session, GET_IN_WORKSPACE, Job, _edited(workspace_id, job_id))

    def create_in_workspace(
        self, workspace_id: str | int, *, name: str, include_selector: str = "", exclude_selector: str = ""
    ) -> Job:
        """Add a job to a workspace (POST /api/v1/workspaces/{workspaceID}/jobs). It is never sent twice.

        Args:
            workspace_id: the workspace.
            name: its name.
            include_selector: the nodes it runs, such as ``{ location: "MARTS" name: "fact_orders" }``; empty
                means all.
            exclude_selector: nodes to leave out.
        """
        body = _body(name, include_selector, exclude_selector)
        return fetch_record(self._session, CREATE_IN_WORKSPACE, Job, _workspace(workspace_id), json=body)

    def update_in_workspace(
        self,
        workspace_id: str | int,
        job_id: str | int,
        *,
        name: str,
        include_selector: str = "",
        exclude_selector: str = "",
    ) -> Job:
        """Replace a workspace's job (PUT /api/v1/workspaces/{workspaceID}/jobs/{jobID}).

        A selector that is not passed becomes empty, and the job then runs every node. It is never sent twice.
        """
        body = _body(name, include_selector, exclude_selector)
        names = _edited(workspace_id, job_id)
        return fetch_record(self._session, UPDATE_IN_WORKSPACE, Job, names, json=body)

    def delete_in_workspace(self, workspace_id: str | int, job_id: str | int) -> None:
        """Remove a job from a workspace for good (DELETE /api/v1/workspaces/{workspaceID}/jobs/{jobID}).

        What starts it by its id fails from then on. It is never sent twice.
        """
        self._session.fetch(DELETE_IN_WORKSPACE, _edited(workspace_id, job_id))


def _environment(environment_id: str | int) -> dict[str, str]:
    return {"environmentID": identifier(environment_id, "environment")}


def _workspace(workspace_id: str | int) -> dict[str, str]:
    return {"workspaceID": identifier(workspace_id, "workspace")}


def _edited(workspace_id: str | int, job_id: str | int) -> dict[str, str]:
    return {**_workspace(workspace_id), "jobID": identifier(job_id, "job")}


def _body(name: str, include_selector: str, exclude_selector: str) -> dict[str, Any]:
    for selector in (include_selector, exclude_selector):
        if not isinstance(selector, str):
            raise InputError(
                f"{selector!r} is no selector.", 'Write { location: "L" name: "N" }, or nothing.'
            )
    return {
        "name": word(name, "name"),
        "includeSelector": include_selector,
        "excludeSelector": exclude_selector,
    }
