"""A lineage as a still figure in matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from dataexplore.errors import InputError
from dataexplore.lineage.graph import COLUMN
from dataexplore.lineage.pictures import scene as drawn
from dataexplore.lineage.pictures.colours import DARK, LIGHT
from dataexplore.lineage.pictures.marks import STATUSES
from dataexplore.lineage.pictures.scene import CYCLE, build_scene

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from dataexplore.lineage import Lineage
    from dataexplore.lineage.graph import Id
    from dataexplore.lineage.layout import Engine
    from dataexplore.lineage.pictures.colours import Colours
    from dataexplore.lineage.pictures.scene import Card, Scene

__all__ = ["draw"]

SMALLEST_POINTS = 6.5  # of a text in the figure at its own size
COMFORTABLE, PREFERRED_WIDTH = 0.75, 20.0  # points a pixel of the scene; inches, when that is readable
WIDEST, HIGHEST = 60.0, 80.0  # inches
MOST_TABLES, MOST_LINES = 250, 2_000
_INCH = 72.0
_HAIRBALL = (
    "Show less: lineage.select('2+table+1'), fewer hops or columns, or most=60, those nearest to the focus."
)


def draw(
    lineage: Lineage,
    ax: Axes | None = None,
    *,
    focus: str | Id | None = None,
    columns: bool | int | None = None,
    status: Mapping[str | Id, str] | None = None,
    path: str | Id | list[str | Id] | None = None,
    lanes: str | Mapping[str | Id, int] | None = None,
    most: int | None = None,
    dark: bool = False,
    engine: Engine = "own",
) -> Axes:
    """Draw a lineage with matplotlib: cards from left to right, with columns and a lit path where asked for.

    Without axes it makes a figure as large as readable text needs; one with nothing but ``ax`` grows.

    Args:
        lineage: what to draw.
        ax: axes to draw into.
        focus: the table or column it is about; the lineage's own without one.
        columns: how many columns a card shows, those with lineage first; True chooses a number, None shows
            lit ones only.
        status: a word for each table: ok, failed, running, queued, stale, different, alert, cancelled or
            skipped.
        path: what to light: a table or column with all it comes from and leads to, or a list of nodes,
            such as ``lineage.path(a, b)``.
        lanes: pins tables to layers: a number for each, or ``"schema"`` for a layer a schema.
        most: draw at most so many tables, those nearest to the focus.
        dark: for a dark page.
        engine: ``"graphviz"`` orders the cards with Graphviz, where pygraphviz is installed.

    Raises:
        ConfigError: pygraphviz is wanted and not installed.
        InputError: a name is not in the lineage; or there is so much to draw that nobody could read it.
    """
    with lineage.lock:
        tables = sum(kind != COLUMN for _, kind in lineage.graph.nodes(data="kind"))
    tables = tables if most is None else min(tables, most)
    if tables > MOST_TABLES:  # known before any time goes into laying it out
        raise InputError(f"A picture of {tables:,} tables is a hairball.", _HAIRBALL)
    scene = build_scene(
        lineage, focus=focus, columns=columns, status=status, path=path, lanes=lanes, most=most, engine=engine
    )
    if len(scene.links) > MOST_LINES:
        raise InputError(f"A picture with {len(scene.links):,} lines is a hairball.", _HAIRBALL)
    axes, points = _fit(scene, ax)
    _Drawing(axes, scene, DARK if dark else LIGHT, points, dark=dark).draw()
    return axes


def _fit(scene: Scene, ax: Axes | None) -> tuple[Axes, float]:
    """Give axes that are large enough, and how many points a pixel of the scene takes there."""
    import matplotlib.pyplot as plt  # noqa: PLC0415 - a second of import, and only a figure needs it

    least = SMALLEST_POINTS / drawn.BADGE
    if scene.width * least > WIDEST * _INCH or scene.height * least > HIGHEST * _INCH:
        inches = f"{scene.width * least / _INCH:.0f} by {scene.height * least / _INCH:.0f} inches"
        raise InputError(f"Readable text would take a figure of {inches}.", _HAIRBALL)
    points = max(
        least, min(COMFORTABLE, PREFERRED_WIDTH * _INCH / scene.width, HIGHEST * _INCH / scene.height)
    )
    size = scene.width * points / _INCH, scene.height * points / _INCH
    if ax is None:
        return plt.figure(figsize=size).add_axes((0, 0, 1, 1)), points
    figure = ax.get_figure(root=True)
    assert figure is not None  # axes that were removed from theirs cannot be drawn into
    box = ax.get_window_extent()
    wide, high = box.width / figure.dpi, box.height / figure.dpi
    there = min(wide / scene.width, high / scene.height) * _INCH
    if there >= least:
        return ax, there
    if len(figure.axes) > 1:
        raise InputError(
            f"In axes of {wide:.1f} by {high:.1f} inches, text would be under {SMALLEST_POINTS} points.",
            f"Give them {scene.width * least / _INCH:.1f} by {scene.height * least / _INCH:.1f}, or none.",
        )
    figure.set_size_inches(size)
    ax.set_position((0, 0, 1, 1))
    return ax, points


class _Drawing:
    """One scene on its way into axes."""

    def __init__(self, axes: Axes, scene: Scene, colours: Colours, points: float, *, dark: bool) -> None:
        self.axes = axes
        self.scene = scene
        self.colours = colours
        self.points = points
        self.dark = dark
        self.font = get_font(findfont(FontProperties(family=mpl.rcParams["font.family"])))
        self.marks: dict[str, list[tuple[float, float]]] = {}

    def draw(self) -> None:
        axes, scene = self.axes, self.scene
        axes.set_xlim(0, scene.width)
        axes.set_ylim(scene.height, 0)
        axes.set_aspect("equal", anchor="NW")
        axes.set_axis_off()
        figure = axes.get_figure(root=True)
        if figure is not None and len(figure.axes) == 1:
            figure.set_facecolor(self.colours.ground)
        ground = _box(0, 0, scene.width, scene.height)
        self._collect([ground], -1, facecolor=self.colours.ground, edgecolor="none")
        self._draw_links()
        self._draw_cards()
        for card in scene.cards:
            self._write_card(card)
        for label in scene.notes:
            self._write(label.x, label.y, label.text, drawn.NOTE, self.colours.muted)
        for label in scene.headings:
            self._write(label.x, label.y, label.text, drawn.NOTE, self.colours.text, bold=True)
        self._draw_legend()
        self._draw_marks()

    def _draw_links(self) -> None:
        colours = self.colours
        looks = {"dim": (colours.faint_link, 1.0), "plain": (colours.link, 1.2), "lit": (colours.accent, 2.0)}
        for order, (role, (colour, width)) in enumerate(looks.items()):
            for backward in (False, True):
                lines = [link for link in self.scene.links if (link.role, link.backward) == (role, backward)]
                self._collect(
                    [_curve(link.points) for link in lines],
                    order,
                    facecolor="none",
                    edgecolor=colour,
                    linewidths=width * self.points,
                    linestyles=(0, (4, 2.5)) if backward else "solid",
                )

    def _draw_cards(self) -> None:
        colours = self.colours
        looks = {
            "dim": (colours.faint_card, colours.faint_link, 1.0),
            "plain": (colours.card, colours.border, 1.0),
            "lit": (colours.card, colours.accent, 1.0),
            "focus": (colours.card, colours.accent, 2.0),
        }
        for role, (fill, edge, width) in looks.items():
            cards = [card for card in self.scene.cards if card.role == role]
            boxes = [_box(c.x, c.y, drawn.WIDTH, c.height, radius=c.radius) for c in cards]
            badges = [
                _box(x, y - drawn.BADGE_HEIGHT / 2, wide, drawn.BADGE_HEIGHT, radius=drawn.BADGE_HEIGHT / 2)
                for card in cards
                for x, y, wide, _ in card.badges()
            ]
            style = {"facecolor": fill, "edgecolor": edge, "linewidths": width * self.points}
            self._collect(boxes, 3, **style)
            self._collect(badges, 5, **style)
        lit = [
            _box(card.x + 1, card.y + row.middle - drawn.ROW / 2, drawn.WIDTH - 2, drawn.ROW)
            for card in self.scene.cards
            for row in card.rows
            if row.lit
        ]
        self._collect(lit, 4, facecolor=colours.soft, edgecolor="none")

    def _write_card(self, card: Card) -> None:
        colours = self.colours
        dim = card.role == "dim"
        left, quiet = card.x + drawn.INSET, colours.dim if dim else colours.muted
        name = colours.dim if dim else colours.text
        self._write(left, card.y + drawn.TITLE_MIDDLE, card.title, drawn.TITLE, name, bold=True)
        self._write(left, card.y + drawn.SUBTITLE_MIDDLE, card.subtitle, drawn.SUBTITLE, quiet)
        for row in card.rows:
            colour = colours.accent if row.lit else quiet if row.more else name
            self._write(left, card.y + row.middle, row.text, drawn.CELL, colour)
        for x, y, _, label in card.badges():
            self._write(x + drawn.BADGE_INSET, y, label, drawn.BADGE, quiet)
        if card.status:
            place = card.x + drawn.WIDTH - drawn.INSET - drawn.MARK, card.y + drawn.TITLE_MIDDLE
            self.marks.setdefault(card.status, []).append(place)

    def _draw_legend(self) -> None:
        for label in self.scene.legend:
            middle = label.x + drawn.MARK
            if label.text == CYCLE:
                line = Path([(label.x - 3, label.y), (middle + drawn.MARK + 3, label.y)])
                look = {"edgecolor": self.colours.link, "linewidths": 1.2 * self.points}
                self._collect([line], 1, facecolor="none", linestyles=(0, (4, 2.5)), **look)
            else:
                self.marks.setdefault(label.text, []).append((middle, label.y))
            self._write(middle + drawn.MARK + 7, label.y, label.text, drawn.SUBTITLE, self.colours.muted)

    def _draw_marks(self) -> None:
        for word, places in self.marks.items():
            mark = STATUSES[word]
            colour = mark.dark if self.dark else mark.colour
            shapes = [Path([*each, each[0]]) for each in mark.polygons] or [Path.circle((0, 0), mark.radius)]
            shape = Path.make_compound_path(*shapes)
            paths = [Affine2D().scale(drawn.MARK).translate(*place).transform_path(shape) for place in places]
            width = 2 * self.points if mark.ring else 0
            self._collect(
                paths, 5, facecolor="none" if mark.ring else colour, edgecolor=colour, linewidths=width
            )

    def _collect(self, paths: list[Path], order: float, **style: Any) -> None:
        if paths:
            self.axes.add_collection(PathCollection(paths, zorder=order, **style), autolim=False)

    def _write(self, x: float, y: float, value: str, size: float, colour: str, *, bold: bool = False) -> None:
        self.axes.text(
            x,
            y,
            "".join(c if self.font.get_char_index(ord(c)) else "\N{WHITE SQUARE}" for c in value),
            size=size * self.points,
            color=colour,
            weight="bold" if bold else "normal",
            va="center_baseline",
            clip_on=True,
            parse_math=False,
            zorder=6,
        )


def _curve(points: NDArray[np.float64]) -> Path:
    return Path(points, [Path.MOVETO] + [Path.CURVE4] * (len(points) - 1))


def _box(x: float, y: float, width: float, height: float, *, radius: float = 0) -> Path:
    radius = min(radius, height / 2)
    if not radius:
        return Path([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)])
    k = radius * 0.4477  # where a cubic curve comes nearest to a quarter of a circle
    right, low = x + width, y + height
    corners = [
        [(right - radius, y), (right - k, y), (right, y + k), (right, y + radius)],
        [(right, low - radius), (right, low - k), (right - k, low), (right - radius, low)],
        [(x + radius, low), (x + k, low), (x, low - k), (x, low - radius)],
        [(x, y + radius), (x, y + k), (x + k, y), (x + radius, y)],
    ]
    codes = [Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4] * 4
    codes[0] = Path.MOVETO
    return Path([*np.concatenate(corners), corners[0][0]], [*codes, Path.CLOSEPOLY])
