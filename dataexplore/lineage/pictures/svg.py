"""A lineage as a small SVG that stands by itself: for saved notebooks, beside the widget."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dataexplore.clients.datafold.paths import join_path
from dataexplore.html import text
from dataexplore.lineage.pictures import scene as drawn
from dataexplore.lineage.pictures.colours import DARK, LIGHT
from dataexplore.lineage.pictures.lettering import one_line
from dataexplore.lineage.pictures.marks import STATUSES
from dataexplore.lineage.pictures.scene import CYCLE, build_scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dataexplore.lineage import Lineage
    from dataexplore.lineage.graph import Id
    from dataexplore.lineage.pictures.colours import Colours
    from dataexplore.lineage.pictures.scene import Card, Label, Link, Scene

__all__ = ["to_svg"]

MOST_TABLES = 120  # about 200 KB, and more than one reads in a page
_ASCENT = 0.35  # of a font's size, from the middle of a line down to its base


def to_svg(
    lineage: Lineage,
    *,
    focus: str | Id | None = None,
    columns: bool | int | None = None,
    status: Mapping[str | Id, str] | None = None,
    path: str | Id | list[str | Id] | None = None,
    lanes: str | Mapping[str | Id, int] | None = None,
    most: int = MOST_TABLES,
) -> str:
    """Draw a lineage as SVG: light or dark as the page is, nothing outside it needed, no script in it.

    A large lineage is shown around its focus, and the picture says what it leaves out. The arguments are
    those of :func:`dataexplore.lineage.pictures.scene.build_scene`.

    Raises:
        InputError: a name is not in the lineage, or an option is not known.
    """
    scene = build_scene(
        lineage, focus=focus, columns=columns, status=status, path=path, lanes=lanes, most=most, quick=True
    )
    body = "".join(_body(scene))
    # The id keeps the picture's style to itself, and equal pictures equal.
    name = f"dx-lineage-{hashlib.sha256(body.encode()).hexdigest()[:10]}"
    title = f"Lineage of {join_path(lineage.focus if focus is None else lineage.node(focus))}"
    size = f'width="{scene.width:.0f}" height="{scene.height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" role="img" aria-labelledby="{name}-t {name}-d"'
        f' viewBox="0 0 {scene.width:.0f} {scene.height:.0f}" {size} style="max-width:100%;height:auto">'
        f'<title id="{name}-t">{text(one_line(title))}</title>'
        f'<desc id="{name}-d">{text(_describe(scene))}</desc><style>{_style(f"#{name}")}</style>{body}</svg>'
    )


def _body(scene: Scene) -> Iterable[str]:
    yield '<rect class="bg" width="100%" height="100%"/>'
    for role in ("dim", "plain", "lit"):
        for backward in (False, True):
            lines = "".join(
                _line(link) for link in scene.links if (link.role, link.backward) == (role, backward)
            )
            if lines:
                yield f'<path class="l {role}{" b" if backward else ""}" d="{lines}"/>'
    for card in scene.cards:
        yield from _card(card)
    for label in scene.notes:
        yield _text("n", label.x, label.y, drawn.NOTE, label.text)
    for label in scene.headings:
        yield _text("h", label.x, label.y, drawn.NOTE, label.text)
    for label in scene.legend:
        yield from _legend(label)


def _line(link: Link) -> str:
    points = link.points.round(1).tolist()
    parts = [f"M{_pair(points[0])}"]
    for start, one, two, end in zip(points[::3], points[1::3], points[2::3], points[3::3], strict=False):
        level = start[1] == one[1] == two[1] == end[1] and start[0] != end[0]
        parts.append(f"H{end[0]:g}" if level else f"C{_pair(one)} {_pair(two)} {_pair(end)}")
    return "".join(parts)


def _pair(point: list[float]) -> str:
    return f"{point[0]:g},{point[1]:g}"


def _card(card: Card) -> Iterable[str]:
    yield f'<g class="c {card.role}"><title>{text(one_line(join_path(card.node)))}</title>'
    yield _box("k", card.x, card.y, drawn.WIDTH, card.height, radius=card.radius)
    for row in card.rows:
        if row.lit:
            top = card.y + row.middle - drawn.ROW / 2
            yield _box("s", card.x + 1, top, drawn.WIDTH - 2, drawn.ROW)
    left = card.x + drawn.INSET
    yield _text("t", left, card.y + drawn.TITLE_MIDDLE, drawn.TITLE, card.title)
    yield _text("u", left, card.y + drawn.SUBTITLE_MIDDLE, drawn.SUBTITLE, card.subtitle)
    for row in card.rows:
        kind = "i" if row.lit else "u" if row.more else "r"
        yield _text(kind, left, card.y + row.middle, drawn.CELL, row.text)
    if card.status:
        x = card.x + drawn.WIDTH - drawn.INSET - drawn.MARK
        yield _mark(card.status, x, card.y + drawn.TITLE_MIDDLE)
    for x, y, width, label in card.badges():
        half = drawn.BADGE_HEIGHT / 2
        yield _box("k", x, y - half, width, drawn.BADGE_HEIGHT, radius=half)
        yield _text("g", x + drawn.BADGE_INSET, y, drawn.BADGE, label)
    yield "</g>"


def _legend(label: Label) -> Iterable[str]:
    middle = label.x + drawn.MARK
    if label.text == CYCLE:
        yield f'<path class="l plain b" d="M{label.x - 3:g},{label.y:g}h{2 * drawn.MARK + 6:g}"/>'
    else:
        yield _mark(label.text, middle, label.y)
    yield _text("e", middle + drawn.MARK + 7, label.y, drawn.SUBTITLE, label.text)


def _mark(word: str, x: float, y: float) -> str:
    mark, size = STATUSES[word], drawn.MARK
    if not mark.polygons:
        kind = f"o {word}" if mark.ring else f"m {word}"
        return f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{mark.radius * size:g}"/>'
    shapes = (
        "".join(f"L{x + dx * size:.1f},{y + dy * size:.1f}" for dx, dy in each) for each in mark.polygons
    )
    return f'<path class="m {word}" d="{"".join(f"M{shape[1:]}z" for shape in shapes)}"/>'


def _box(kind: str, x: float, y: float, width: float, height: float, *, radius: float = 0) -> str:
    corner = f' rx="{radius:g}"' if radius else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:g}" height="{height:g}"'
    return f'<rect class="{kind}" {place}{corner}/>'


def _text(kind: str, x: float, middle: float, size: float, value: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{middle + size * _ASCENT:.1f}">{text(value)}</text>'


def _describe(scene: Scene) -> str:
    tables = f"{len(scene.cards):,} table{'' if len(scene.cards) == 1 else 's'}"
    lines = (
        f"{len(scene.links):,} line{'' if len(scene.links) == 1 else 's'} between them, from left to right."
    )
    return " ".join([f"{tables}, {lines}", *(label.text for label in scene.notes)])


def _style(own: str) -> str:
    """Give rules that reach only this picture; the page's theme, where it says one, before the system's."""
    rules = [
        f"{own}{{{_variables(LIGHT, dark=False)}}}",
        f"@media (prefers-color-scheme:dark){{{own}{{{_variables(DARK, dark=True)}}}}}",
        f'[data-jp-theme-light="true"] {own}{{{_variables(LIGHT, dark=False)}}}',
        f'[data-jp-theme-light="false"] {own}{{{_variables(DARK, dark=True)}}}',
        f"{own} text{{font:{drawn.CELL}px var(--jp-ui-font-family,system-ui),sans-serif;fill:var(--text)}}",
    ]
    rules += [f"{own} {rule}" for rule in _RULES]
    rules += [f"{own} .{word}{{--mark:var(--{word})}}" for word in STATUSES]
    return "".join(rules)


def _variables(colours: Colours, *, dark: bool) -> str:
    named = {name.replace("_", "-"): colour for name, colour in colours._asdict().items()}
    marks = {word: mark.dark if dark else mark.colour for word, mark in STATUSES.items()}
    return "".join(f"--{name}:{colour};" for name, colour in {**named, **marks}.items())


_RULES = (
    ".bg{fill:var(--ground)}",
    ".l{fill:none;stroke:var(--link);stroke-width:1.2}",
    ".l.dim{stroke:var(--faint-link)}",
    ".l.lit{stroke:var(--accent);stroke-width:2}",
    ".b{stroke-dasharray:5 3}",
    ".k{fill:var(--card);stroke:var(--border)}",
    ".dim .k{fill:var(--faint-card);stroke:var(--faint-link)}",
    ".lit .k{stroke:var(--accent)}",
    ".focus .k{stroke:var(--accent);stroke-width:2}",
    ".s{fill:var(--soft)}",
    f"text.t{{font-size:{drawn.TITLE}px;font-weight:600}}",
    f"text.u,text.e{{font-size:{drawn.SUBTITLE}px;fill:var(--muted)}}",
    f"text.g{{font-size:{drawn.BADGE}px;fill:var(--muted)}}",
    f"text.n{{font-size:{drawn.NOTE}px;fill:var(--muted)}}",
    f"text.h{{font-size:{drawn.NOTE}px;font-weight:600}}",
    "text.i{fill:var(--accent)}",
    ".dim text{fill:var(--dim)}",
    ".m{fill:var(--mark)}",
    ".o{fill:none;stroke:var(--mark);stroke-width:2}",
)
