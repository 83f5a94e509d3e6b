"""A lineage as tables: its edges, and its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.clients.datafold.paths import join_path

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["edge_table", "node_table"]


def edge_table(graph: nx.DiGraph) -> pa.Table:
    """Give one row an edge: source, target, kind; the paths as texts."""
    edges = list(graph.edges(data="kind"))
    return pa.table(
        {
            "source": pa.array([join_path(source) for source, _, _ in edges], pa.string()),
            "target": pa.array([join_path(target) for _, target, _ in edges], pa.string()),
            "kind": pa.array([kind for _, _, kind in edges], pa.string()),
        }
    )


def node_table(graph: nx.DiGraph) -> pa.Table:
    """Give one row a node: path, kind, side, depth, columns (of a table), hidden_up, hidden_down."""
    nodes = [attributes for _, attributes in graph.nodes(data=True)]
    return pa.table(
        {
            "path": pa.array([join_path(node["path"]) for node in nodes], pa.string()),
            "kind": pa.array([node["kind"] for node in nodes], pa.string()),
            "side": pa.array([node["side"] for node in nodes], pa.string()),
            "depth": pa.array([node["depth"] for node in nodes], pa.int64()),
            "columns": pa.array([node.get("columns") for node in nodes], pa.list_(pa.string())),
            "hidden_up": pa.array([node.get("hidden_up") for node in nodes], pa.int64()),
            "hidden_down": pa.array([node.get("hidden_down") for node in nodes], pa.int64()),
        }
    )
