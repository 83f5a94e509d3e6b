"""Generated warehouses of any size: domains, layers, hubs, edges that skip a layer, as in dbt projects."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

SCHEMAS = ("raw", "staging", "intermediate", "marts", "bi")
SHARES = (0.28, 0.28, 0.20, 0.16, 0.08)
PREFIXES = ("src", "stg", "int", "fct", "dash")
DOMAINS = ("sales", "finance", "web", "support", "people", "logistics", "risk", "billing", "growth", "crm")
THINGS = (
    "orders", "customers", "payments", "events", "sessions", "invoices", "products", "tickets", "refunds",
    "campaigns", "leads", "accounts", "subscriptions", "shipments", "reviews",
)  # fmt: skip
COLUMNS = (
    "id", "created_at", "updated_at", "customer_id", "order_id", "amount", "currency", "status", "country",
    "channel", "email", "quantity", "price", "discount", "tax", "segment", "region", "device", "plan",
    "source",
)  # fmt: skip
TABLES_A_DOMAIN = 25
# Of every table's sources: how many, how often a hub, an edge that skips a layer, one of the same layer.
SOURCES, SOURCE_WEIGHTS = (1, 2, 3, 4, 5), (15, 25, 25, 20, 15)
HUB, SKIP, SAME, FOREIGN = 0.1, 0.14, 0.2, 0.15


class Warehouse(NamedTuple):
    """Tables as paths with the number of their schema, edges and column edges as numbers."""

    tables: list[tuple[str, str, str]]
    schema: list[int]
    edges: list[tuple[int, int]]
    columns: list[tuple[str, ...]]
    column_edges: list[tuple[int, int, int, int]]  # source, its column, target, its column


def warehouse(count, *, columns=0, seed=7):
    """Generate a warehouse of ``count`` tables; the same arguments give the same one."""
    dice = random.Random(seed * 1_000_003 + count)
    schema = sorted(dice.choices(range(len(SCHEMAS)), SHARES, k=count))
    domains = max(1, count // TABLES_A_DOMAIN)
    domain = [dice.randrange(domains) for _ in range(count)]
    edges = _edges(dice, schema, domain)
    tables = [
        (
            "warehouse",
            SCHEMAS[schema[i]],
            f"{PREFIXES[schema[i]]}_{DOMAINS[domain[i] % len(DOMAINS)]}_{dice.choice(THINGS)}_{i}",
        )
        for i in range(count)
    ]
    names = [_columns(dice, columns) for _ in range(count)]
    return Warehouse(tables, schema, edges, names, _column_edges(dice, edges, columns))


def _edges(dice, schema, domain):
    near, of_schema, hubs = {}, {}, {}
    for table, place in enumerate(schema):
        near.setdefault((place, domain[table]), []).append(table)
        of_schema.setdefault(place, []).append(table)
    for place, tables in of_schema.items():
        hubs[place] = dice.sample(tables, max(1, len(tables) // 50))
    found = set()
    for table, place in enumerate(schema):
        for _ in range(dice.choices(SOURCES, SOURCE_WEIGHTS)[0] if place > 1 else place):
            chance = dice.random()
            from_place = place - 2 if place > 1 and chance < SKIP else place - 1
            here = near.get((from_place, domain[table])) or of_schema.get(from_place) or [table]
            if chance > 1 - HUB:
                here = hubs.get(from_place, here)
            elif chance > 1 - HUB - SAME and place == 2:
                here = [other for other in near[2, domain[table]] if other < table][-8:] or here
            elif dice.random() < FOREIGN:
                here = of_schema.get(from_place, here)
            found.add((dice.choice(here), table))
    return sorted((source, target) for source, target in found if source != target)


def _columns(dice, count):
    base = tuple(dice.sample(COLUMNS, min(count, len(COLUMNS))))
    return base + tuple(f"attribute_{number}" for number in range(count - len(base)))


def _column_edges(dice, edges, columns):
    sources = {}
    for source, target in edges:
        sources.setdefault(target, []).append(source)
    found = set()
    for target, tables in sources.items():
        for column in range(columns):
            for _ in range(dice.choices((0, 1, 2, 3), (12, 66, 16, 6))[0]):
                found.add((dice.choice(tables), dice.randrange(columns), target, column))
    return sorted(found)


def straight_crossings(x, y, edges):
    """Count crossings of straight lines between the points of each edge; those that touch do not."""
    ends = np.asarray(edges)
    points = np.stack((np.asarray(x, float), np.asarray(y, float)), axis=1)
    order = np.argsort(points[ends, 0].min(axis=1), kind="stable")
    begin, end = points[ends[order, 0]], points[ends[order, 1]]
    low, high = np.minimum(begin[:, 0], end[:, 0]), np.maximum(begin[:, 0], end[:, 0])

    def side(a, b, c):
        return (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
            c[..., 0] - a[..., 0]
        )

    total = 0
    for i in range(len(ends)):
        rest = slice(i + 1, np.searchsorted(low, high[i], "left"))
        a, b, c, d = begin[i], end[i], begin[rest], end[rest]
        total += int(((side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)).sum())
    return total
