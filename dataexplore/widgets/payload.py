"""What a page gets of a lineage: numbers and names in a few buffers, with the places of the cards."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from dataexplore.lineage.graph import COLUMN, TABLE
from dataexplore.lineage.layout import layered
from dataexplore.lineage.names import text_of
from dataexplore.lineage.summary import gap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import ArrayLike

    from dataexplore.lineage import Lineage
    from dataexplore.lineage.graph import Id
    from dataexplore.lineage.layout import Layout

__all__ = ["Snapshot", "pack", "place", "take"]

# In pixels at scale 1; the page draws by the same numbers.
WIDTH, HEADER, COLUMN_GAP, ROW_GAP = 228.0, 42.0, 80.0, 16.0

# Laying out more cards than _LARGE takes longer than one wants to wait for a first picture.
_LARGE, _NEAREST = 1_500, 300
_SIDES = ("focus", "up", "down", "both")
_NOTES = 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A lineage at one moment, by number: what the layout and the page need of it."""

    cards: list[Id]
    attributes: list[dict[str, Any]]
    edges: list[tuple[int, int]]
    column_start: list[int]
    column_edges: list[tuple[int, int]]
    column_via: list[int]
    traced: list[int]
    focus: int
    whole: int
    cut: int
    notes: list[str]


def take(lineage: Lineage, *, traced: Collection[Id] = (), nearest: bool = False) -> Snapshot:
    """Take a snapshot; with ``nearest``, of a large lineage only the cards next to the focus."""
    with lineage.lock:
        graph = lineage.graph
        cards = [node for node, kind in graph.nodes(data="kind") if kind != COLUMN]
        whole = len(cards)
        if nearest and whole > _LARGE:
            cards = sorted(cards, key=lambda card: graph.nodes[card]["depth"])[:_NEAREST]
        number = {card: i for i, card in enumerate(cards)}
        attributes = [dict(graph.nodes[card]) for card in cards]
        pairs = list(graph.edges(data="kind"))
        focus = graph.nodes[lineage.focus].get("table", lineage.focus) if lineage.focus in graph else None
        missing = lineage.missing
    names = [attributes["columns"] for attributes in attributes]
    start = [0, *np.cumsum([len(each) for each in names], dtype=int).tolist()]
    edges = [
        (number[source], number[target])
        for source, target, kind in pairs
        if kind != COLUMN and source in number and target in number
    ]
    found = _Columns(number, names, start)
    column_edges = [
        (found.index(source), found.index(target))
        for source, target, kind in pairs
        if kind == COLUMN and found.has(source) and found.has(target)
    ]
    edge_number = {pair: i for i, pair in enumerate(edges)}
    owner = np.repeat(np.arange(len(cards)), np.diff(start)).tolist()
    return Snapshot(
        cards=cards,
        attributes=attributes,
        edges=edges,
        column_start=start,
        column_edges=column_edges,
        column_via=[edge_number.get((owner[source], owner[target]), -1) for source, target in column_edges],
        traced=[found.index(column) for column in traced if found.has(column)],
        focus=number.get(focus, 0) if focus is not None else 0,
        whole=whole,
        cut=len(missing),
        notes=[gap(each) for each in missing[:_NOTES]],
    )


class _Columns:
    """The numbers of columns; positions within a table are looked up once it is asked for."""

    def __init__(self, number: dict[Id, int], names: Sequence[Sequence[str]], start: Sequence[int]) -> None:
        self._number = number
        self._names = names
        self._start = start
        self._places: dict[int, dict[str, int]] = {}

    def has(self, column: Id) -> bool:
        return column[:-1] in self._number and column[-1] in self._place(self._number[column[:-1]])

    def index(self, column: Id) -> int:
        card = self._number[column[:-1]]
        return self._start[card] + self._place(card)[column[-1]]

    def _place(self, card: int) -> dict[str, int]:
        if card not in self._places:
            self._places[card] = {name: i for i, name in enumerate(self._names[card])}
        return self._places[card]


def place(snapshot: Snapshot) -> Layout:
    """Lay the cards of a snapshot out, all of them closed."""
    heights = np.full(len(snapshot.cards), HEADER)
    return layered(heights, snapshot.edges, width=WIDTH, column_gap=COLUMN_GAP, row_gap=ROW_GAP)


def pack(snapshot: Snapshot, layout: Layout, *, anchor: str = "") -> dict[str, Any]:
    """Write a snapshot and its layout as a page reads them.

    Args:
        snapshot: what is shown.
        layout: where.
        anchor: the text path of the card that stays where it is on the screen.
    """
    kinds = [attributes["kind"] for attributes in snapshot.attributes]
    words = [TABLE, *sorted(set(kinds) - {TABLE})]
    hidden = [
        -1 if attributes[side] is None else attributes[side]
        for attributes in snapshot.attributes
        for side in ("hidden_up", "hidden_down")
    ]
    traced = np.zeros(snapshot.column_start[-1], np.uint8)
    traced[snapshot.traced] = 1
    return {
        "width": WIDTH,
        "header": HEADER,
        "step": WIDTH + COLUMN_GAP,
        "row_gap": ROW_GAP,
        "focus": snapshot.focus,
        "anchor": anchor,
        "shown": len(snapshot.cards),
        "whole": snapshot.whole,
        "cut": snapshot.cut,
        "notes": snapshot.notes,
        "kinds": words,
        "x": _bytes(layout.x, "<f4"),
        "y": _bytes(layout.y, "<f4"),
        "layer": _bytes(layout.layer, "<i4"),
        "depth": _bytes([attributes["depth"] for attributes in snapshot.attributes], "<i4"),
        "side": _bytes([_SIDES.index(attributes["side"]) for attributes in snapshot.attributes], "u1"),
        "kind": _bytes([words.index(kind) for kind in kinds], "u1"),
        "hidden": _bytes(hidden, "<i4"),
        "edges": _bytes(snapshot.edges, "<i4"),
        "backward": _bytes(layout.backward, "u1"),
        "route_start": _bytes(layout.route_start, "<i4"),
        "route": _bytes(layout.route, "<i4"),
        "lane_layer": _bytes(layout.lane_layer, "<i4"),
        "lane_y": _bytes(layout.lane_y - layout.lane_height / 2, "<f4"),
        "lane_height": _bytes(layout.lane_height, "<f4"),
        "column_start": _bytes(snapshot.column_start, "<i4"),
        "column_edges": _bytes(snapshot.column_edges, "<i4"),
        "column_via": _bytes(snapshot.column_via, "<i4"),
        "traced": traced.tobytes(),
        **_names("name", [card[-1] for card in snapshot.cards]),
        **_names("place", [text_of(card[:-1]) for card in snapshot.cards]),
        **_names("column", chain.from_iterable(each["columns"] for each in snapshot.attributes)),
    }


def _bytes(values: ArrayLike, kind: str) -> bytes:
    return np.asarray(values).astype(kind).tobytes()


def _names(what: str, names: Iterable[str]) -> dict[str, bytes]:
    """Many names as one text, and where each begins in UTF-16 units, which is how JavaScript counts."""
    texts = [name.encode("utf-8", "replace").decode() for name in names]
    lengths = [len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2 for text in texts]
    return {
        f"{what}s": "".join(texts).encode(),
        f"{what}_offsets": _bytes([0, *np.cumsum(lengths, dtype=np.int64).tolist()], "<i4"),
    }
