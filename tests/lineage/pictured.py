"""Lineages to draw: generated ones of any size, statuses of every kind, names nobody would choose."""

from __future__ import annotations

from itertools import cycle, pairwise

from dataexplore.lineage import Lineage
from dataexplore.lineage.graph import COLUMN
from dataexplore.lineage.pictures.marks import STATUSES
from tests.lineage.generated import warehouse

HOSTILE = (
    r"$\frac{$",
    "x" * 10_000,
    "a\x1b[31mb\x00\n\tc",
    "\u202egnp.exe",
    "<script>alert(1)</script>",
    "]]>&lt;\"'",
    "\u8868\U0001f600\ud800",
    "",
)


def lineage(count, *, columns=0):
    made = warehouse(count, columns=columns)
    tables = made.tables
    return Lineage.from_edges(
        [(tables[source], tables[target]) for source, target in made.edges],
        column_edges=[
            ((*tables[a], made.columns[a][x]), (*tables[b], made.columns[b][y]))
            for a, x, b, y in made.column_edges
        ],
        columns=dict(zip(tables, made.columns, strict=True)),
        kinds={table: "dashboard" for table in tables if table[1] == "bi"},
        focus=tables[count // 2],
    )


def hostile():
    tables = [("db", "schema", name) for name in HOSTILE]
    return Lineage.from_edges(
        list(pairwise(tables)),
        column_edges=[((*tables[0], name), (*tables[1], name)) for name in HOSTILE],
    )


def statuses(made):
    tables = [node for node, kind in made.graph.nodes(data="kind") if kind != COLUMN]
    return dict(zip(tables, cycle(STATUSES), strict=False))


def busiest_column(made):
    graph = made.graph
    columns = [node for node, kind in graph.nodes(data="kind") if kind == COLUMN]
    return max(columns, key=lambda node: min(graph.in_degree(node), graph.out_degree(node)))
