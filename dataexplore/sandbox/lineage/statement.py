"""What a statement that ran did to the lineage."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from dataexplore.sandbox import tokens
from dataexplore.sandbox.lineage.graph import Table, see_through
from dataexplore.sandbox.lineage.names import TEMPORARY, Names
from dataexplore.sandbox.lineage.query import Reading, is_unnamed, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dataexplore.sandbox.lineage.graph import Field, Graph, Path

__all__ = ["Session"]

PREPARE = re.compile(r"\s*PREPARE\s+(\w+)\s+AS\s+(.*)", re.IGNORECASE | re.DOTALL)
EXECUTE = re.compile(r"\s*EXECUTE\s+(\w+)", re.IGNORECASE)
# Without the word COLUMN sqlglot does not take it apart.
DROPPED = re.compile(r'DROP\s+(?:IF\s+EXISTS\s+)?("(?:[^"]|"")+"|\w+)', re.IGNORECASE)
TARGET = ("into", "table", "view", "update")

# It would tell about each statement that it cannot read; those are dealt with here.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


class Session:
    """Applies the statements of one session to the graph, in the order they ran.

    ``found`` gives the columns that the database has for a table now, None when it has none.
    """

    def __init__(self, graph: Graph, found: Callable[[Path], tuple[str, ...] | None]) -> None:
        self._graph = graph
        self._found = found
        # Temporary tables end with the session: what is made of them is made of what they were made of.
        self._temporary: dict[Path, Table] = {}
        self._prepared: dict[str, str] = {}
        self._names = Names(self._columns_of, "warehouse", "main")

    def apply(self, sql: str, database: str, schema: str) -> None:
        """Apply one statement; of one that cannot be read, at least the tables it names are kept."""
        self._names = Names(self._columns_of, database, schema)
        if prepared := PREPARE.match(sql):
            self._prepared[prepared[1].lower()] = prepared[2]
            return
        if executed := EXECUTE.match(sql):
            sql = self._prepared.get(executed[1].lower(), "")
        try:
            # Not parse_one: a comment after the semicolon makes it a block of two.
            self._apply(sqlglot.parse(sql, read="duckdb")[0])
        except Exception:  # noqa: BLE001 - sqlglot raises all kinds of errors on what it does not know
            self._scan(sql)

    def _apply(self, statement: exp.Expr | None) -> None:
        match statement:
            case exp.Create(kind="TABLE" | "VIEW"):
                self._create(statement)
            case exp.Insert():
                self._insert(statement)
            case exp.Update():
                self._update(statement)
            case exp.Merge():
                self._merge(statement)
            case exp.Drop():
                self._drop(statement)
            case exp.Alter():
                self._alter(statement)
            case exp.Command():
                raise _Unreadable

    def _create(self, create: exp.Create) -> None:
        defined = create.this.expressions if isinstance(create.this, exp.Schema) else []
        table = create.this.this if isinstance(create.this, exp.Schema) else create.this
        path = self._names.place(table, temporary=create.find(exp.TemporaryProperty) is not None)
        if create.args.get("exists") and (path in self._temporary or self._graph.columns_of(path)):
            return
        if create.expression is None:
            self._put(path, _defined(path, defined))
            return
        (query,) = _queries(create.expression)
        reading = self._read(query, create)
        names = tuple(column.name.lower() for column in defined) or self._named(path, reading)
        # A table made anew from itself keeps what it was made of.
        self._put(path, see_through(_made(names, reading), {path: self._known(path)}))

    def _insert(self, insert: exp.Insert) -> None:
        named = isinstance(insert.this, exp.Schema)
        path = self._path(insert.this.this if named else insert.this)
        columns = self._columns_of(path) or ()
        if named:
            columns = tuple(column.name.lower() for column in insert.this.expressions)
        for query in _queries(insert.expression):
            reading = self._read(query, insert)
            by_name = tuple(name for name, _ in reading.columns)
            self._add(path, _made(by_name if insert.args.get("by_name") else columns, reading))

    def _update(self, update: exp.Update) -> None:
        origin = update.args.get("from_")
        sources = [update.this.copy(), *([origin.this.copy()] if origin else [])]
        self._set(update, update.expressions, sources, update.args.get("where"))

    def _merge(self, merge: exp.Merge) -> None:
        using = merge.args["using"]
        sources = [merge.this.copy(), using.copy()]
        for when in merge.args["whens"].expressions:
            then = when.args["then"]
            if isinstance(then, exp.Update | exp.Insert):
                self._set(merge, list(self._assigned(merge, then)), sources, merge.args.get("on"))

    def _assigned(self, merge: exp.Merge, then: exp.Expr) -> Iterator[exp.Expr]:
        """Give the assignments of one branch of a MERGE; without a list every column is set by name."""
        values = then.args.get("expression")
        if isinstance(then, exp.Insert) and isinstance(values, exp.Tuple):
            into = then.this.expressions if isinstance(then.this, exp.Tuple) else None
            names = [one.name for one in into] if into else self._columns_of(self._path(merge.this)) or ()
            for name, value in zip(names, values.expressions, strict=False):
                yield exp.EQ(this=exp.column(name, quoted=True), expression=value)
        elif isinstance(then, exp.Update) and any(isinstance(one, exp.EQ) for one in then.expressions or ()):
            yield from then.expressions
        else:
            origin = merge.args["using"].alias_or_name
            for name in self._columns_of(self._path(merge.this)) or ():
                yield exp.EQ(this=exp.column(name, quoted=True), expression=exp.column(name, origin))

    def _set(
        self, statement: exp.Expr, assigned: Sequence[exp.Expr], sources: Sequence[exp.Expr], where: object
    ) -> None:
        """Read assignments as a query over the tables they may name."""
        pairs = [(one.this, one.expression.copy()) for one in assigned if isinstance(one, exp.EQ)]
        columns = tuple(column.name.lower() for column, _ in pairs if isinstance(column, exp.Column))
        if len(columns) < len(pairs):
            raise _Unreadable
        query = exp.select(*(exp.alias_(value, f"c{n}") for n, (_, value) in enumerate(pairs)))
        query = query.from_(sources[0])
        for source in sources[1:]:
            query = query.join(source, join_type="cross")
        if isinstance(where, exp.Expr):
            query = query.where((where.this if isinstance(where, exp.Where) else where).copy())
        self._add(self._path(statement.this), _made(columns, self._read(query, statement)))

    def _drop(self, drop: exp.Drop) -> None:
        for table in drop.args.get("tables") or ():
            if drop.kind == "SCHEMA":
                for path in [one for one in self._graph.tables if one[1] == table.db.lower()]:
                    self._graph.drop(path)
            elif drop.kind in ("TABLE", "VIEW"):
                path = self._path(table)
                if self._temporary.pop(path, None) is None:
                    self._graph.drop(path)

    def _alter(self, alter: exp.Alter) -> None:
        path = self._path(alter.this)
        for action in alter.args["actions"]:
            name = action.this.name.lower() if isinstance(action.this, exp.Expr) else ""
            match action:
                case exp.AlterRename():
                    # Without the word COLUMN a column's new name comes as an option.
                    column = next((option.this for option in alter.args.get("options") or ()), None)
                    if column is None:
                        self._graph.rename(path, name)
                    else:
                        self._graph.rename_column(path, name, column.name.lower())
                case exp.RenameColumn():
                    self._graph.rename_column(path, name, action.args["to"].name.lower())
                case exp.ColumnDef():
                    self._recolumn(path, added=name)
                case exp.Drop():
                    self._recolumn(path, dropped=action.args["tables"][0].name.lower())
                case exp.AlterColumn() if action.args.get("using"):
                    value = exp.EQ(this=exp.column(name), expression=action.args["using"])
                    self._set(exp.Update(this=alter.this), [value], [alter.this.copy()], None)
                case exp.Command() if dropped := DROPPED.match(action.sql("duckdb")):
                    self._recolumn(path, dropped=dropped[1].strip('"').replace('""', '"').lower())
                case exp.Command():
                    raise _Unreadable

    def _recolumn(self, path: Path, *, added: str = "", dropped: str = "") -> None:
        table = self._known(path)
        if added in (table.columns or ()):
            return  # ADD COLUMN IF NOT EXISTS
        columns = tuple(column for column in table.columns or () if column != dropped)
        sources = {column: of for column, of in table.sources.items() if column != added}
        self._put(path, replace(table, columns=(*columns, added) if added else columns, sources=sources))

    def _scan(self, sql: str) -> None:
        """Keep the tables that a statement names: the first is what it fills, the others what it reads."""
        named = list(_named_tables(sql))
        start = next((n for n, parts in enumerate(named) if parts[0] in TARGET), len(named))
        paths = [self._names.path(_table(parts)) for parts in named]
        # What was just made is in the database and not yet in the graph.
        made = (path for path in paths[start:] if path and (self._columns_of(path) or self._found(path)))
        target = next(made, None)
        if target is None:
            return
        reads = frozenset(path for path in paths if path and self._columns_of(path) is not None)
        columns = self._found(target) or self._columns_of(target)
        if ("create",) in named[:1]:
            self._put(target, Table(columns, reads=reads))
        else:
            self._put(target, replace(self._known(target), columns=columns))
            self._add(target, Table(columns, reads=reads))

    def _read(self, query: exp.Expr, statement: exp.Expr) -> Reading:
        """Read a query together with what stands in front of the statement around it."""
        query = query.copy()
        with_ = statement.args.get("with_")
        if with_ is not None:
            inner = query.args.get("with_")
            query.set("with_", with_.copy())
            for cte in inner.expressions if inner else ():
                query.args["with_"].append("expressions", cte)
        return read(query, self._names)

    def _named(self, path: Path, reading: Reading) -> tuple[str, ...]:
        """Name the columns as the database does: an expression without a name gets one of its own there."""
        own = tuple(name for name, _ in reading.columns)
        found = self._found(path) or ()
        agree = all(is_unnamed(ours) or ours == theirs for ours, theirs in zip(own, found, strict=False))
        return found if agree and len(found) == len(own) else own

    def _path(self, table: exp.Table) -> Path:
        path = self._names.path(table)
        if path is None:
            raise _Unreadable
        return path

    def _columns_of(self, path: Path) -> tuple[str, ...] | None:
        table = self._temporary.get(path) or self._graph.tables.get(path)
        return table.columns if table else self._found(path)

    def _known(self, path: Path) -> Table:
        return self._temporary.get(path) or self._graph.tables.get(path) or Table(self._found(path))

    def _put(self, path: Path, table: Table) -> None:
        table = see_through(table, self._temporary)
        if path[: len(TEMPORARY)] == TEMPORARY:
            self._temporary[path] = table
        else:
            self._graph.put(path, table)

    def _add(self, path: Path, more: Table) -> None:
        """Add what an INSERT, UPDATE or MERGE brings to what the table was made of before."""
        table = self._known(path)
        sources = dict(table.sources)
        for column, fields in more.sources.items():
            sources[column] = sources.get(column, frozenset()) | fields
        self._put(
            path,
            Table(table.columns, sources, table.reads | more.reads, table.conditions | more.conditions),
        )


class _Unreadable(Exception):  # noqa: N818 - says what the statement is to us
    """A statement that is understood in parts only."""


def _queries(source: exp.Expr | None) -> list[exp.Expr]:
    """Give what an INSERT or a CREATE takes its rows from: a query, or each literal row with one in it."""
    if isinstance(source, exp.Values):
        return [exp.select(*row.expressions) for row in source.expressions if row.find(exp.Query)]
    if not isinstance(source, exp.Query):
        raise _Unreadable
    if any(pivot.arg_key != "pivots" for pivot in source.find_all(exp.Pivot)):
        raise _Unreadable  # PIVOT as a statement of its own
    return [source]


def _table(parts: Sequence[str]) -> exp.Table:
    names = (exp.to_identifier(part, quoted=True) for part in reversed(parts))
    return exp.Table(**dict(zip(("this", "db", "catalog"), names, strict=False)))


def _made(names: Sequence[str], reading: Reading) -> Table:
    sources: dict[str, frozenset[Field]] = {}
    for name, (_, fields) in zip(names, reading.columns, strict=False):
        sources[name] = sources.get(name, frozenset()) | fields
    return Table(tuple(names), sources, reading.tables, reading.conditions)


def _defined(path: Path, columns: Sequence[exp.Expr]) -> Table:
    """Read a table's own definition: a generated column is made of others of the same table."""
    names = tuple(column.name.lower() for column in columns if isinstance(column, exp.ColumnDef))
    sources = {
        column.name.lower(): frozenset((*path, one.name.lower()) for one in rule.find_all(exp.Column))
        for column in columns
        for rule in column.find_all(exp.ComputedColumnConstraint, exp.GeneratedAsIdentityColumnConstraint)
    }
    return Table(names, sources)


def _named_tables(sql: str) -> Iterator[tuple[str, ...]]:
    """Give every name and word of a statement with its dotted parts, strings and comments left out."""
    parts: list[str] = []
    dotted = False
    for token in tokens.split(sql):
        word = token.text
        if token.kind == "name" or (token.kind == "code" and (word[0].isalpha() or word[0] == "_")):
            if parts and not dotted:
                yield tuple(parts)
                parts = []
            parts.append((word[1:-1].replace('""', '"') if token.kind == "name" else word).lower())
            dotted = False
        elif token.kind == "code" and word.strip() == ".":
            dotted = True
    if parts:
        yield tuple(parts)
