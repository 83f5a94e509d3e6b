"""A still picture of a lineage as geometry, in pixels at scale 1: one scene serves matplotlib and SVG."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dataexplore.lineage.graph import TABLE
from dataexplore.lineage.layout import layered
from dataexplore.lineage.pictures.lettering import elide, measure, one_line, wrap
from dataexplore.lineage.pictures.marks import STATUSES
from dataexplore.lineage.pictures.shown import choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from dataexplore.lineage import Lineage
    from dataexplore.lineage.graph import Id
    from dataexplore.lineage.layout import Engine, Layout
    from dataexplore.lineage.pictures.shown import End, Picked, Shown

__all__ = ["Card", "Label", "Link", "Row", "Scene", "build_scene"]

WIDTH, HEADER, ROW, FOOT = 250.0, 42.0, 17.0, 8.0
COLUMN_GAP, ROW_GAP, MARGIN = 90.0, 18.0, 20.0
TITLE, SUBTITLE, CELL, BADGE, NOTE = 12.0, 10.0, 10.5, 9.0, 11.0  # sizes of text
INSET = 12.0  # of text in a card
MARK = 5.0  # half a status mark
TITLE_MIDDLE, SUBTITLE_MIDDLE = 15.0, 29.0  # below the card's top
BADGE_HEIGHT, BADGE_INSET, BADGE_DROP = 13.0, 5.0, 2.5
LINE = 18.0  # from one note, or row of the legend, to the next
CYCLE = "closes a cycle"
_LEAST_WIDTH = 440.0  # so that notes have room
_BEND, _LOOP = 0.45, 30.0


class Row(NamedTuple):
    """A line of a card: a column, or how many more there are; ``middle`` is measured from the card's top."""

    text: str
    middle: float
    lit: bool
    more: bool


