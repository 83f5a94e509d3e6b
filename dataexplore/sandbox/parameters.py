"""Request parameters in SQL: ``$name`` becomes a typed literal where it is no text, name or comment."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.tokens import split

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["literal", "paste", "substitute"]


def substitute(sql: str, params: Mapping[str, Any]) -> str:
    """Replace ``$name`` (and ``$$name`` for a parameter given as such) by literals; unknown names stay."""
    values = {key.lstrip("$"): value for key, value in params.items()}
    doubled = {key.lstrip("$") for key in params if key.startswith("$$")}
    return "".join(
        literal(values[token.text.lstrip("$")])
        if token.kind == "parameter" and token.text.lstrip("$") in values
        else token.text
        for token in split(sql, doubled)
    )


def paste(sql: str, params: Mapping[str, Any]) -> str:
    """Replace names by bare text wherever they stand, longest first, as a careless server would."""
    for key in sorted(params, key=lambda key: len(key.lstrip("$")), reverse=True):
        value = params[key]
        name = key.lstrip("$")
        text = "" if value is None else str(value)
        sql = sql.replace(f"$${name}", text).replace(f"${name}", text)
    return sql


def literal(value: Any) -> str:
    """Write a JSON value as a literal of the same type; an object becomes a map."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return f"({value})" if value < 0 else str(value)  # a minus before a minus would open a comment
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, dict):
        return "MAP {" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    return "'" + str(value).replace("'", "''") + "'"
