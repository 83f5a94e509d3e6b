"""FIQL, Talend's language for filters: ``name==Dev*;description==*team*``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Value", "equal", "filtered"]

Value = str | int | bool | None

_PLAIN = re.compile(r"[^\s;,()'\"\\!=<>~]+")
_FIELD = re.compile(r"[A-Za-z]\w*")
_COMPARISON = re.compile(
    r"""[^\s=!;,()'"]+(?:==|!=|=[a-z]+=)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^;,()'"][^;,()]*)"""
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN = 80


def equal(**fields: Value) -> str | None:
    """Write a filter for records whose every named field is the value given; None is left out.

    Names are Python's: ``max_cloud_containers`` stands for ``maxCloudContainers``, and two underscores for a
    dot: ``environment__name`` for ``environment.name``. A value is taken as it is: one with a blank or with
    what means something in FIQL, such as ``;``, is put in quotes, and ``*``, which stands for any text even
    there, becomes ``%2A``. For patterns write the query as text.

    Returns:
        The filter; None when no field is left.

    Raises:
        InputError: a value is no text, number or yes/no, or an empty text.

    >>> from dataexplore.clients.talend import fiql
    >>> fiql.equal(name="Retail (old)", max_cloud_containers=2)
    'name=="Retail (old)";maxCloudContainers==2'
    """
    told = [f"{_field(name)}=={_written(name, value)}" for name, value in fields.items() if value is not None]
    return ";".join(told) or None


def filtered(query: str | None, fields: Mapping[str, Value]) -> str | None:
    """Give a query for what matches a text of FIQL, which passes as it is, and has these values too.

    Raises:
        InputError: the text is empty or cannot be FIQL, or a value cannot be written.
    """
    more = equal(**fields)
    if query is None:
        return more
    text, joined = _checked(query)
    if more is None:
        return text
    # Where several conditions are joined, brackets keep an "or" together.
    return f"({text});{more}" if joined else f"{text};{more}"


def _checked(query: object) -> tuple[str, bool]:
    """Give a query as it came, and whether it joins conditions."""
    if not isinstance(query, str) or not query.strip():
        raise InputError(f"The query is {query!r}.", "Write FIQL, such as name==Dev*, or leave it out.")
    place, depth, joined, wanted = 0, 0, False, True
    while place < len(query):
        sign = query[place]
        if wanted and sign == "(":
            depth, place = depth + 1, place + 1
        elif wanted and (found := _COMPARISON.match(query, place)):
            wanted, place = False, found.end()
        elif not wanted and sign == ")" and depth:
            depth, place = depth - 1, place + 1
        elif not wanted and sign in ";,":
            wanted, joined, place = True, True, place + 1
        else:
            raise _broken(query, place)
    if wanted or depth:
        raise _broken(query, len(query))
    return query, joined


def _broken(query: str, place: int) -> InputError:
    where = f"at {query[place : place + _SHOWN]!r}" if place < len(query) else "at its end"
    return InputError(
        f"The query {query[:_SHOWN]!r} is no FIQL {where}.",
        "Write conditions such as name==Dev*, joined by ; for and, by , for or, with ( ) around them.",
    )


def _field(name: str) -> str:
    parts = name.split("__")
    if not all(_FIELD.fullmatch(part) for part in parts):
        raise InputError(f"{name!r} is no field.", "Use a name such as description or environment__name.")
    return ".".join(_camel(part) for part in parts)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in others)


def _written(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{name} is {value!r}.", "Use a text that is not empty, a whole number, or a bool.")
    if _CONTROL.search(value):
        raise InputError(f"{name} is {value!r}, which has a control character.", "Type it again.")
    literal = value.replace("%", "%25").replace("*", "%2A")
    if _PLAIN.fullmatch(literal):
        return literal
    escaped = literal.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