class Label(NamedTuple):
    """A text at a place: its left and its middle."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """A table or BI asset.

    Attributes:
        node: its id.
        x: its left.
        y: its top.
        height: with its rows.
        title: the name, shortened to fit.
        subtitle: its schema, and its kind when it is no table.
        status: a word of :data:`~dataexplore.lineage.pictures.marks.STATUSES`, or None.
        rows: columns.
        role: ``focus``, ``lit``, ``plain``, or ``dim`` when something else is lit.
        hidden: badges for neighbours not in the graph, upstream and downstream; None for none.
        radius: of its corners; larger when it is no table.
    """

    node: Id
    x: float
    y: float
    height: float
    title: str
    subtitle: str
    status: str | None
    rows: tuple[Row, ...]
    role: str
    hidden: tuple[str | None, str | None]
    radius: float

    def badges(self) -> Iterator[tuple[float, float, float, str]]:
        """Give left, middle, width and text of each badge: they sit on the lower edge, on their side."""
        for number, label in enumerate(self.hidden):
            if label:
                width = measure(label, BADGE) + 2 * BADGE_INSET
                left = self.x + 8 if number == 0 else self.x + WIDTH - 8 - width
                yield left, self.y + self.height + BADGE_DROP, width, label


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two cards.

    Attributes:
        points: of cubic Bezier curves, one after the other, (3 k + 1, 2).
        role: ``lit``, ``plain`` or ``dim``.
        backward: whether it closes a cycle: it is drawn from its target to its source.
    """

    points: NDArray[np.float64]
    role: str
    backward: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a picture shows, and its size; statuses and the sign of a cycle are told in ``legend``."""

    cards: tuple[Card, ...]
    links: tuple[Link, ...]
    headings: tuple[Label, ...]
    notes: tuple[Label, ...]
    legend: tuple[Label, ...]
    width: float
    height: float


def build_scene(
    lineage: Lineage,
    *,
    focus: str | Id | None = None,
    columns: bool | int | None = None,
    status: Mapping[str | Id, str] | None = None,
    path: str | Id | list[str | Id] | None = None,
    lanes: str | Mapping[str | Id, int] | None = None,
    most: int | None = None,
    quick: bool = False,
    engine: Engine = "own",
) -> Scene:
    """Lay a lineage out and say what stands where.

    Args:
        lineage: what to show.
        focus: the table or column it is about; the lineage's own without one.
        columns: how many columns a card shows, those with lineage first (True: 8); None shows lit ones only.
        status: a word for each table, such as ``"failed"``.
        path: what to light: the whole way of one table or column, or the nodes of a list, such as
            ``lineage.path(a, b)``. Without one, a focus that is a column is lit.
        lanes: pins cards to layers: a number for each table, or ``"schema"`` for a layer a schema.
        most: show at most so many tables, those nearest to the focus.
        quick: lay out with a few more crossings, in a fifth of the time.
        engine: who lays out; see :func:`dataexplore.lineage.layout.layered`.

    Raises:
        InputError: a name is not in the lineage, or an option is not known.
        ConfigError: pygraphviz is wanted and not installed.
    """
    with lineage.lock:
        middle = lineage.focus if focus is None else lineage.node(focus)
        shown = choose(lineage, middle, columns=columns, status=status, path=path, lanes=lanes, most=most)
        notes = [one_line(note) for note in lineage.notes]
    if len(shown.tables) < shown.whole:
        near = f"those nearest to {one_line(middle[-1])}"
        notes.append(f"Shows {len(shown.tables):,} of {shown.whole:,} tables: {near}.")
    return _compose(shown, notes, quick=quick, engine=engine)


def _compose(shown: Shown, notes: list[str], *, quick: bool, engine: Engine) -> Scene:
    rows = [_rows(picked) for picked in shown.columns]
    heights = np.array([_height(each) for each in rows])
    ends = list(shown.edges)
    ports = np.array([[_port(source), _port(target)] for source, target in ends]).reshape(-1, 2)
    layout = layered(
        heights,
        np.array([[source.card, target.card] for source, target in ends], int).reshape(-1, 2),
        ports=ports,
        pins=shown.pins,
        width=WIDTH,
        column_gap=COLUMN_GAP,
        row_gap=ROW_GAP,
        quick=quick,
        engine=engine,
    )
    inner = float((layout.x + WIDTH).max(initial=0))
    width = max(inner, _LEAST_WIDTH) + 2 * MARGIN
    words = [word for word in STATUSES if word in {shown.statuses.get(table) for table in shown.tables}]
    top, said = _stack_notes(notes, width)
    top, legend = _legend([*words, *([CYCLE] if layout.backward.any() else [])], width, top)
    heads = _headings(shown, layout, top)
    top += LINE if heads else 0
    origin = np.array([(width - inner) / 2, top + (MARGIN / 2 if top > MARGIN else 0)])
    places = (np.stack((layout.x, layout.y), axis=1) + origin).tolist()
    cards = tuple(_card(shown, i, rows[i], (x, y)) for i, (x, y) in enumerate(places))
    bottom = max((layout.y + heights).max(initial=0), (layout.lane_y + layout.lane_height / 2).max(initial=0))
    return Scene(
        cards=cards,
        links=tuple(_links(shown, layout, ports, origin)),
        headings=tuple(Label(label.x + origin[0], label.y, label.text) for label in heads),
        notes=said,
        legend=legend,
        width=float(width),
        height=float(origin[1] + bottom + MARGIN),
    )


def _rows(picked: Picked) -> tuple[Row, ...]:
    texts = [(elide(one_line(name), WIDTH - 2 * INSET, CELL), name in picked.lit) for name in picked.names]
    if picked.names and picked.more:
        texts.append((f"+{picked.more:,} more", False))
    return tuple(
        Row(text, HEADER + ROW * (i + 0.5), lit, i == len(picked.names))
        for i, (text, lit) in enumerate(texts)
    )


def _height(rows: tuple[Row, ...]) -> float:
    return HEADER + (ROW * len(rows) + FOOT if rows else 0)


def _port(end: End) -> float:
    return HEADER / 2 if end.row is None else HEADER + ROW * (end.row + 0.5)


def _card(shown: Shown, i: int, rows: tuple[Row, ...], place: tuple[float, float]) -> Card:
    table, known = shown.tables[i], shown.attributes[i]
    status = shown.statuses.get(table)
    room = WIDTH - 2 * INSET - (2 * MARK + 6 if status else 0)
    kind = "" if known["kind"] == TABLE else known["kind"]
    schema = ".".join(table[-2:-1] if len({path[:-2] for path in shown.tables}) == 1 else table[:-1])
    return Card(
        node=table,
        x=place[0],
        y=place[1],
        height=_height(rows),
        title=elide(one_line(known["name"]), room, TITLE, bold=True),
        subtitle=elide(one_line(" · ".join(filter(None, (kind, schema)))), WIDTH - 2 * INSET, SUBTITLE),
        status=status,
        rows=rows,
        role=shown.roles[i],
        hidden=(_badge(known["hidden_up"]), _badge(known["hidden_down"])),
        radius=13.0 if kind else 6.0,
    )


def _badge(hidden: int | None) -> str | None:
    return f"+{hidden:,}" if hidden else None


def _links(
    shown: Shown, layout: Layout, ports: NDArray[np.float64], origin: NDArray[np.float64]
) -> list[Link]:
    anything_lit = any(role in {"lit", "dim"} for role in shown.roles) or any(shown.edges.values())
    links = []
    for edge, ((source, target), lit) in enumerate(shown.edges.items()):
        role = "lit" if lit else "dim" if anything_lit else "plain"
        tops = layout.y[source.card] + ports[edge, 0], layout.y[target.card] + ports[edge, 1]
        backward = bool(layout.backward[edge])
        left, right = (target.card, source.card) if backward else (source.card, target.card)
        begin, end = tops[::-1] if backward else tops
        if left == right:
            points = _loop(layout.x[left] + WIDTH, begin, end)
        else:
            lanes = layout.route[layout.route_start[edge] : layout.route_start[edge + 1]]
            stops = [(layout.x[left] + WIDTH, begin)]
            for lane in lanes:
                x = layout.lane_layer[lane] * (WIDTH + COLUMN_GAP)
                stops += [(x, layout.lane_y[lane]), (x + WIDTH, layout.lane_y[lane])]
            points = _curve([*stops, (layout.x[right], end)])
        links.append(Link(points + origin, role, backward))
    return links


def _curve(stops: list[tuple[float, float]]) -> NDArray[np.float64]:
    points = [stops[0]]
    for (x, y), (next_x, next_y) in pairwise(stops):
        bend = (next_x - x) * _BEND
        points += [(x + bend, y), (next_x - bend, next_y), (next_x, next_y)]
    return np.array(points)


def _loop(x: float, begin: float, end: float) -> NDArray[np.float64]:
    """Leave a card and come back to it, a little lower where both would be one place."""
    low = end if abs(end - begin) > 1 else end + HEADER / 4
    return np.array([(x, begin), (x + _LOOP, begin), (x + _LOOP, low), (x, low)])


def _stack_notes(notes: list[str], width: float) -> tuple[float, tuple[Label, ...]]:
    lines = [line for note in notes for line in wrap(note, width - 2 * MARGIN, NOTE)]
    return MARGIN + LINE * len(lines), tuple(
        Label(MARGIN, MARGIN + LINE * (i + 0.5), line) for i, line in enumerate(lines)
    )


def _legend(words: list[str], width: float, top: float) -> tuple[float, tuple[Label, ...]]:
    """Place each mark with its word from left to right, in as many rows as it takes."""
    labels, x, y = [], MARGIN, top + LINE / 2
    for word in words:
        room = 2 * MARK + 7 + measure(word, SUBTITLE) + 14
        if x > MARGIN and x + room > width - MARGIN:
            x, y = MARGIN, y + LINE
        labels.append(Label(x, y, word))
        x += room
    return (y + LINE / 2 if words else top), tuple(labels)


def _headings(shown: Shown, layout: Layout, top: float) -> tuple[Label, ...]:
    """Name the layers that hold one schema only."""
    if not shown.by_schema:
        return ()
    schemas: dict[int, set[Id]] = {}
    for layer, table in zip(layout.layer.tolist(), shown.tables, strict=True):
        schemas.setdefault(layer, set()).add(table[:-1])
    return tuple(
        Label(
            layer * (WIDTH + COLUMN_GAP), top + LINE / 2, elide(one_line(schema[-1]), WIDTH, NOTE, bold=True)
        )
        for layer, [schema] in ((layer, list(found)) for layer, found in schemas.items() if len(found) == 1)
        if schema
    )
