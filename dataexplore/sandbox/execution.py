"""One execution: the statements of one request, run in order in a session of their own."""

from __future__ import annotations

import itertools
import re
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.sandbox.warehouse import Connection, Warehouse

__all__ = ["Change", "Column", "Execution", "Result", "Target"]

# One batch in memory for each running query: few enough bytes to bound, enough rows to be quick.
BATCH_VALUES = 2**18
BATCH_ROWS = 2**16
VECTOR_ROWS = 2048

# What reaches beyond the warehouse. The locked configuration refuses most of it again.
FORBIDDEN = ("ATTACH", "DETACH", "LOAD", "EXPORT", "COPY", "COPY_DATABASE", "EXTENSION")

# Statements without a result set of their own answer with one of these single columns.
STATUS_COLUMNS = (["Count"], ["Success"])
# What gives tables and columns their names or their values. Rows of literals do not, and may be long.
CHANGES = ("ALTER", "CREATE", "DROP", "EXECUTE", "INSERT", "MERGE_INTO", "MULTI", "PREPARE", "UPDATE")
LITERALS = re.compile(
    r"\s*INSERT\s[^()]*(\([^()]*\)\s*)?VALUES\b(?!.*\(\s*(SELECT|WITH|FROM)\b)", re.IGNORECASE | re.DOTALL
)
QUERIES = ("SELECT", "EXPLAIN", "CALL", "PRAGMA", "EXECUTE", "MULTI")

# Arrow has no form for these, or DuckDB's loses a part: they travel as the database's own text.
TEXT_ONLY = ("bit", "uhugeint", "time with time zone", "bignum", "variant", "union", "geometry")

