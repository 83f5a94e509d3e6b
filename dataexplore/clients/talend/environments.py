"""Environments: where plans and tasks live, such as development and production."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.finding import find
from dataexplore.clients.inputs import count, identifier, word
from dataexplore.clients.records import Record, Records, flag, integer, record, text
from dataexplore.clients.talend.fiql import Value, filtered
from dataexplore.clients.talend.listings import bare, changes
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from dataexplore.transport import Session

__all__ = ["Environment", "Environments"]

_ALL = "/orchestration/environments"
_ONE = f"{_ALL}/{{Id}}"
LIST = Operation("listEnvironments", "GET", _ALL, repeatable=True)
CREATE = Operation("createEnvironment", "POST", _ALL, repeatable=False)
UPDATE = Operation("updateEnvironment", "PUT", _ONE, repeatable=False)
DELETE = Operation("deleteEnvironment", "DELETE", _ONE, repeatable=False)


@record
class Environment(Record):
    """An environment.

    Attributes:
        default: whether it is the account's default one.
        max_cloud_containers: how many cloud engines its tasks may use at once.
    """

    id: str | None = text()
    name: str | None = text()
    description: str | None = text()
    default: bool | None = flag()
    max_cloud_containers: int | None = integer("maxCloudContainers")


class Environments:
    """The operations on environments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, query: str | None = None, **equal: Value) -> Records[Environment]:
        """List the environments (GET /orchestration/environments).

        Args:
            query: a filter in FIQL, such as ``name==Dev*;description==*team*``.
            equal: fields that have just this value: ``name="Production"``; they are quoted as needed.

        Raises:
            InputError: the query is no FIQL, or a value cannot be written in it; nothing was sent.
            Invalid: the service cannot filter by it.
        """
        return bare(self._session, LIST, Environment, query={"query": filtered(query, equal)})

    def find(self, name_or_id: str) -> Environment:
        """Find an environment by its id, else by its name, else by its name in other letter cases.

        Raises:
            InputError: none is meant, or several; the near ones are named.
        """
        return find(self.list, name_or_id, "environment")

    def create(
        self,
        *,
        name: str,
        workspace_name: str,
        description: str | None = None,
        max_cloud_containers: int | None = None,
        owner: str | None = None,
    ) -> Environment:
        """Add an environment with its first workspace (POST /orchestration/environments).

        It is never sent twice.

        Args:
            name: its name, which no other environment has.
            workspace_name: the name of its first workspace.
            description: what it is for.
            max_cloud_containers: how many cloud engines its tasks may use at once.
            owner: the user who owns the workspace.

        Raises:
            Conflict: the name is taken.
        """
        body = {
            "name": word(name, "name"),
            "workspaceName": word(workspace_name, "workspace_name"),
            **_changes(description, max_cloud_containers),
            **changes(owner=owner),
        }
        return fetch_record(self._session, CREATE, Environment, json=body)

    def update(
        self,
        environment_id: str,
        *,
        name: str,
        description: str | None = None,
        max_cloud_containers: int | None = None,
    ) -> None:
        """Change an environment's name, and what else is given (PUT /orchestration/environments/{Id}).

        It is never sent twice.

        Raises:
            Conflict: the name is taken.
        """
        body = {"name": word(name, "name"), **_changes(description, max_cloud_containers)}
        self._session.fetch(UPDATE, _one(environment_id), json=body)

    def delete(self, environment_id: str) -> None:
        """Remove an environment for good: its workspaces, plans, tasks, connections, resources and schedules.

        Nothing brings them back (DELETE /orchestration/environments/{Id}). It is never sent twice.

        Raises:
            Forbidden: promotions or engines still use it, which are named; or the account lacks the right.
            Invalid: likewise, by other services.
        """
        self._session.fetch(DELETE, _one(environment_id))


def _one(environment_id: str) -> dict[str, str]:
    return {"Id": identifier(environment_id, "environment")}


def _changes(description: str | None, containers: int | None) -> dict[str, str | int]:
    most = None if containers is None else count(containers, "max_cloud_containers")
    return changes(description=description, maxCloudContainers=most)
