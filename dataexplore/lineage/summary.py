"""A lineage in a few lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dataexplore.clients.datafold.paths import join_path
from dataexplore.html import visible
from dataexplore.lineage.graph import COLUMN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from dataexplore.lineage.graph import Missing

__all__ = ["count", "counts", "gap", "notes"]

_GAPS_SHOWN = 3


def counts(graph: nx.DiGraph) -> str:
    """Say how much there is, in one line."""
    things = [each for _, each in graph.nodes(data=True) if each["kind"] != COLUMN]
    kinds, sides = Counter(each["kind"] for each in things), Counter(each["side"] for each in things)
    parts = [count(number, visible(kind)) for kind, number in kinds.items()]
    if traced := len(graph) - len(things):
        parts.append(f"{count(traced, 'column')} traced")
    parts.append(count(graph.number_of_edges(), "edge"))
    up, down = sides["up"] + sides["both"], sides["down"] + sides["both"]
    return f"{', '.join(parts)} · {up:,} upstream, {down:,} downstream"


def notes(missing: Sequence[Missing], matched: str | None) -> tuple[str, ...]:
    """Say what a reader must know: how the name was understood, and what is missing."""
    said = (visible(matched),) if matched else ()
    if not missing:
        return said
    more = f"; and {len(missing) - _GAPS_SHOWN:,} more" if len(missing) > _GAPS_SHOWN else ""
    return (*said, f"Incomplete: {'; '.join(map(gap, missing[:_GAPS_SHOWN]))}{more}")


def gap(missing: Missing) -> str:
    """Say what is missing, and why."""
    return f"{missing.side}stream of {visible(join_path(missing.node))} ({visible(missing.reason)})"


def count(number: int, thing: str) -> str:
    """Write a number with its thing, in the plural where it belongs: ``1 table``, ``2 tables``."""
    return f"{number:,} {thing}{'' if number == 1 or thing.endswith('s') else 's'}"
