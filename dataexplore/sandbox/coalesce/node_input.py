"""What a request says of a node, and the record that it makes."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from pydantic import Field

from dataexplore.sandbox.coalesce.rendering import find_refs, locate
from dataexplore.sandbox.coalesce.requests import Fields, Text, refuse, show
from dataexplore.sandbox.coalesce.seeds import DEV, RAW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dataexplore.sandbox.records import Record

__all__ = ["NodeInput", "NodeSettings", "compose"]

# Where a node goes that names no location.
STAGING = "STAGING"


class NodeInput(Fields):
    """What the contract lets say of a node."""

    name: Text
    type: Text
    description: str = ""


class Dependency(Fields):
    """Another node, by its name."""

    location_name: Text
    node_name: Text


class CustomSql(Fields):
    """A SELECT with templates."""

    custom_sql: str = Field(default="", alias="customSQL")


class SourceMapping(Fields):
    """Where a node's rows come from."""

    dependencies: list[Dependency] = Field(default_factory=list)
    custom_sql: CustomSql = Field(default_factory=CustomSql, alias="customSQL")


class Metadata(Fields):
    """What is inside a node."""

    source_mapping: list[SourceMapping] = Field(default_factory=list, max_length=1)


class NodeSettings(NodeInput):
    """What the service was seen to take beyond the contract."""

    location_name: str = STAGING
    node_type: Text = ""
    predecessor_node_ids: list[str] = Field(default_factory=list, alias="predecessorNodeIDs")
    metadata: Metadata = Field(default_factory=Metadata)


def compose(asked: NodeInput, others: Sequence[Record]) -> Record:
    """Make all of a node but its ID, its owner and its moments; ``others`` are those of its workspace.

    Raises:
        Refusal: It has the name of another, reads what it cannot read, or would need itself (400).
    """
    node: Record = {
        "name": asked.name,
        "type": asked.type,
        "nodeType": "View" if asked.type.lower() == "view" else "Stage",
        "location": STAGING,
        "description": asked.description,
        "sql": None,
        "dependencies": [],
    }
    if isinstance(asked, NodeSettings):
        node |= _read_settings(asked, others)
    taken = {_fold(other["location"], other["name"]) for other in others}
    if _fold(node["location"], node["name"]) in taken:
        raise refuse(f"There is another node named {show(node['name'])} in {node['location']}")
    _refuse_circle(node, others)
    return node


def _read_settings(asked: NodeSettings, others: Sequence[Record]) -> dict[str, Any]:
    location = asked.location_name
    mapping = next(iter(asked.metadata.source_mapping), SourceMapping())
    sql = mapping.custom_sql.custom_sql if mapping.custom_sql.custom_sql.strip() else None
    try:
        refs = find_refs(sql) if sql else []
        refs += _find_predecessors(asked.predecessor_node_ids, others)
        if not sql:  # with SQL, its own text tells what it reads
            refs += [(one.location_name, one.node_name) for one in mapping.dependencies]
        for where, name in [(location, asked.name), *refs]:
            locate(where, name, DEV)
    except ValueError as error:
        raise refuse(str(error).removesuffix(".")) from None
    if location == RAW and (sql or refs):
        raise refuse(f"{RAW} holds what the source systems deliver, so no node in it reads another")
    # The database takes names in any case; a dependency is written as the node writes itself.
    written = {_fold(other["location"], other["name"]): other["name"] for other in others}
    reads = {(where, written.get(_fold(where, name), name)): None for where, name in refs}
    settings = {
        "location": location,
        "sql": sql,
        "dependencies": [{"locationName": where, "nodeName": name} for where, name in reads],
    }
    node_type = asked.node_type or ("Source" if location == RAW else "")
    return settings | ({"nodeType": node_type} if node_type else {})


def _find_predecessors(ids: Iterable[str], others: Sequence[Record]) -> list[tuple[str, str]]:
    nodes = {other["nodeID"]: (other["location"], other["name"]) for other in others}
    for one in ids:
        if one not in nodes:
            raise refuse(f"There is no node {show(one)} in this workspace to be a predecessor")
    return [nodes[one] for one in ids]


def _refuse_circle(node: Record, others: Sequence[Record]) -> None:
    needs = {
        (one["location"], one["name"]): [
            (each["locationName"], each["nodeName"]) for each in one["dependencies"]
        ]
        for one in (*others, node)
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        way = " <- ".join(name for _, name in error.args[1])
        raise refuse(f"The node would need itself: {way}") from None


def _fold(location: str, name: str) -> tuple[str, str]:
    return location, name.casefold()
