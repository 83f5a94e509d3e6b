"""The Execution API: SQL text, scripts and blocks, answered as Arrow, JSON or CSV, or as a test report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from dataexplore.arrow.stream import read_table
from dataexplore.clients.coginiti.reports import TestReport
from dataexplore.errors import InputError, Malformed, Truncated
from dataexplore.transport import Operation, parse_json
from dataexplore.transport.operations import catalog_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from dataexplore.settings import Limits
    from dataexplore.transport import Answer, Session

__all__ = ["Asked", "CoginitiClient", "Execution"]

EXEC_SQL = Operation("execSql", "POST", "/api/v1/exec/sql", repeatable=False, deadline_s=None)
EXEC_SCRIPT = Operation("execScript", "POST", "/api/v1/exec/script", repeatable=False, deadline_s=None)
EXEC_BLOCK = Operation("execBlock", "POST", "/api/v1/exec/block", repeatable=False, deadline_s=None)

ARROW = "application/vnd.apache.arrow.stream"
_ACCEPT = {"arrow": ARROW, "json": "application/json", "csv": "text/csv"}
_STARTED_AT = "x-coginiti-execution-started-at"


@dataclass(frozen=True, slots=True)
class Asked:
    """How an answer is wanted.

    Attributes:
        format: what Accept asks for; an answer in another of the three is read all the same.
        max_rows: read so many rows, then close; the statement itself is never changed.
        deadline_s: total seconds; None waits as long as it takes.
        types: Arrow types of a CSV answer's columns, by name; the others stay text.
        on_progress: called with rows and bytes so far, about ten times a second and after each batch.
    """

    format: Literal["arrow", "json", "csv"] = "arrow"
    max_rows: int | None = None
    deadline_s: float | None = None
    types: Mapping[str, pa.DataType] = field(default_factory=dict)
    on_progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """One result set as it came.

    Attributes:
        table: its rows.
        bytes: bytes received.
        cut: rows were left unread because ``max_rows`` was reached.
        content_type: what the service really sent.
        started_at: the service's own start time, as it wrote it (ISO 8601, nanoseconds); None without one.
        request_id: the service's id of the request; None without one.
        notes: what decoding had to decide, in sentences.
    """

    table: pa.Table
    bytes: int
    cut: bool
    content_type: str
    started_at: str | None
    request_id: str | None
    notes: tuple[str, ...] = ()


class CoginitiClient:
    """The operations of a Coginiti server, one method each. None of them is ever sent twice."""

    def __init__(self, session: Session, limits: Limits) -> None:
        self._session = session
        self._limits = limits

    @property
    def host(self) -> str:
        """Host and port of the server."""
        return self._session.host

    def exec_sql(
        self,
        sql: str,
        *,
        connection: str,
        params: Mapping[str, Any] | None = None,
        overrides: Mapping[str, str] | None = None,
        asked: Asked | None = None,
    ) -> Execution:
        """Run SQL text on a connection and give its first result set (execSql).

        Args:
            sql: the statement, in the connection's own dialect.
            connection: a connection's name.
            params: values the server puts in for ``$name``; the keys have the ``$``.
            overrides: ``database`` and ``schema`` to use instead of the connection's own.
            asked: how the answer is wanted.

        Raises:
            Invalid: the database refuses the statement; ``detail`` has its text.
            NotFound: there is no such connection.
            OutcomeUnknown: no answer; the statement may have run.
            AnswerError: the answer cannot be trusted; nothing of it is used.
        """
        if not sql.strip():
            raise InputError("There is no SQL to run.", "Write a statement.")
        target: dict[str, Any] = {"name": connection}
        if overrides:
            target["overrides"] = dict(overrides)
        body: dict[str, Any] = {"sql": sql, "connection": target}
        if params:
            body["params"] = dict(params)
        answer = self._run(EXEC_SQL, body, asked or Asked())
        if isinstance(answer, TestReport):
            raise Malformed("The answer to a statement is a test report.", "Ask whoever runs the service.")
        return answer

    def exec_script(
        self,
        path: str,
        *,
        connection: str,
        params: Mapping[str, Any] | None = None,
        asked: Asked | None = None,
    ) -> Execution | TestReport:
        """Run a catalog script (execScript): its first result set, or its report when it runs tests.

        Args:
            path: ``@Personal/...``, ``@Shared/...`` or ``@Project Hub/project/...``.
            connection: a connection's name.
            params: values for the script's parameters.
            asked: how the answer is wanted.
        """
        body: dict[str, Any] = {"path": catalog_path(path), "connection": {"name": connection}}
        if params:
            body["params"] = dict(params)
        return self._run(EXEC_SCRIPT, body, asked or Asked())

    def exec_block(
        self,
        package: str,
        block_name: str,
        *,
        connection: str,
        args: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        asked: Asked | None = None,
    ) -> Execution | TestReport:
        """Run one CoginitiScript block (execBlock): its result set, or its report when it is a test.

        Args:
            package: the package's catalog path.
            block_name: the block.
            connection: a connection's name.
            args: the block's arguments: scalars, lists or maps.
            params: values for the package's parameters.
            asked: how the answer is wanted.
        """
        body: dict[str, Any] = {
            "package": catalog_path(package),
            "block_name": block_name,
            "connection": {"name": connection},
        }
        if args:
            body["args"] = dict(args)
        if params:
            body["params"] = dict(params)
        return self._run(EXEC_BLOCK, body, asked or Asked())

    def _run(self, operation: Operation, body: Mapping[str, Any], asked: Asked) -> Execution | TestReport:
        progress = _Progress(asked.on_progress)
        with (
            self._session.naming(operation),
            self._session.open(
                operation,
                json=body,
                headers={"Accept": _ACCEPT[asked.format]},
                deadline_s=asked.deadline_s,
                on_wait=progress.waiting,
            ) as answer,
        ):
            match answer.content_type:
                case "application/vnd.apache.arrow.stream":
                    return self._from_arrow(answer, asked, progress)
                case "text/csv":
                    return self._from_csv(answer, asked)
                case _:
                    return self._from_json(answer, asked)

    def _from_arrow(self, answer: Answer, asked: Asked, progress: _Progress) -> Execution:
        read = read_table(answer, self._limits, max_rows=asked.max_rows, on_batch=progress.arrived)
        return _execution(answer, read.table, cut=read.cut)

    def _from_csv(self, answer: Answer, asked: Asked) -> Execution:
        from dataexplore.arrow.delimited import table_from_csv  # noqa: PLC0415 - rarely needed

        body = answer.read(self._limits.max_bytes)
        if self._limits.end_marker_required and not answer.framed:
            # Arrow and JSON have an end of their own; CSV that stops early is only a shorter table.
            raise Truncated(
                "The CSV answer came without a length, so nobody can tell whether it is whole.",
                "Ask for arrow or json, or set end_marker_required = false under [limits] of the profile.",
            )
        table = table_from_csv(body, self._limits, asked.types)
        return _execution(answer, table.slice(0, asked.max_rows), cut=_over(table, asked.max_rows))

    def _from_json(self, answer: Answer, asked: Asked) -> Execution | TestReport:
        from dataexplore.arrow.rows import table_from_rows  # noqa: PLC0415 - rarely needed

        body = answer.read(self._limits.max_bytes)
        match parse_json(body, answer.content_type, exact=True):
            case {"tests": [*_]} as report:
                return TestReport(report)
            case {"result": {"columns": [*columns], "data": [*data]}}:
                rows = table_from_rows(columns, data, self._limits)
            case _:
                raise Malformed(
                    "The answer is JSON, but neither a result set nor a test report.",
                    "Check the address: something else may have answered.",
                )
        cut = _over(rows.table, asked.max_rows)
        return _execution(answer, rows.table.slice(0, asked.max_rows), cut=cut, notes=rows.notes)


class _Progress:
    """Joins what is counted (after a batch) and the ticks of a silent wait into one call of the listener."""

    def __init__(self, listener: Callable[[int, int], None] | None) -> None:
        self._listener = listener
        self._so_far = (0, 0)

    def arrived(self, rows: int, size: int) -> None:
        self._so_far = (rows, size)
        self.waiting()

    def waiting(self) -> None:
        if self._listener is not None:
            self._listener(*self._so_far)


def _over(table: pa.Table, max_rows: int | None) -> bool:
    return max_rows is not None and table.num_rows > max_rows


def _execution(answer: Answer, table: pa.Table, *, cut: bool, notes: tuple[str, ...] = ()) -> Execution:
    return Execution(
        table=table,
        bytes=answer.wire_bytes,
        cut=cut,
        content_type=answer.content_type,
        started_at=answer.headers.get(_STARTED_AT),
        request_id=answer.request_id,
        notes=notes,
    )
