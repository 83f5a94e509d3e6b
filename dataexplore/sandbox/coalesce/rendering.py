"""A node's SQL with its templates filled: where ``ref`` leads to, and what the parameters say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.execution import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Mappings", "find_refs", "locate", "render", "select"]

# Where each storage location lies: {"MARTS": {"database": "warehouse_qa", "schema": "marts"}}.
Mappings = dict[str, dict[str, str]]

TEMPLATE = re.compile(r"\{\{(?P<inside>.*?)(?P<end>\}\}|\Z)", re.DOTALL)
# One text in single or double quotes.
_QUOTED = r"""(?:'(?P<{0}1>[^']*)'|"(?P<{0}2>[^"]*)")"""
REF = re.compile(
    rf"(?P<function>ref|ref_no_link)\s*\(\s*{_QUOTED.format('location')}\s*,\s*{_QUOTED.format('name')}\s*\)"
)
PARAMETER = re.compile(rf"parameters\s*(?:\.\s*(?P<word>\w+)|\[\s*{_QUOTED.format('key')}\s*\])")


def render(sql: str, mappings: Mapping[str, Mapping[str, str]], parameters: Mapping[str, str]) -> str:
    """Put a table for each ``{{ ref('LOCATION', 'name') }}`` and a text for each ``{{ parameters.name }}``.

    Raises:
        ValueError: A template is neither, or a location or a parameter is not known; in one sentence.
    """

    def name(found: re.Match[str]) -> str:
        return locate(_text(found, "location"), _text(found, "name"), mappings)

    def fill(found: re.Match[str]) -> str:
        wanted = found["word"] or _text(found, "key")
        if wanted not in parameters:
            raise ValueError(f"The parameter {wanted!r} has no value.")
        return str(parameters[wanted])

    return TEMPLATE.sub(lambda found: _read(found, name, fill), sql)


def find_refs(sql: str) -> list[tuple[str, str]]:
    """Give the location and the name of everything that a text reads, each once, in order.

    What ``ref_no_link`` names is no dependency.

    Raises:
        ValueError: A template is neither a ref nor a parameter; in one sentence.
    """
    refs: dict[tuple[str, str], None] = {}

    def note(found: re.Match[str]) -> str:
        if found["function"] == "ref":
            refs[_text(found, "location"), _text(found, "name")] = None
        return ""

    for found in TEMPLATE.finditer(sql):
        _read(found, note, lambda _: "")
    return list(refs)


def locate(location: str, name: str, mappings: Mapping[str, Mapping[str, str]]) -> str:
    """Give the table of a node as SQL.

    Raises:
        ValueError: There is no such location; in one sentence.
    """
    place = mappings.get(location)
    if place is None:
        raise ValueError(f"There is no storage location {location!r}; there are {', '.join(mappings)}.")
    return ".".join(map(quote, (place["database"], place["schema"], name)))


def select(
    node: Mapping[str, Any], mappings: Mapping[str, Mapping[str, str]], parameters: Mapping[str, str]
) -> str | None:
    """Give the SELECT that fills a node; None for one that has nothing to read, as a source.

    A node without SQL of its own reads whole what it depends on.

    Raises:
        ValueError: As :func:`render`.
    """
    if node["sql"] is not None:
        return render(node["sql"], mappings, parameters)
    tables = (locate(one["locationName"], one["nodeName"], mappings) for one in node["dependencies"])
    return "\nunion all by name\n".join(f"select * from {table}" for table in tables) or None


def _read(
    template: re.Match[str], ref: Callable[[re.Match[str]], str], parameter: Callable[[re.Match[str]], str]
) -> str:
    inside = template["inside"].strip()
    if not template["end"]:
        raise ValueError(f"The template '{{{{ {inside[:40]}' has no end; close it with '}}}}'.")
    if found := REF.fullmatch(inside):
        return ref(found)
    if found := PARAMETER.fullmatch(inside):
        return parameter(found)
    raise ValueError(
        f"The template {template[0][:60]!r} is neither ref('LOCATION', 'name') nor parameters.name."
    )


def _text(found: re.Match[str], group: str) -> str:
    return str(found[f"{group}1"] if found[f"{group}1"] is not None else found[f"{group}2"])
