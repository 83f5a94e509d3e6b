"""Environments: what nodes are deployed to, and what runs refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.coalesce.listings import Listing, pages
from dataexplore.clients.coalesce.words import creator
from dataexplore.clients.finding import find
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, anything, flag, instant, record, text
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["Environment", "Environments"]

_ALL = "/api/v1/environments"
_ONE = f"{_ALL}/{{environmentID}}"
LIST = Operation("listEnvironments", "GET", _ALL, repeatable=True)
CREATE = Operation("createEnvironment", "POST", _ALL, repeatable=False)
GET = Operation("getEnvironment", "GET", _ONE, repeatable=True)
# Sent again after somebody else's change, it would undo that; a lost answer is the caller's to look into.
UPDATE = Operation("updateEnvironment", "PUT", _ONE, repeatable=False)
DELETE = Operation("deleteEnvironment", "DELETE", _ONE, repeatable=False)


@record
class Environment(Record):
    """An environment.

    Attributes:
        status: ``Waiting`` when nothing goes on in it, ``Refreshing``, ``Deploying``, ``Failed Refresh`` or
            another word.
        project: the id of its project.
        oauth_enabled: whether runs may use a connection of the environment's own.
        deployed_commit: what was deployed last.
        mappings: which database and schema each location stands for.
    """

    id: str | None = text()
    name: str | None = text()
    status: str | None = text()
    project: str | None = text()
    description: str | None = text()
    created_at: dt.datetime | None = instant("createdAt")
    created_by: str | None = creator("createdBy")
    updated_at: dt.datetime | None = instant("updatedAt")
    oauth_enabled: bool | None = flag("oauthEnabled")
    deployed_commit: str | None = text("deployedCommit", "currentGitCommit")
    mappings: Any = anything(None, "currentMappings", "mappings")
    parameters: Any = anything(None, "runTimeParameters")


class Environments:
    """The operations on environments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        detail: bool = False,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Records[Environment]:
        """List the environments (GET /api/v1/environments).

        Args:
            detail: ask for full records instead of summaries.
            limit: at most so many; None for all.
            order_by: a field, by the service's name.
            order_by_direction: ``asc`` or ``desc``.

        Raises:
            InputError: a limit or an order that is none.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(
            detail=detail, limit=limit, order_by=order_by, order_by_direction=order_by_direction
        )
        return Records(found, Environment)

    def iterate(
        self,
        *,
        detail: bool = False,
        limit: int | None = None,
        order_by: str = "id",
        order_by_direction: str = "asc",
    ) -> Iterator[Environment]:
        """Go through the environments, each page read when it is needed; arguments as of :meth:`list`."""
        return pages(
            self._session,
            LIST,
            Environment,
            Listing(limit, order_by, order_by_direction),
            query={"detail": "true" if detail else None},
        )

    def get(self, environment_id: str | int) -> Environment:
        """Read an environment (GET /api/v1/environments/{environmentID}).

        Raises:
            NotFound: there is none with this id.
        """
        return fetch_record(self._session, GET, Environment, _one(environment_id))

    def find(self, name_or_id: str | int) -> Environment:
        """Find an environment by its id, else by its name, else by its name in other letter cases.

        Raises:
            InputError: none is meant, or several; the near ones are named.
        """
        return find(self.list, name_or_id, "environment")

    def create(self, *, name: str, project: str | int | None = None) -> Environment:
        """Add an environment (POST /api/v1/environments). It is never sent twice.

        Args:
            name: its name.
            project: the id of its project.
        """
        return fetch_record(self._session, CREATE, Environment, json=_body(name, project))

    def update(
        self, environment_id: str | int, *, name: str, project: str | int | None = None
    ) -> Environment:
        """Replace an environment's name, and its project when one is given (PUT .../{environmentID}).

        What it deploys to and what is deployed stay as they are. It is never sent twice.
        """
        body = _body(name, project)
        return fetch_record(self._session, UPDATE, Environment, _one(environment_id), json=body)

    def delete(self, environment_id: str | int) -> None:
        """Remove an environment for good, with its deployed nodes and settings (DELETE .../{environmentID}).

        Nothing brings it back. It is never sent twice.
        """
        self._session.fetch(DELETE, _one(environment_id))


def _one(environment_id: str | int) -> dict[str, str]:
    return {"environmentID": identifier(environment_id, "environment")}


def _body(name: str, project: str | int | None) -> dict[str, str]:
    body = {"name": word(name, "name")}
    if project is not None:
        body["project"] = identifier(project, "project")
    return body
