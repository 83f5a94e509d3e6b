"""The order and height of cards and lanes as Graphviz's `dot` finds them, through pygraphviz where it is."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from dataexplore.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dataexplore.lineage.layout.lanes import Mesh

__all__ = ["place_by_graphviz"]

_INCH = 72.0


def place_by_graphviz(mesh: Mesh, *, row_gap: float) -> NDArray[np.float64]:
    """Give the top of each slot, (N,); none overlap. Ports count for nothing: lines aim at the middle.

    Raises:
        ConfigError: pygraphviz is not installed.
    """
    try:
        pygraphviz = import_module("pygraphviz")  # few have it; it ships no types
    except ImportError:
        raise ConfigError(
            'engine="graphviz" needs pygraphviz, which is not installed.',
            "Install Graphviz with its headers and run `pip install pygraphviz`, or leave engine out.",
        ) from None
    graph = pygraphviz.AGraph(directed=True, strict=False, rankdir="LR", nodesep=row_gap / _INCH)
    graph.node_attr.update(shape="box", fixedsize="shape", label=" ", fontsize=1, width=0.01)
    # An anchor for each layer keeps dot to our layers.
    layers = len(mesh.first) - 1
    for layer in range(layers):
        graph.add_node(f"layer {layer}", height=0.01)
        slots = range(mesh.first[layer], mesh.first[layer + 1])
        for slot in slots:
            graph.add_node(slot, height=mesh.height[slot] / _INCH)
        graph.add_subgraph([f"layer {layer}", *slots], rank="same")
    for layer in range(1, layers):
        graph.add_edge(f"layer {layer - 1}", f"layer {layer}", weight=0)
    for left, right, weight in zip(
        mesh.left.tolist(), mesh.right.tolist(), mesh.weight.tolist(), strict=True
    ):
        graph.add_edge(left, right, weight=round(weight))
    graph.layout("dot")
    places = [graph.get_node(slot).attr["pos"].split(",") for slot in range(len(mesh.layer))]
    return -np.array([float(y) for _, y in places]) - mesh.height / 2
