"""A lineage as OpenLineage events: for each table a job that reads what it is made from and writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.datafold.paths import join_path
from dataexplore.lineage.graph import COLUMN

if TYPE_CHECKING:
    from datetime import datetime

    import networkx as nx

    from dataexplore.lineage.graph import Id

__all__ = ["events"]

PRODUCER = "https://pypi.org/project/jupyter-dataexplore/"
_SPEC = "https://openlineage.io/spec"
_JOB_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/JobEvent"
_SCHEMA = f"{_SPEC}/facets/1-0-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"
_COLUMN_LINEAGE = f"{_SPEC}/facets/1-0-1/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"


def events(graph: nx.DiGraph, namespace: str, at: datetime) -> list[dict[str, Any]]:
    """Give one JobEvent for each thing that has something upstream; columns that were traced as a facet.

    OpenLineage connects datasets by jobs only, and a lineage knows none: each is named after what it writes.

    Args:
        graph: the graph.
        namespace: the namespace of datasets and jobs.
        at: the time of the events, with its zone.
    """
    return [
        {
            "eventTime": at.isoformat(),
            "producer": PRODUCER,
            "schemaURL": _JOB_EVENT,
            "job": {"namespace": namespace, "name": join_path(node)},
            "inputs": [_dataset(graph, each, namespace) for each in graph.predecessors(node)],
            "outputs": [_dataset(graph, node, namespace, lineage=True)],
        }
        for node, kind in graph.nodes(data="kind")
        if kind != COLUMN and graph.in_degree(node)
    ]


def _dataset(graph: nx.DiGraph, node: Id, namespace: str, *, lineage: bool = False) -> dict[str, Any]:
    facets: dict[str, Any] = {}
    columns = graph.nodes[node]["columns"]
    if columns:
        facets["schema"] = _facet(_SCHEMA, [{"name": column} for column in columns])
    if lineage and (fields := _fields(graph, node, namespace)):
        facets["columnLineage"] = _facet(_COLUMN_LINEAGE, fields)
    return {"namespace": namespace, "name": join_path(node), "facets": facets}


def _fields(graph: nx.DiGraph, node: Id, namespace: str) -> dict[str, Any]:
    return {
        column: {
            "inputFields": [
                {"namespace": namespace, "name": join_path(source[:-1]), "field": source[-1]}
                for source in graph.predecessors((*node, column))
            ]
        }
        for column in graph.nodes[node]["columns"]
        if (*node, column) in graph and graph.in_degree((*node, column))
    }


def _facet(schema: str, fields: Any) -> dict[str, Any]:
    return {"_producer": PRODUCER, "_schemaURL": schema, "fields": fields}
