"""Connections: how tasks reach databases and services; what is secret in them is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, flag, instant, parts, record, text
from dataexplore.clients.talend.listings import changes, optional, pages
from dataexplore.errors import InputError
from dataexplore.secret import Secret
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["Connection", "ConnectionParameter", "Connections", "Parameter"]

Parameter = str | int | bool | Secret | None

_ALL = "/orchestration/connections"
_ONE = f"{_ALL}/{{connectionId}}"
LIST = Operation("listConnections", "GET", _ALL, repeatable=True)
CREATE = Operation("createConnection", "POST", _ALL, repeatable=False)
GET = Operation("getConnection", "GET", _ONE, repeatable=True)
UPDATE = Operation("updateConnection", "PUT", _ONE, repeatable=False)
DELETE = Operation("deleteConnection", "DELETE", _ONE, repeatable=False)


@record
class ConnectionParameter(Record):
    """A parameter of a connection.

    Attributes:
        value: its value; None of an encrypted one, even when the service tells it.
    """

    name: str | None = text()
    value: str | None = text()
    encrypted: bool | None = flag()


@record
class Connection(Record):
    """A connection.

    Attributes:
        app: the application that it leads to.
        parameters: name and value of each; of an encrypted one the value is left out, in ``raw`` as well.
        workspace: the name of its workspace.
        environment: the name of its environment.
    """

    id: str | None = text()
    name: str | None = text()
    app: str | None = text()
    workspace: str | None = text("workspace.name")
    environment: str | None = text("workspace.environment.name")
    created_at: dt.datetime | None = instant("createDate")
    updated_at: dt.datetime | None = instant("updateDate")
    parameters: Records[ConnectionParameter] | None = parts(ConnectionParameter)
    workspace_id: str | None = text("workspace.id")
    environment_id: str | None = text("workspace.environment.id")

    @classmethod
    def read(cls, raw: Any) -> Self:
        """Read a service's object; what an encrypted parameter holds goes no further than this."""
        # A class with slots is made anew by dataclass: the bare super() would look for the first one.
        return super(Connection, cls).read(_without_secrets(raw))  # noqa: UP008


class Connections:
    """The operations on connections."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        name: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
    ) -> Records[Connection]:
        """List the connections (GET /orchestration/connections).

        Args:
            name: filters on the name, as the service does it.
            environment_id: only of this environment; beyond the vendor's own list of operations.
            workspace_id: only of this workspace; likewise.
            limit: at most so many; None for all.

        Raises:
            InputError: a limit that is none.
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(name=name, environment_id=environment_id, workspace_id=workspace_id, limit=limit)
        return Records(found, Connection)

    def iterate(
        self,
        *,
        name: str | None = None,
        environment_id: str | None = None,
        workspace_id: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Connection]:
        """Go through the connections, each page read when it is needed; arguments as of :meth:`list`."""
        query = {
            "name": name,
            "environmentId": optional(environment_id, "environment"),
            "workspaceId": optional(workspace_id, "workspace"),
        }
        return pages(self._session, LIST, Connection, limit=limit, query=query)

    def get(self, connection_id: str) -> Connection:
        """Read a connection (GET /orchestration/connections/{connectionId})."""
        return fetch_record(self._session, GET, Connection, _one(connection_id))

    def create(
        self, *, name: str, workspace_id: str, app: str, parameters: Mapping[str, Parameter]
    ) -> Connection:
        """Add a connection (POST /orchestration/connections). It is never sent twice.

        Args:
            name: its name, which no other connection of the workspace has.
            workspace_id: its workspace.
            app: the application that it leads to.
            parameters: value by name; a :class:`Secret` is stored encrypted, and no text shows it.

        Raises:
            Conflict: the name is taken.
        """
        body = {
            "name": word(name, "name"),
            "workspaceId": identifier(workspace_id, "workspace"),
            "app": word(app, "app"),
            "parameters": _written(parameters),
        }
        return fetch_record(self._session, CREATE, Connection, json=body)

    def update(
        self,
        connection_id: str,
        *,
        name: str | None = None,
        parameters: Mapping[str, Parameter] | None = None,
    ) -> Connection:
        """Change a connection's name, its parameters or both (PUT .../connections/{connectionId}).

        Tasks use the new values from their next run on. It is never sent twice.

        Raises:
            InputError: nothing to change was given.
            Conflict: the name is taken.
        """
        body = changes(
            name=None if name is None else word(name, "name"),
            parameters=None if parameters is None else _written(parameters),
        )
        if not body:
            raise InputError("Nothing to change was given.", "Pass name, parameters or both.")
        return fetch_record(self._session, UPDATE, Connection, _one(connection_id), json=body)

    def delete(self, connection_id: str) -> None:
        """Remove a connection for good, its stored secrets too (DELETE .../connections/{connectionId}).

        Nothing brings it back. It is never sent twice.

        Raises:
            Conflict: tasks still use it.
        """
        self._session.fetch(DELETE, _one(connection_id))


def _one(connection_id: str) -> dict[str, str]:
    return {"connectionId": identifier(connection_id, "connection")}


def _written(parameters: Mapping[str, Parameter]) -> list[dict[str, Any]]:
    if not isinstance(parameters, Mapping):
        raise InputError("The parameters are no values by name.", 'Pass a dict, such as {"host": "db"}.')
    return [_parameter(word(name, "name of a parameter"), value) for name, value in parameters.items()]


def _parameter(name: str, value: Parameter) -> dict[str, Any]:
    if isinstance(value, Secret):
        return {"name": name, "value": value, "encrypted": True}
    if value is None:
        return {"name": name}
    if isinstance(value, bool):
        return {"name": name, "value": "true" if value else "false"}
    if isinstance(value, (str, int)):
        return {"name": name, "value": str(value)}
    raise InputError(
        f"The parameter {name!r} is a {type(value).__name__}.", "Pass a text, a number, a bool or a Secret."
    )


def _without_secrets(raw: Any) -> Any:
    told = raw.get("parameters") if isinstance(raw, Mapping) else None
    if not isinstance(told, list):
        return raw
    return {**raw, "parameters": [_shown(each) if isinstance(each, Mapping) else each for each in told]}


def _shown(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    encrypted = parameter.get("encrypted")
    if encrypted is None or encrypted is False or encrypted == "false":
        return parameter
    return {name: value for name, value in parameter.items() if name != "value"}
