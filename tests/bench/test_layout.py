"""Layout time and crossings of generated warehouses, beside networkx and, where it is installed, Graphviz."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import time

import networkx as nx
import numpy as np
import pytest

from dataexplore.lineage.layout import layered
from tests.lineage.generated import straight_crossings, warehouse

WIDTH, HEIGHT, COLUMN_GAP, ROW_GAP = 190.0, 30.0, 110.0, 16.0
DOT_SECONDS = 120
SEEDS = {100: (1, 2, 3, 4, 7), 1_000: (1, 2, 7), 10_000: (7,)}


def cpu(work):
    started = time.process_time()
    return work(), time.process_time() - started


def ours(count, edges):
    layout, seconds = cpu(lambda: layered(np.full(count, HEIGHT), edges))
    return straight_crossings(layout.x, layout.y, edges), seconds, layout.layer


def multipartite(count, edges, layer):
    """Our layers in networkx's order: it has no layering of its own."""
    graph = nx.DiGraph(edges)
    graph.add_nodes_from((node, {"subset": int(layer[node])}) for node in range(count))
    places, seconds = cpu(lambda: nx.multipartite_layout(graph))
    x, y = np.array([places[node] for node in range(count)]).T
    return straight_crossings(x, y, edges), seconds


def dot(count, edges):
    """Graphviz with the same cards and gaps, in inches; None when it does not finish."""
    nodes = "".join(f"{node};" for node in range(count))
    lines = "".join(f"{source}->{target};" for source, target in edges)
    style = f"rankdir=LR;nodesep={ROW_GAP / 72};ranksep={COLUMN_GAP / 72}"
    shape = f'shape=box,fixedsize=true,label="",width={WIDTH / 72},height={HEIGHT / 72}'
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    try:
        done = subprocess.run(
            ["dot", "-Tjson"],
            input=f"digraph{{{style};node[{shape}];{nodes}{lines}}}",
            capture_output=True,
            text=True,
            check=True,
            timeout=DOT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return None
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    places = {int(item["name"]): item["pos"].split(",") for item in json.loads(done.stdout)["objects"]}
    x, y = np.array([[float(part) for part in places[node]] for node in range(count)]).T
    return straight_crossings(x, y, edges), seconds


@pytest.mark.parametrize("count", SEEDS)
def test_layout_beside_networkx_and_graphviz(count):
    print(
        f"\n{count:,} tables: CPU seconds and straight-line crossings (goal: 0.3 s at 1,000, 3 s at 10,000)"
    )
    for seed in SEEDS[count]:
        edges = warehouse(count, seed=seed).edges
        crossings, seconds, layer = ours(count, edges)
        said = [f"ours {seconds:.2f} s, {crossings:,}"]
        others = {"networkx": multipartite(count, edges, layer)}
        if shutil.which("dot") and count < 10_000:  # it takes more than ten minutes there
            others["dot"] = dot(count, edges)
        for name, other in others.items():
            if other is None:
                said.append(f"{name} not within {DOT_SECONDS} s")
                continue
            times = f"{other[1] / max(seconds, 1e-9):.1f} x the time"
            said.append(
                f"{name} {other[1]:.2f} s, {other[0]:,} ({times}, {other[0] / crossings:.2f} x the crossings)"
            )
        print(f"  seed {seed}, {len(edges):,} edges: {'; '.join(said)}")
