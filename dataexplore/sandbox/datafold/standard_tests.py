"""The SQL of the standard data tests: each gives the rows that fail, and none when all is well."""

from __future__ import annotations

import re
from typing import Any

from dataexplore.sandbox.datafold.paths import quote_path
from dataexplore.sandbox.execution import quote

__all__ = ["write_test"]

_VARIABLE = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_BARE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def write_test(test: dict[str, Any], template: str | None) -> str:
    """Write the query of a standard test; ``template`` is the text of a custom one, with ``{{ variables }}``.

    The variables of accepted_values are ``values``, those of numeric_range ``min``, ``max`` or both.
    referential_integrity looks for the columns of the first table in those of the second.

    Raises:
        ValueError: Tables, columns or variables do not fit the test; the text says which.
    """
    kind = test["type"]
    variables = dict(test.get("variables") or {})
    tables = test.get("tables") or []
    if kind == "custom_template":
        if tables:
            raise ValueError("A custom_template names its tables in its query: leave tables out")
        return _fill(template or "", variables)
    wanted = 2 if kind == "referential_integrity" else 1
    if len(tables) < wanted or (wanted == 2 and len(tables) > wanted):  # noqa: PLR2004 - child and parent
        raise ValueError(f"{kind} needs {'two tables, child and parent' if wanted > 1 else 'a table'}")
    if not all(table["columns"] for table in tables):
        raise ValueError(f"{kind} needs the columns of each table")
    sql = _WRITERS[kind](tables, variables)
    if variables:
        raise ValueError(f"{kind} knows no variable {min(variables)}")
    return sql


def _unique(tables: list[dict[str, Any]], variables: dict[str, Any]) -> str:
    del variables
    queries = []
    for table in tables:
        columns = [quote(name) for name in table["columns"]]
        filled = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        queries.append(
            f"SELECT 1 FROM {quote_path(table['path'])} WHERE {filled} "
            f"GROUP BY {', '.join(columns)} HAVING count(*) > 1"
        )
    return " UNION ALL ".join(queries)


def _not_null(tables: list[dict[str, Any]], variables: dict[str, Any]) -> str:
    del variables
    return _where(tables, "{column} IS NULL")


def _accepted_values(tables: list[dict[str, Any]], variables: dict[str, Any]) -> str:
    if "values" not in variables:
        raise ValueError("accepted_values needs the variable values")
    return _where(tables, "{column} NOT IN ({values})", values=_literals(variables.pop("values")["value"]))


def _numeric_range(tables: list[dict[str, Any]], variables: dict[str, Any]) -> str:
    if not variables.keys() & {"min", "max"}:
        raise ValueError("numeric_range needs the variable min, max or both")
    bounds, numbers = [], {}
    for name, sign in (("min", "<"), ("max", ">")):
        if name in variables:
            value = variables.pop(name)["value"]
            if not isinstance(value, int | float):
                raise ValueError(f"The variable {name} of numeric_range must be a number")
            bounds.append(f"{{column}} {sign} {{{name}}}")
            numbers[name] = _literals(value)
    return _where(tables, " OR ".join(bounds), **numbers)


def _referential_integrity(tables: list[dict[str, Any]], variables: dict[str, Any]) -> str:
    del variables
    child, parent = tables
    if len(child["columns"]) != len(parent["columns"]):
        raise ValueError("referential_integrity needs as many columns of the parent as of the child")
    pairs = list(zip(map(quote, child["columns"]), map(quote, parent["columns"]), strict=True))
    present = " AND ".join(f"child.{left} IS NOT NULL" for left, _ in pairs)
    joined = " AND ".join(f"child.{left} = parent.{right}" for left, right in pairs)
    return (
        f"SELECT 1 FROM {quote_path(child['path'])} AS child WHERE {present} "
        f"AND NOT EXISTS (SELECT 1 FROM {quote_path(parent['path'])} AS parent WHERE {joined})"
    )


_WRITERS = {
    "unique": _unique,
    "not_null": _not_null,
    "accepted_values": _accepted_values,
    "numeric_range": _numeric_range,
    "referential_integrity": _referential_integrity,
}


def _where(tables: list[dict[str, Any]], condition: str, **values: str) -> str:
    """Write the rows of each table in which the condition holds for one of the columns."""
    return " UNION ALL ".join(
        f"SELECT 1 FROM {quote_path(table['path'])} WHERE "
        + " OR ".join(condition.format(column=quote(name), **values) for name in table["columns"])
        for table in tables
    )


def _fill(template: str, variables: dict[str, Any]) -> str:
    used = set(_VARIABLE.findall(template))
    if unused := variables.keys() - used:
        raise ValueError(f"The query knows no variable {min(unused)}")
    if unknown := used - variables.keys():
        raise ValueError(f"The variable {min(unknown)} has no value")
    texts = {name: _write(name, variable) for name, variable in variables.items()}
    return _VARIABLE.sub(lambda found: texts[found[1]], template)


def _write(name: str, variable: dict[str, Any]) -> str:
    value = variable["value"]
    if variable["quote"] or not isinstance(value, str):
        return _literals(value)
    # Bare text goes into the SQL as it is, so it may only be a name.
    if not _BARE.fullmatch(value):
        raise ValueError(f"The variable {name} without quote must be a name")
    return value


def _literals(value: str | float | list[str | float]) -> str:
    values = value if isinstance(value, list) else [value]
    if not values:
        raise ValueError("A list of values needs a value")
    return ", ".join(_literal(each) for each in values)


def _literal(value: str | float) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
