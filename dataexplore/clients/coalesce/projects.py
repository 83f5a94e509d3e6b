"""Projects of the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.coalesce.listings import Listing, pages
from dataexplore.clients.coalesce.words import creator
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, anything, instant, record, text
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["Project", "Projects"]

_ALL = "/api/v1/projects"
_ONE = f"{_ALL}/{{projectID}}"
LIST = Operation("listProjects", "GET", _ALL, repeatable=True)
CREATE = Operation("createProject", "POST", _ALL, repeatable=False)
GET = Operation("getProject", "GET", _ONE, repeatable=True)
UPDATE = Operation("updateProject", "PUT", _ONE, repeatable=False)
DELETE = Operation("deleteProject", "DELETE", _ONE, repeatable=False)


@record
class Project(Record):
    """A project.

    Attributes:
        workspaces: id and name of each, when they were asked for and the service tells them.
        jobs: likewise.
    """

    id: str | None = text()
    name: str | None = text()
    description: str | None = text()
    created_at: dt.datetime | None = instant("createdAt")
    created_by: str | None = creator("createdBy")
    workspaces: Any = anything()
    jobs: Any = anything()


class Projects:
    """The operations on projects."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        include_workspaces: bool | None = None,
        include_jobs: bool | None = None,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Records[Project]:
        """List the projects (GET /api/v1/projects).

        Args:
            include_workspaces: ask for each project's workspaces too; beyond the contract.
            include_jobs: ask for each project's jobs too; beyond the contract.
            limit: at most so many; None for all.
            order_by: a field, by the service's name.
            order_by_direction: ``asc`` or ``desc``.

        Raises:
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(
            include_workspaces=include_workspaces,
            include_jobs=include_jobs,
            limit=limit,
            order_by=order_by,
            order_by_direction=order_by_direction,
        )
        return Records(found, Project)

    def iterate(
        self,
        *,
        include_workspaces: bool | None = None,
        include_jobs: bool | None = None,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Iterator[Project]:
        """Go through the projects, each page read when it is needed; arguments as of :meth:`list`."""
        query = {"includeWorkspaces": _flag(include_workspaces), "includeJobs": _flag(include_jobs)}
        listing = Listing(limit, order_by, order_by_direction)
        return pages(self._session, LIST, Project, listing, query=query)

    def get(self, project_id: str | int) -> Project:
        """Read a project (GET /api/v1/projects/{projectID})."""
        return fetch_record(self._session, GET, Project, _one(project_id))

    def create(self, *, name: str, description: str | None = None) -> Project:
        """Add a project (POST /api/v1/projects). It is never sent twice."""
        return fetch_record(self._session, CREATE, Project, json=_body(name, description))

    def update(self, project_id: str | int, *, name: str, description: str | None = None) -> Project:
        """Change a project's name, and its description when one is given (PUT /api/v1/projects/{projectID}).

        It is never sent twice.
        """
        body = _body(name, description)
        return fetch_record(self._session, UPDATE, Project, _one(project_id), json=body)

    def delete(self, project_id: str | int) -> None:
        """Remove a project for good, with all that belongs to it (DELETE /api/v1/projects/{projectID}).

        Nothing brings it back. It is never sent twice.
        """
        self._session.fetch(DELETE, _one(project_id))


def _one(project_id: str | int) -> dict[str, str]:
    return {"projectID": identifier(project_id, "project")}


def _flag(value: bool | None) -> str | None:
    return None if value is None else "true" if value else "false"


def _body(name: str, description: str | None) -> dict[str, str]:
    body = {"name": word(name, "name")}
    return body if description is None else {**body, "description": description}
