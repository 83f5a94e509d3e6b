"""What ``ws.coginiti`` is: statements with typed parameters in, results out."""

from __future__ import annotations

import difflib
import time
from collections import ChainMap
from typing import TYPE_CHECKING, Any

from dataexplore.clients.coginiti import Asked, TestReport
from dataexplore.errors import InputError, Invalid, NotFound
from dataexplore.query.failure import explain
from dataexplore.query.parameters import Rendered, names, render
from dataexplore.query.results import Provenance, Result, keep
from dataexplore.query.sendable import sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataexplore.clients.coginiti import CoginitiClient, Execution
    from dataexplore.settings import ServiceSettings

__all__ = ["Coginiti"]


class Coginiti:
    """Runs SQL, scripts and blocks on one Coginiti server.

    ``client`` has the bare operations of the contract.
    """

    def __init__(self, client: CoginitiClient, settings: ServiceSettings) -> None:
        self.client = client
        self._settings = settings
        self._worked: set[str] = set()

    @property
    def connections(self) -> tuple[str, ...]:
        """The connections known here: the profile's own and those that worked. The service lists none."""
        default = {self._settings.connection} if self._settings.connection else set()
        return tuple(sorted(default | self._worked))

    def sql(
        self,
        sql: str,
        *,
        connection: str | None = None,
        database: str | None = None,
        schema: str | None = None,
        params: Mapping[str, Any] | None = None,
        limit: int | None = None,
        deadline_s: float | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        format: str = "arrow",  # noqa: A002 - the word a user looks for
        **more_params: Any,
    ) -> Result:
        """Run SQL and give its result.

        Values reach the SQL as typed literals of the connection's dialect, never as pasted text; with
        ``params = "server"`` in the profile they are sent beside it.

        Args:
            sql: one statement, with ``$name`` where a value goes.
            connection: a connection's name; without it the profile's.
            database: instead of the connection's own.
            schema: instead of the connection's own.
            params: values for the names; other keyword arguments are values too.
            limit: read so many rows, then close; the SQL is never rewritten.
            deadline_s: total seconds; without it as long as it takes.
            on_progress: called with rows and bytes so far.
            format: ``arrow``, ``json`` or ``csv``, the form to ask for.
            more_params: values for the names.

        Raises:
            InputError: a value is missing or cannot be made safe, before anything is sent.
            Invalid: the database refuses the statement.
            OutcomeUnknown: no answer; it may have run, and is not sent again.

        >>> import dataexplore
        >>> ws = dataexplore.connect("sandbox")
        >>> ws.coginiti.sql("select $n + 1 as answer", n=41).table.to_pylist()
        [{'answer': 42}]
        """
        values = ChainMap(more_params, params or {})  # type: ignore[arg-type]  # read only
        asked = _asked(format, limit, deadline_s, on_progress)
        target = self._target(connection)
        overrides = _given(database=database, schema=schema)
        rendered, sent = self._rendered(sql, values)
        started = time.monotonic()
        try:
            execution = self.client.exec_sql(
                rendered.sql, connection=target, params=sent, overrides=overrides, asked=asked
            )
        except Invalid as error:
            error.what, error.fix = "\n".join(explain(error.detail, rendered)), ""
            raise
        except NotFound as error:
            error.fix = self._near(target)
            raise
        literals = {**rendered.literals, **_texts(sent)}
        return self._result(
            execution, started, target, sql=rendered.sql, literals=literals, overrides=overrides
        )

    def script(
        self,
        path: str,
        *,
        connection: str | None = None,
        params: Mapping[str, Any] | None = None,
        limit: int | None = None,
        deadline_s: float | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        format: str = "arrow",  # noqa: A002 - the word a user looks for
    ) -> Result | TestReport:
        """Run a script of the catalog and give its first result set, or its report when it runs tests.

        Args:
            path: such as ``@Shared/Reports/Revenue by day``.
            connection: a connection's name; without it the profile's.
            params: values for its parameters; the service puts them in.
            limit: read so many rows, then close.
            deadline_s: total seconds.
            on_progress: called with rows and bytes so far.
            format: ``arrow``, ``json`` or ``csv``, the form to ask for.
        """
        target = self._target(connection)
        sent = {name: sendable(value) for name, value in (params or {}).items()}
        started = time.monotonic()
        answer = self.client.exec_script(
            path, connection=target, params=sent, asked=_asked(format, limit, deadline_s, on_progress)
        )
        if isinstance(answer, TestReport):
            return answer
        return self._result(answer, started, target, source=path, literals=_texts(sent))

    def block(
        self,
        package: str,
        name: str,
        *,
        connection: str | None = None,
        args: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        limit: int | None = None,
        deadline_s: float | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        format: str = "arrow",  # noqa: A002 - the word a user looks for
    ) -> Result | TestReport:
        """Run one CoginitiScript block and give its result set, or its report when it is a test.

        Args:
            package: the package's path in the catalog.
            name: the block's name.
            connection: a connection's name; without it the profile's.
            args: the block's arguments: scalars, lists or maps.
            params: values for the package's parameters.
            limit: read so many rows, then close.
            deadline_s: total seconds.
            on_progress: called with rows and bytes so far.
            format: ``arrow``, ``json`` or ``csv``, the form to ask for.
        """
        target = self._target(connection)
        given = {key: sendable(value) for key, value in (args or {}).items()}
        sent = {key: sendable(value) for key, value in (params or {}).items()}
        started = time.monotonic()
        answer = self.client.exec_block(
            package,
            name,
            connection=target,
            args=given,
            params=sent,
            asked=_asked(format, limit, deadline_s, on_progress),
        )
        if isinstance(answer, TestReport):
            return answer
        return self._result(
            answer, started, target, source=f"{package} {name}", literals=_texts(given | sent)
        )

    def _rendered(self, sql: str, values: Mapping[str, Any]) -> tuple[Rendered, dict[str, Any]]:
        """Give the text to send and the values to send beside it."""
        if self._settings.params == "client":
            return render(sql, values, self._settings.dialect), {}
        found = names(sql, self._settings.dialect)
        missing = [f"${name}" for name in found if name not in values]
        if missing:
            raise InputError(
                f"No value for {', '.join(missing)}.", "Pass one for each, as with -p NAME=VALUE."
            )
        return Rendered(sql, sql, {}, {}), {f"${name}": sendable(values[name]) for name in found}

    def _near(self, connection: str) -> str:
        """Say which connection was likely meant; the service itself lists none."""
        near = difflib.get_close_matches(connection, self.connections, n=1)
        if near:
            return f"Did you mean {near[0]}?"
        return f"Check the name; known here: {', '.join(self.connections) or 'none yet'}."

    def _target(self, connection: str | None) -> str:
        name = connection or self._settings.connection
        if not name:
            raise InputError(
                "No connection is named.",
                f"Pass one (-c NAME in a cell), or set connection of [{self._settings.profile}.coginiti].",
            )
        return name

    def _result(
        self,
        execution: Execution,
        started: float,
        connection: str,
        *,
        sql: str | None = None,
        source: str | None = None,
        literals: Mapping[str, str],
        overrides: Mapping[str, str] | None = None,
    ) -> Result:
        self._worked.add(connection)
        provenance = Provenance(
            sql=sql,
            source=source,
            literals=literals,
            profile=self._settings.profile,
            host=self.client.host,
            connection=connection,
            overrides=overrides or {},
            started_at=execution.started_at,
            seconds=time.monotonic() - started,
            bytes=execution.bytes,
            content_type=execution.content_type,
            request_id=execution.request_id,
            notes=execution.notes,
        )
        return keep(Result(execution.table, provenance, cut=execution.cut))


def _asked(
    wanted: str, limit: int | None, deadline_s: float | None, on_progress: Callable[[int, int], None] | None
) -> Asked:
    if wanted not in {"arrow", "json", "csv"}:
        raise InputError(f"There is no format {wanted!r}.", "Use arrow, json or csv.")
    if limit is not None and limit < 0:
        raise InputError(f"limit is {limit}.", "Use 0 or more rows.")
    if deadline_s is not None and not deadline_s > 0:  # not <=, which lets NaN pass
        raise InputError(f"deadline_s is {deadline_s:g}.", "Use more than 0 seconds.")
    return Asked(format=wanted, max_rows=limit, deadline_s=deadline_s, on_progress=on_progress)  # type: ignore[arg-type]


def _given(**options: str | None) -> dict[str, str]:
    return {name: value for name, value in options.items() if value}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name.removeprefix("$"): str(value) for name, value in values.items()}
