"""A warehouse of any size that exists in the lineage only, for demos and loads of scale."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import TYPE_CHECKING

from dataexplore.sandbox.lineage.graph import Table
from dataexplore.sandbox.lineage.reach import Map, Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataexplore.sandbox.lineage.graph import Field, Path

__all__ = ["generate"]

SYSTEMS = (
    "shop",
    "crm",
    "erp",
    "billing",
    "ads",
    "web",
    "app",
    "support",
    "logistics",
    "hr",
    "pos",
    "loyalty",
)
NOUNS = (
    "orders",
    "order_lines",
    "customers",
    "accounts",
    "invoices",
    "payments",
    "refunds",
    "products",
    "prices",
    "stock_levels",
    "shipments",
    "campaigns",
    "clicks",
    "sessions",
    "page_views",
    "tickets",
    "agents",
    "contracts",
    "subscriptions",
    "employees",
    "stores",
    "suppliers",
    "deliveries",
    "coupons",
    "reviews",
    "budgets",
    "targets",
    "exchange_rates",
    "territories",
    "leads",
)
STEPS = (
    "joined",
    "enriched",
    "latest",
    "deduplicated",
    "mapped",
    "unioned",
    "scored",
    "attributed",
    "windowed",
    "classified",
)
MARTS = (
    "dim",
    "fact",
    "agg",
    "snapshot",
    "bridge",
    "kpi",
)
REPORTS = (
    "overview",
    "trend",
    "ranking",
    "cohort",
    "forecast",
    "health",
    "alerts",
    "summary",
)
# Each layer with its share of a hundred tables, and what its names begin with.
LAYERS = {
    "gen_raw": (30, "", SYSTEMS),
    "gen_staging": (28, "stg_", SYSTEMS),
    "gen_intermediate": (20, "int_", STEPS),
    "gen_marts": (15, "", MARTS),
    "gen_bi": (7, "rpt_", REPORTS),
}
COLUMNS = (
    "code",
    "source_system",
    "status",
    "created_at",
    "updated_at",
    "country_code",
    "currency",
    "amount",
    "quantity",
    "net_amount",
    "gross_amount",
    "discount",
    "tax",
    "cost",
    "margin",
    "rate",
    "score",
    "event_count",
    "duration",
    "weight",
    "first_at",
    "last_at",
    "rank",
    "share",
    "target",
    "forecast",
    "balance",
)


def generate(size: int, seed: int = 1) -> Map:
    """Make up a warehouse of this many tables in the schemas ``gen_raw`` to ``gen_bi``.

    A table has four to sixteen columns. Most read one to four tables of the layer before, a few skip layers,
    and some tables are read by very many. The same size and seed give the same warehouse.
    """
    rng = random.Random(seed)  # noqa: S311 - tables, not secrets
    tables: dict[Path, Table] = {}
    layers: list[list[Path]] = []
    ends = [round(size * share / 100) for share in accumulate(share for share, _, _ in LAYERS.values())]
    for schema, start, end in zip(LAYERS, [0, *ends], ends, strict=False):
        before = [(layer, _popularity(layer)) for layer in layers if layer]
        layers.append([])
        for number in range(end - start):
            path = ("warehouse", schema, _name(schema, number))
            reads = _choose(rng, before)
            tables[path] = _make(rng, path, [(read, tables[read].columns or ()) for read in reads])
            layers[-1].append(path)
    return Map(tables, [Shown(path, table.columns or ()) for path, table in tables.items()])


def _name(schema: str, number: int) -> str:
    """Name a table: every word of its layer with every noun, then again with a number."""
    _, prefix, words = LAYERS[schema]
    turn, noun = divmod(number, len(NOUNS))
    again, word = divmod(turn, len(words))
    return f"{prefix}{words[word]}_{NOUNS[noun]}{f'_{again + 1}' if again else ''}"


def _popularity(layer: Sequence[Path]) -> list[float]:
    """Weigh the tables of a layer, summed up: the first are hubs, as calendars and customers are."""
    return list(accumulate(1 + 40 / (1 + place) for place in range(len(layer))))


def _choose(rng: random.Random, before: Sequence[tuple[list[Path], list[float]]]) -> list[Path]:
    if not before:
        return []
    chosen: dict[Path, None] = {}
    for _ in range(rng.choices((1, 2, 3, 4), (25, 30, 25, 20))[0]):
        skips = rng.random() < 0.08  # noqa: PLR2004 - one read in twelve
        layer, weights = rng.choice(before) if skips else before[-1]
        chosen[rng.choices(layer, cum_weights=weights)[0]] = None
    return list(chosen)


def _make(rng: random.Random, path: Path, reads: Sequence[tuple[Path, tuple[str, ...]]]) -> Table:
    """Make a table: its key, some columns under the names they have where they come from, some of its own."""
    columns = dict.fromkeys([f"{path[-1]}_id", *rng.sample(COLUMNS, rng.randint(3, 15))])
    sources: dict[str, frozenset[Field]] = {}
    offered = [(*read, column) for read, known in reads for column in known]
    by_name = {field[-1]: field for field in offered}
    for column in columns if offered else ():
        if column in by_name:
            sources[column] = frozenset({by_name[column]})
        else:
            sources[column] = frozenset(rng.choices(offered, k=rng.choice((1, 1, 2))))
    keys = frozenset((*read, known[0]) for read, known in reads if len(reads) > 1)
    return Table(tuple(columns), sources, frozenset(read for read, _ in reads), keys)
