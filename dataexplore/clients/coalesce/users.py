"""Members of the organisation and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.coalesce.listings import Listing, pages
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, record, text
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["User", "UserRole", "Users"]

_ORG = "/api/v1/users/{userID}/roles/org"
_PROJECT = "/api/v1/users/{userID}/roles/project/{projectID}"
_ENVIRONMENT = "/api/v1/users/{userID}/roles/environment/{environmentID}"
LIST = Operation("listUsers", "GET", "/api/v1/users", repeatable=True)
SET_ORG_ROLE = Operation("setUserOrgRole", "PUT", _ORG, repeatable=False)
DELETE_ORG_ROLE = Operation("deleteUserOrgRole", "DELETE", _ORG, repeatable=False)
SET_PROJECT_ROLE = Operation("setUserProjectRole", "PUT", _PROJECT, repeatable=False)
DELETE_PROJECT_ROLE = Operation("deleteUserProjectRole", "DELETE", _PROJECT, repeatable=False)
SET_ENVIRONMENT_ROLE = Operation("setUserEnvironmentRole", "PUT", _ENVIRONMENT, repeatable=False)
DELETE_ENVIRONMENT_ROLE = Operation("deleteUserEnvironmentRole", "DELETE", _ENVIRONMENT, repeatable=False)


@record
class User(Record):
    """A member of the organisation.

    Attributes:
        org_role: the role in the whole organisation; those in projects and environments are not listed.
    """

    id: str | None = text("id", "userID")
    name: str | None = text()
    email: str | None = text()
    org_role: str | None = text("orgRole")


@record
class UserRole(Record):
    """A role that was given.

    Attributes:
        scope: where it holds: ``org``, ``project`` or ``environment``.
    """

    user_id: str | None = text("userID")
    role: str | None = text()
    scope: str | None = text()


class Users:
    """The operations on members and roles.

    Roles decide what people may see and do. A change holds at once and is never sent twice; ``role`` is a
    word of the service, such as ``viewer``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self, *, limit: int | None = None, order_by: str = "id", order_by_direction: str = "asc"
    ) -> Records[User]:
        """List the members (GET /api/v1/users).

        Args:
            limit: at most so many; None for all.
            order_by: a field, by the service's name.
            order_by_direction: ``asc`` or ``desc``.

        Raises:
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(limit=limit, order_by=order_by, order_by_direction=order_by_direction)
        return Records(found, User)

    def iterate(
        self, *, limit: int | None = None, order_by: str = "id", order_by_direction: str = "asc"
    ) -> Iterator[User]:
        """Go through the members, each page read when it is needed; arguments as of :meth:`list`."""
        listing = Listing(limit, order_by, order_by_direction)
        return pages(self._session, LIST, User, listing, keys=("id", "userID"))

    def set_org_role(self, user_id: str | int, role: str) -> UserRole:
        """Give a member this role in the organisation, instead of the one before (PUT .../roles/org)."""
        return self._set(SET_ORG_ROLE, _user(user_id), role)

    def delete_org_role(self, user_id: str | int) -> None:
        """Take a member's role in the organisation away, and maybe all access (DELETE .../roles/org)."""
        self._session.fetch(DELETE_ORG_ROLE, _user(user_id))

    def set_project_role(self, user_id: str | int, project_id: str | int, role: str) -> UserRole:
        """Give a member this role in a project, instead of another (PUT .../roles/project/{projectID})."""
        return self._set(SET_PROJECT_ROLE, _in_project(user_id, project_id), role)

    def delete_project_role(self, user_id: str | int, project_id: str | int) -> None:
        """Take a member's role in a project away (DELETE .../roles/project/{projectID})."""
        self._session.fetch(DELETE_PROJECT_ROLE, _in_project(user_id, project_id))

    def set_environment_role(self, user_id: str | int, environment_id: str | int, role: str) -> UserRole:
        """Give a member this role in an environment, instead of the one before.

        (PUT /api/v1/users/{userID}/roles/environment/{environmentID})
        """
        return self._set(SET_ENVIRONMENT_ROLE, _in_environment(user_id, environment_id), role)

    def delete_environment_role(self, user_id: str | int, environment_id: str | int) -> None:
        """Take a member's role in an environment away (DELETE .../roles/environment/{environmentID})."""
        self._session.fetch(DELETE_ENVIRONMENT_ROLE, _in_environment(user_id, environment_id))

    def _set(self, operation: Operation, names: dict[str, str], role: str) -> UserRole:
        return fetch_record(self._session, operation, UserRole, names, json={"role": word(role, "role")})


def _user(user_id: str | int) -> dict[str, str]:
    return {"userID": identifier(user_id, "user")}


def _in_project(user_id: str | int, project_id: str | int) -> dict[str, str]:
    return {**_user(user_id), "projectID": identifier(project_id, "project")}


def _in_environment(user_id: str | int, environment_id: str | int) -> dict[str, str]:
    return {**_user(user_id), "environmentID": identifier(environment_id, "environment")}