UNREACHABLE = (
    "IO Error: Failed to connect to warehouse.example.internal (10.20.0.7) port 5439: "
    "Connection timed out. Is the server running and accepting TCP/IP connections?"
)

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Target:
    """Where the statements run: a connection, and the database and schema that names without one refer to."""

    connection: Connection
    database: str | None = None
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database names and types it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Result:
    """A result set: its columns, the Arrow form of them, and the rows as they are produced."""

    columns: tuple[Column, ...]
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that changed the warehouse for good, and where its names without one lead."""

    sql: str
    database: str
    schema: str


class Execution:
    """Runs the statements of one request; ``start`` and the batches block: call them in a worker thread."""

    def __init__(self, warehouse: Warehouse, target: Target, sql: str) -> None:
        self.number = next(_numbers)
        self.target = target
        self.sql = sql
        self.started_ns = time.time_ns()
        self._warehouse = warehouse
        self._cursor: Any = None
        self._interrupted = threading.Event()
        self._statements_left = 0
        self._place: tuple[str, str] | None = None
        self._in_transaction = False
        self._uncommitted: list[Change] = []
        self._committed: list[Change] = []

    def start(self) -> Result:
        """Run up to the first result set and give it; what follows runs when its last batch was taken."""
        with _database_errors():
            self._open()
            status: Result | None = None
            statements = self._parse()
            self._statements_left = len(statements)
            for index, statement in enumerate(statements):
                relation = self._run(statement)
                if relation is None:
                    self._note(statement)
                    continue
                if _kind(statement) in QUERIES or relation.columns not in STATUS_COLUMNS:
                    return self._result(relation, statements[index:])
                status = self._result(relation, [statement])
                # Read to its end: a session with an open result runs nothing else.
                status = replace(status, batches=iter(list(status.batches)))
        if status is None:
            raise Refusal.failed("Parser Error: there is no statement in this text")
        return status

    def interrupt(self) -> None:
        """Stop what runs and what would follow.

        Repeat it until the work is over: one that comes before a query has begun is lost.
        """
        self._interrupted.set()
        cursor = self._cursor
        if cursor is not None:
            with suppress(duckdb.ConnectionException):  # closed just now
                cursor.interrupt()

    def close(self) -> None:
        """End the session; an open transaction is rolled back."""
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            cursor.close()
        self._tell()

    def _open(self) -> None:
        self._refuse_when_interrupted()
        if not self.target.connection.reachable:
            raise Refusal.failed(UNREACHABLE)
        self._cursor = self._warehouse.cursor()
        parts = [self.target.database or "warehouse"] + ([self.target.schema] if self.target.schema else [])
        self._cursor.execute("USE " + ".".join(quote(part) for part in parts))
        if not self.target.connection.writable:
            self._cursor.execute("BEGIN TRANSACTION READ ONLY")

    def _parse(self) -> list[Any]:
        statements: list[Any] = self._cursor.extract_statements(self.sql)
        forbidden = FORBIDDEN if self.target.connection.writable else (*FORBIDDEN, "TRANSACTION")
        for statement in statements:
            kind = _kind(statement)
            if kind in forbidden:
                name = self.target.connection.name
                raise Refusal.failed(f'Permission Error: {kind} statements are disabled on "{name}"')
        return statements

    def _run(self, statement: Any) -> Any:
        self._refuse_when_interrupted()
        kind = _kind(statement)
        if kind in CHANGES and self._place is None:
            asked = "SELECT current_database(), current_schema()"
            self._place = self._cursor.execute(asked).fetchall()[0]
        elif kind == "SET":
            self._place = None
        try:
            return self._cursor.sql(statement)
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            if kind == "SELECT" and "\nLINE " not in str(error):
                # Only this way of asking tells the position; binding fails again before anything runs.
                self._cursor.execute(statement)
            raise

    def _note(self, statement: Any) -> None:
        """Keep what a statement changed, now that it has run to its end; tell it after the last one."""
        kind, sql = _kind(statement), statement.query
        if kind == "TRANSACTION":
            word = sql.split()[0].rstrip(";").upper()
            self._in_transaction = word in ("BEGIN", "START")
            if word in ("COMMIT", "END"):
                self._committed += self._uncommitted
            self._uncommitted = []
        elif kind in CHANGES and self._place and not LITERALS.match(sql):
            kept = self._uncommitted if self._in_transaction else self._committed
            kept.append(Change(sql, *self._place))
        self._statements_left -= 1
        if not self._statements_left:
            self._tell()

    def _tell(self) -> None:
        committed, self._committed = self._committed, []
        if committed and self.target.connection.writable:
            self._warehouse.on_change(committed)

    def _result(self, relation: Any, statements: list[Any]) -> Result:
        """Give the result of the first of these statements; the others run after its last batch."""
        columns = tuple(
            Column(name, str(type_).strip('"'))
            for name, type_ in zip(relation.columns, relation.types, strict=True)
        )
        if any(_is_text_only(type_) for type_ in relation.types):
            relation = relation.project(", ".join(_projections(relation)))
        rows = min(BATCH_ROWS, BATCH_VALUES // max(len(columns), 1)) // VECTOR_ROWS * VECTOR_ROWS
        reader = relation.to_arrow_reader(max(rows, VECTOR_ROWS))
        batches = self._batches(reader, statements)
        # Wait for the first batch: what fails before it can still be told in an error answer.
        head = list(itertools.islice(batches, 1))
        return Result(columns, reader.schema, itertools.chain(head, batches))

    def _batches(self, reader: pa.RecordBatchReader, statements: list[Any]) -> Iterator[pa.RecordBatch]:
        following = statements[1:]
        held: list[pa.RecordBatch] = []
        with _database_errors():
            for batch in reader:
                self._refuse_when_interrupted()
                # With statements to follow one batch stays behind, so that a small result, none of which has
                # left yet, can still turn into an error answer when one of them fails.
                held.append(batch)
                if len(held) > (1 if following else 0):
                    yield held.pop(0)
            self._note(statements[0])
            for statement in following:
                self._drain(self._run(statement))
                self._note(statement)
        yield from held

    def _drain(self, relation: Any) -> None:
        if relation is not None:
            for _ in relation.to_arrow_reader(VECTOR_ROWS):
                self._refuse_when_interrupted()

    def _refuse_when_interrupted(self) -> None:
        if self._interrupted.is_set():
            raise Refusal.failed("INTERRUPT Error: Interrupted!")


@contextmanager
def _database_errors() -> Iterator[None]:
    """Tell what the database says, in its own words."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise Refusal.failed(str(error)) from error


def quote(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def _kind(statement: Any) -> str:
    try:
        return str(statement.type.name)
    except ValueError:  # UPDATE EXTENSIONS has a type that the Python module does not know
        return "EXTENSION"


def _is_text_only(type_: Any) -> bool:
    if type_.id in TEXT_ONLY:
        return True
    if type_.id not in ("list", "array", "struct", "tuple", "map"):
        return False
    return any(_is_text_only(child) for _, child in type_.children if not isinstance(child, int))


def _projections(relation: Any) -> Iterator[str]:
    for number, (name, type_) in enumerate(zip(relation.columns, relation.types, strict=True), 1):
        value = f"CAST(#{number} AS VARCHAR)" if _is_text_only(type_) else f"#{number}"
        yield f"{value} AS {quote(name)}"
