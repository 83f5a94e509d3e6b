"""What a query reads, and which of it reaches which of its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.optimizer.qualify_tables import qualify_tables
from sqlglot.optimizer.scope import Scope, traverse_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.sandbox.lineage.graph import Field, Path
    from dataexplore.sandbox.lineage.names import Names

__all__ = ["Reading", "is_unnamed", "read"]

# Begins the name of an output column that the database names.
UNNAMED = "?"
CONDITIONS = ("joins", "where", "group", "having", "qualify", "windows", "distinct")
NAMED = (exp.Alias, exp.Column, exp.Star)

Output = tuple[str, frozenset["Field"]]
NOTHING: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """The lineage of one query.

    ``columns`` are its output columns in order, each with the table columns that its expression names, those
    of its windows and FILTER clauses included, through any number of subqueries. ``conditions`` are the table
    columns named elsewhere: in joins, filters and groups.
    """

    columns: tuple[Output, ...]
    tables: frozenset[Path]
    conditions: frozenset[Field]


def read(query: exp.Expr, names: Names) -> Reading:
    """Read a parsed query, which is changed by it.

    Raises:
        sqlglot.errors.SqlglotError: It cannot be made sense of.
    """
    _name_outputs(query)
    query = normalize_identifiers(query, dialect="duckdb")
    query = qualify_tables(query, dialect="duckdb")
    query = qualify_columns(query, names, allow_partial_qualification=True)
    scopes = traverse_scope(query)
    tracer = _Tracer(scopes, names)
    return Reading(tracer.outputs(scopes[-1]), tracer.tables(), tracer.conditions())


class _Tracer:
    """Follows columns down the scopes of one qualified query, each scope once."""

    def __init__(self, scopes: list[Scope], names: Names) -> None:
        self._scopes = scopes
        self._names = names
        self._by_expression = {id(scope.expression): scope for scope in scopes}
        # A recursive name leads to the first part of its union; what it means is the whole.
        self._recursive = {
            id(scope.expression.this): scope
            for scope in scopes
            if isinstance(scope.expression, exp.SetOperation) and _is_recursive(scope.expression)
        }
        self._known: dict[int, tuple[Output, ...]] = {}

    def tables(self) -> frozenset[Path]:
        found = set()
        for scope in self._scopes:
            for source in scope.sources.values():
                # A pivoted CTE stands here as a table, too.
                if isinstance(source, exp.Table) and (source.db or source.name not in scope.cte_sources):
                    found.add(self._names.path(source))
        return frozenset(path for path in found if path)

    def conditions(self) -> frozenset[Field]:
        found: set[Field] = set()
        for scope in self._scopes:
            if isinstance(scope.expression, exp.Except | exp.Intersect):
                found.update(*(fields for _, fields in self.outputs(scope.set_operation_scopes[1])))
            elif isinstance(scope.expression, exp.Select):
                for name, value in scope.expression.args.items():
                    if name in CONDITIONS:
                        for part in value if isinstance(value, list) else [value]:
                            found |= self._named_in(part, scope)
        return frozenset(found)

    def outputs(self, scope: Scope) -> tuple[Output, ...]:
        if id(scope) not in self._known:
            self._known[id(scope)] = self._trace(scope)
        return self._known[id(scope)]

    def _trace(self, scope: Scope) -> tuple[Output, ...]:
        expression = scope.expression
        if isinstance(expression, exp.Select):
            return tuple(
                output for projection in expression.selects for output in self._projected(projection, scope)
            )
        if isinstance(expression, exp.SetOperation):
            return self._united(scope)
        inner = expression.this if isinstance(expression, exp.Lateral) else expression
        if isinstance(inner, exp.Subquery):
            within = self._by_expression.get(id(inner.unnest()))
            return self.outputs(within) if within else ()
        named = self._named_in(expression, scope)
        return tuple((name, named) for name in expression.alias_column_names)

    def _united(self, scope: Scope) -> tuple[Output, ...]:
        expression = scope.expression
        assert isinstance(expression, exp.SetOperation)
        left, right = scope.set_operation_scopes
        columns = self.outputs(left)
        if id(expression.this) not in self._recursive:
            return _combine(expression, columns, self.outputs(right))
        # What one round of the recursion adds may add more in the next.
        before = dict(self._known)
        while True:
            self._known = {**before, id(scope): columns}
            grown = _combine(expression, columns, self.outputs(right))
            if grown == columns:
                return columns
            columns = grown

    def _projected(self, projection: exp.Expr, scope: Scope) -> Iterator[Output]:
        named = self._named_in(projection, scope)
        pattern = _pattern(projection)
        if pattern is None:
            yield projection.alias_or_name.lower(), named
            return
        for name, fields in self._all(scope):
            if pattern.search(name):
                yield name, fields | named

    def _all(self, scope: Scope) -> Iterator[Output]:
        for _, source in scope.selected_sources.values():
            yield from self._columns(source)

    def _columns(self, source: exp.Table | Scope) -> tuple[Output, ...]:
        if isinstance(source, Scope):
            return self.outputs(self._meant(source))
        path = self._names.path(source)
        columns = (self._names.columns_of(path) if path else None) or ()
        renamed = [name.lower() for name in source.alias_column_names]
        return tuple(
            (name, frozenset({(*(path or ()), column)}))
            for name, column in zip((*renamed, *columns[len(renamed) :]), columns, strict=False)
        )

    def _named_in(self, part: object, scope: Scope) -> frozenset[Field]:
        """Give the table columns that an expression names, those of the values of its subqueries included."""
        if not isinstance(part, exp.Expr):
            return NOTHING
        found: set[Field] = set()
        pending: list[exp.Expr] = [part]
        while pending:
            node = pending.pop()
            if isinstance(node, exp.Join):
                # What is joined has a scope of its own; here counts what joins it.
                pending += [node.args["on"]] if node.args.get("on") else []
            elif isinstance(node, exp.Window) and node.args.get("alias"):
                windows = scope.expression.args.get("windows") or ()
                pending += [node.this, *(one for one in windows if one.name == node.text("alias"))]
            elif isinstance(node, exp.UNWRAPPED_QUERIES) and node is not scope.expression:
                inner = self._by_expression.get(id(node))
                found.update(*(fields for _, fields in self.outputs(inner))) if inner else None
            elif isinstance(node, exp.Column):
                found |= self._resolved(node, scope)
            elif isinstance(node, exp.TableColumn):
                found |= self._row(node.name.lower(), scope)
            elif isinstance(node, exp.PositionalColumn):
                found.update(*(fields for _, fields in list(self._all(scope))[int(node.name) - 1 :][:1]))
            else:
                pending += node.iter_expressions()
        return frozenset(found)

    def _resolved(self, column: exp.Column, scope: Scope | None) -> frozenset[Field]:
        table, name = column.table.lower(), column.name.lower()
        while scope is not None:
            if not table:  # sqlglot leaves bare what could be a column of several
                return NOTHING.union(*(fields for known, fields in self._all(scope) if known == name))
            if (pivoted := self._pivoted(table, name, scope)) is not None:
                return pivoted
            if table in scope.sources:
                return self._field(scope.sources[table], name)
            scope = scope.parent
        return NOTHING

    def _row(self, table: str, scope: Scope) -> frozenset[Field]:
        columns = self._columns(scope.sources[table]) if table in scope.sources else ()
        return NOTHING.union(*(fields for _, fields in columns))

    def _pivoted(self, table: str, name: str, scope: Scope) -> frozenset[Field] | None:
        """Look a column up in a pivoted source: one it had before, or one made of those the pivot names."""
        if not isinstance(scope.expression, exp.Select):
            return None
        for known, (node, source) in scope.selected_sources.items():
            pivots = node.args.get("pivots") or ()
            if not pivots or table not in (known, pivots[-1].alias):
                continue
            columns = dict(self._columns(source))
            if name in columns:
                return columns[name]
            fields = [field for pivot in pivots for field in pivot.args.get("fields") or ()]
            if name in (field.this.name.lower() for field in fields):
                return NOTHING
            unpivots = pivots[-1].args.get("unpivot")
            parts = fields if unpivots else [one for pivot in pivots for one in pivot.expressions]
            named = (column.name.lower() for part in parts for column in part.find_all(exp.Column))
            return NOTHING.union(*(columns.get(one, NOTHING) for one in named))
        return None

    def _field(self, source: exp.Table | Scope, name: str) -> frozenset[Field]:
        found = dict(self._columns(source)).get(name)
        if found is None and isinstance(source, exp.Table):
            path = self._names.path(source)
            if path and self._names.columns_of(path) is None:
                return frozenset({(*path, name)})
        return found or NOTHING

    def _meant(self, source: Scope) -> Scope:
        if whole := self._recursive.get(id(source.expression)):
            return whole
        return self._by_expression.get(id(source.expression), source)


def _is_recursive(union: exp.SetOperation) -> bool:
    cte = union.parent
    return isinstance(cte, exp.CTE) and bool(cte.parent and cte.parent.args.get("recursive"))


def _combine(
    operation: exp.SetOperation, left: tuple[Output, ...], right: tuple[Output, ...]
) -> tuple[Output, ...]:
    if not isinstance(operation, exp.Union):
        return left  # EXCEPT and INTERSECT let rows of the left through; the right filters
    if operation.args.get("by_name"):
        theirs = dict(right)
        ours = {name for name, _ in left}
        both = tuple((name, fields | theirs.get(name, NOTHING)) for name, fields in left)
        return both + tuple(output for output in right if output[0] not in ours)
    return tuple(
        (name, fields | (right[number][1] if number < len(right) else NOTHING))
        for number, (name, fields) in enumerate(left)
    )


def is_unnamed(name: str) -> bool:
    """Tell whether an output column has no name but the one that the database makes up."""
    return name.startswith(UNNAMED)


def _name_outputs(query: exp.Expr) -> None:
    """Mark what has no name of its own: sqlglot would make one up, and not the one that DuckDB does."""
    for select in query.find_all(exp.Select):
        for number, projection in enumerate(select.expressions):
            if not isinstance(projection, NAMED) and _pattern(projection) is None:
                projection.replace(exp.alias_(projection.copy(), f"{UNNAMED}{number}", quoted=True))


def _pattern(projection: exp.Expr) -> re.Pattern[str] | None:
    """Give which columns ``COLUMNS(...)`` and ``* LIKE '...'`` mean, None for a projection of one column."""
    columns = projection.find(exp.Columns)
    if columns is not None:
        return re.compile(columns.name if isinstance(columns.this, exp.Literal) else "")
    bare = projection.unalias()
    if isinstance(bare, exp.Like | exp.ILike) and isinstance(bare.this, exp.Star):
        like = re.escape(bare.expression.name).replace("%", ".*").replace("_", ".")
        return re.compile(f"^{like}$", re.IGNORECASE | re.DOTALL)
    return None
