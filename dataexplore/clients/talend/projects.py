"""Projects: where jobs are made, their repository, and who may work on them.

The service takes a personal access token for them, never a service account's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, instant, record, text, texts
from dataexplore.clients.talend.listings import changes, pages
from dataexplore.errors import InputError
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["Project", "Projects"]

_ALL = "/orchestration/projects"
_ONE = f"{_ALL}/{{projectId}}"
_GROUPS, _GROUP = f"{_ONE}/groups", f"{_ONE}/groups/{{groupId}}"
_USERS, _USER = f"{_ONE}/users", f"{_ONE}/users/{{userId}}"
LIST = Operation("listProjects", "GET", _ALL, repeatable=True)
CREATE = Operation("createProject", "POST", _ALL, repeatable=False)
GET = Operation("getProject", "GET", _ONE, repeatable=True)
UPDATE = Operation("updateProject", "PUT", _ONE, repeatable=False)
DELETE = Operation("deleteProject", "DELETE", _ONE, repeatable=False)
LIST_GROUPS = Operation("listProjectGroups", "GET", _GROUPS, repeatable=True)
ADD_GROUP = Operation("addProjectGroup", "PUT", _GROUP, repeatable=False)
REMOVE_GROUP = Operation("removeProjectGroup", "DELETE", _GROUP, repeatable=False)
LIST_USERS = Operation("listProjectUsers", "GET", _USERS, repeatable=True)
ADD_USER = Operation("addProjectUser", "PUT", _USER, repeatable=False)
REMOVE_USER = Operation("removeProjectUser", "DELETE", _USER, repeatable=False)


@record
class Project(Record):
    """A project.

    Attributes:
        technical_label: its name as the repository has it.
        project_type: ``DI``, ``DQ`` or ``MDM``.
        repository_type: ``GIT``, ``SVN`` or ``NONE``.
        url: the repository's address.
    """

    id: str | None = text()
    name: str | None = text()
    description: str | None = text()
    owner: str | None = text()
    url: str | None = text()
    project_type: str | None = text("projectType")
    repository_type: str | None = text("repoType")
    technical_label: str | None = text("technicalLabel")
    author: str | None = text()
    created_at: dt.datetime | None = instant("createDate")
    updated_at: dt.datetime | None = instant("updateDate")


@record
class _Allowed(Record):
    users: tuple[str, ...] | None = texts(None, "userIds")
    groups: tuple[str, ...] | None = texts(None, "groupIds")


class Projects:
    """The operations on projects, and on who may work on them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, *, name: str | None = None, limit: int | None = None) -> Records[Project]:
        """List the projects (GET /orchestration/projects).

        Args:
            name: filters on the name, as the service does it.
            limit: at most so many; None for all.

        Raises:
            InputError: a limit that is none.
            Malformed: a page cannot be trusted.
        """
        return Records(self.iterate(name=name, limit=limit), Project)

    def iterate(self, *, name: str | None = None, limit: int | None = None) -> Iterator[Project]:
        """Go through the projects, each page read when it is needed; arguments as of :meth:`list`."""
        return pages(self._session, LIST, Project, limit=limit, query={"name": name})

    def get(self, project_id: str) -> Project:
        """Read a project (GET /orchestration/projects/{projectId})."""
        return fetch_record(self._session, GET, Project, _one(project_id))

    def create(self, *, name: str, owner: str, url: str, description: str | None = None) -> Project:
        """Add a project (POST /orchestration/projects). It is never sent twice.

        Args:
            name: its name, which no other project has.
            owner: the user who owns it.
            url: its repository's address.
            description: what it is for.

        Raises:
            Conflict: the name is taken.
        """
        body = {"name": word(name, "name"), "owner": word(owner, "owner"), "url": word(url, "url")}
        return fetch_record(self._session, CREATE, Project, json={**body, **changes(description=description)})

    def update(
        self,
        project_id: str,
        *,
        owner: str | None = None,
        url: str | None = None,
        description: str | None = None,
    ) -> Project:
        """Change what is given of a project (PUT .../projects/{projectId}). It is never sent twice.

        Raises:
            InputError: nothing to change was given.
        """
        body = changes(
            owner=None if owner is None else word(owner, "owner"),
            url=None if url is None else word(url, "url"),
            description=description,
        )
        if not body:
            raise InputError("Nothing to change was given.", "Pass owner, url or description.")
        return fetch_record(self._session, UPDATE, Project, _one(project_id), json=body)

    def delete(self, project_id: str) -> None:
        """Remove a project for good, with what is allowed on it (DELETE .../projects/{projectId}).

        Its repository stays. Nothing brings the project back. It is never sent twice.
        """
        self._session.fetch(DELETE, _one(project_id))

    def users(self, project_id: str) -> tuple[str, ...]:
        """Give the ids of the users who may work on a project (GET .../{projectId}/users)."""
        return fetch_record(self._session, LIST_USERS, _Allowed, _one(project_id)).users or ()

    def groups(self, project_id: str) -> tuple[str, ...]:
        """Give the ids of the groups that may work on a project (GET .../{projectId}/groups)."""
        return fetch_record(self._session, LIST_GROUPS, _Allowed, _one(project_id)).groups or ()

    def add_user(self, project_id: str, user_id: str) -> None:
        """Let a user work on a project (PUT .../{projectId}/users/{userId}). It is never sent twice.

        Raises:
            Conflict: the user may already.
        """
        self._session.fetch(ADD_USER, _user(project_id, user_id))

    def remove_user(self, project_id: str, user_id: str) -> None:
        """Let a user no longer work on a project (DELETE .../{projectId}/users/{userId}).

        It is never sent twice.
        """
        self._session.fetch(REMOVE_USER, _user(project_id, user_id))

    def add_group(self, project_id: str, group_id: str) -> None:
        """Let a group work on a project (PUT .../{projectId}/groups/{groupId}). It is never sent twice.

        Raises:
            Conflict: the group may already.
        """
        self._session.fetch(ADD_GROUP, _group(project_id, group_id))

    def remove_group(self, project_id: str, group_id: str) -> None:
        """Let a group no longer work on a project (DELETE .../{projectId}/groups/{groupId}).

        It is never sent twice.
        """
        self._session.fetch(REMOVE_GROUP, _group(project_id, group_id))


def _one(project_id: str) -> dict[str, str]:
    return {"projectId": identifier(project_id, "project")}


def _user(project_id: str, user_id: str) -> dict[str, str]:
    return {**_one(project_id), "userId": identifier(user_id, "user")}


def _group(project_id: str, group_id: str) -> dict[str, str]:
    return {**_one(project_id), "groupId": identifier(group_id, "group")}
