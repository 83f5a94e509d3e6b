"""Generated lineages to draw."""

from __future__ import annotations

from dataexplore.lineage import Lineage
from tests.lineage.generated import warehouse


def warehouse_lineage(count, columns=8):
    """A generated lineage of `count` tables; its focus is the table with most neighbours."""
    made = warehouse(count, columns=columns)
    degree = [0] * count
    for pair in made.edges:
        for end in pair:
            degree[end] += 1
    return Lineage.from_edges(
        [(made.tables[source], made.tables[target]) for source, target in made.edges],
        columns=dict(zip(made.tables, made.columns, strict=True)),
        column_edges=[
            ((*made.tables[a], made.columns[a][x]), (*made.tables[b], made.columns[b][y]))
            for a, x, b, y in made.column_edges
        ],
        focus=made.tables[max(range(count), key=lambda i: degree[i])],
    )
