from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from dataexplore.errors import InputError
from dataexplore.lineage import Lineage
from dataexplore.lineage.pictures import scene as drawn
from dataexplore.lineage.pictures.colours import DARK, LIGHT
from dataexplore.lineage.pictures.lettering import elide, measure, one_line, wrap
from dataexplore.lineage.pictures.marks import STATUSES
from dataexplore.lineage.pictures.scene import build_scene
from tests.lineage.pictured import HOSTILE, busiest_column, hostile, lineage, statuses

SHOP = [("shop.raw.orders", "shop.marts.sales"), ("shop.marts.sales", "shop.bi.board")]


def boxes_of(scene):
    """Give left, top, right and bottom of cards, badges, and the texts that stand by themselves."""
    for card in scene.cards:
        yield card.x, card.y, card.x + drawn.WIDTH, card.y + card.height
    for label, size in (
        *((label, drawn.NOTE) for label in (*scene.notes, *scene.headings)),
        *((label, drawn.SUBTITLE) for label in scene.legend),
    ):
        right = label.x + measure(label.text, size) + (2 * drawn.MARK + 7 if label in scene.legend else 0)
        yield label.x, label.y - size / 2, right, label.y + size / 2


def overlapping(boxes):
    boxes = sorted(boxes)
    return [
        (one, other)
        for i, one in enumerate(boxes)
        for other in boxes[i + 1 :]
        if other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


def texts_of(card):
    """Give text, size, middle and left of all that is written on a card."""
    yield card.title, drawn.TITLE, drawn.TITLE_MIDDLE
    yield card.subtitle, drawn.SUBTITLE, drawn.SUBTITLE_MIDDLE
    for row in card.rows:
        yield row.text, drawn.CELL, row.middle


def along(link, steps=16):
    """Give points on a link's curves."""
    t = np.linspace(0, 1, steps)[:, None]
    p = link.points
    for start, one, two, end in zip(p[:-1:3], p[1::3], p[2::3], p[3::3], strict=True):
        yield from (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * one + 3 * (1 - t) * t**2 * two + t**3 * end


def contrast(one, other):
    def luminance(colour):
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("count", "columns"), [(5, 6), (30, 12), (100, 8), (300, 0)])
def test_nothing_overlaps_and_no_line_crosses_a_card(count, columns):
    made = lineage(count, columns=columns)
    path = busiest_column(made) if columns else made.focus
    scene = build_scene(made, columns=bool(columns), path=path, status=statuses(made), quick=True)
    assert overlapping(boxes_of(scene)) == []
    cards = np.array([(card.x, card.y, card.x + drawn.WIDTH, card.y + card.height) for card in scene.cards])
    for link in scene.links:
        points = np.array(list(along(link)))
        x, y = points[:, :1], points[:, 1:]
        inside = (x > cards[:, 0] + 1) & (x < cards[:, 2] - 1) & (y > cards[:, 1] + 1) & (y < cards[:, 3] - 1)
        assert not inside.any()
    assert any(link.role == "lit" for link in scene.links)


@pytest.mark.parametrize("made", [lineage(30, columns=12), hostile()], ids=["usual", "hostile"])
def test_texts_fit_their_cards_are_not_small_and_do_not_touch(made):
    for card in build_scene(made, columns=True, status=statuses(made), quick=True).cards:
        texts = list(texts_of(card))
        for text, size, _ in texts:
            assert size >= 9
            assert measure(text, size, bold=size == drawn.TITLE) <= drawn.WIDTH - 2 * drawn.INSET
        for (_, size, middle), (_, next_size, next_middle) in pairwise(texts):
            assert middle + size / 2 <= next_middle - next_size / 2
        assert texts[-1][2] + drawn.CELL / 2 <= card.height


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_every_ground_it_is_on(colours):
    pairs = [
        (colours.text, colours.card),
        (colours.text, colours.ground),
        (colours.muted, colours.card),
        (colours.muted, colours.ground),
        (colours.dim, colours.faint_card),
        (colours.accent, colours.soft),
    ]
    assert min(contrast(*pair) for pair in pairs) >= 4.5
    marks = [mark.dark if colours is DARK else mark.colour for mark in STATUSES.values()]
    assert min(contrast(mark, ground) for mark in marks for ground in (colours.card, colours.faint_card)) >= 3


def test_statuses_differ_in_their_shape_not_in_colour_alone():
    shapes = [(mark.polygons, mark.radius, mark.ring) for mark in STATUSES.values()]
    assert len(set(shapes)) == len(shapes)


def test_columns_are_off_and_then_those_with_lineage_come_first():
    made = Lineage.from_edges(
        SHOP,
        column_edges=[(("shop", "raw", "orders", "z"), ("shop", "marts", "sales", "total"))],
        columns={"shop.raw.orders": [*"abcdef", "z"]},
    )
    assert all(not card.rows for card in build_scene(made).cards)
    card = build_scene(made, columns=3).cards[0]
    assert [row.text for row in card.rows] == ["a", "b", "z", "+4 more"]


def test_a_focused_column_is_lit_with_its_way_and_the_rest_is_dimmed():
    made = Lineage.from_edges(
        [*SHOP, ("shop.raw.other", "shop.marts.sales")],
        column_edges=[("shop.raw.orders.amount", "shop.marts.sales.total")],
        columns={"shop.marts.sales": ["id", "total"]},
        focus="shop.marts.sales.total",
    )
    scene = build_scene(made)
    roles = {card.title: card.role for card in scene.cards}
    assert roles == {"orders": "lit", "sales": "focus", "board": "dim", "other": "dim"}
    assert [[row.text for row in card.rows if row.lit] for card in scene.cards[:2]] == [["amount"], ["total"]]
    assert sorted(link.role for link in scene.links) == ["dim", "dim", "lit"]


def test_a_list_lights_these_nodes_and_the_steps_between_them():
    made = Lineage.from_edges([*SHOP, ("shop.raw.orders", "shop.bi.board")])
    scene = build_scene(made, path=["orders", "board"])
    assert sorted(link.role for link in scene.links) == ["dim", "dim", "lit"]


def test_badges_tell_hidden_neighbours_and_stay_clear_of_the_texts():
    made = Lineage.from_edges(SHOP)
    made.graph.nodes["shop", "raw", "orders"].update(hidden_up=12, hidden_down=0)
    card = build_scene(made).cards[0]
    [(x, middle, width, text)] = card.badges()
    assert text == "+12"
    assert card.x < x < x + width < card.x + drawn.WIDTH / 2
    assert middle - drawn.BADGE_HEIGHT / 2 >= card.y + drawn.SUBTITLE_MIDDLE + drawn.SUBTITLE / 2


def test_a_cycle_and_a_self_loop_are_drawn_and_told():
    made = Lineage.from_edges([("a.b.c", "a.b.d"), ("a.b.d", "a.b.c"), ("a.b.c", "a.b.c")])
    scene = build_scene(made)
    assert [link.backward for link in scene.links].count(True) == 1
    assert [label.text for label in scene.legend] == ["closes a cycle"]


def test_a_picture_of_the_nearest_tables_says_what_it_leaves_out():
    scene = build_scene(lineage(60), most=10)
    assert len(scene.cards) == 10
    assert scene.notes[-1].text.startswith("Shows 10 of ")


def test_a_legend_holds_only_what_occurs():
    scene = build_scene(Lineage.from_edges(SHOP), status={"sales": "FAILED", "orders": "succeeded"})
    assert [label.text for label in scene.legend] == ["ok", "failed"]
    assert [card.status for card in scene.cards] == ["ok", "failed", None]


def test_schemas_may_be_pinned_to_layers_that_bear_their_name():
    made = lineage(60)
    scene = build_scene(made, lanes="schema")
    left = {}
    for card in scene.cards:
        left.setdefault(card.node[1], set()).add(card.x)
    assert len(left["raw"]) == 1
    assert "raw" in [label.text for label in scene.headings]
    assert overlapping(boxes_of(scene)) == []


def test_tables_may_be_pinned_to_numbered_layers():
    scene = build_scene(Lineage.from_edges(SHOP), lanes={"board": 0, "sales": 1, "orders": 2})
    left = {card.title: card.x for card in scene.cards}
    assert left["board"] < left["sales"] < left["orders"]
    assert all(link.backward for link in scene.links)


@pytest.mark.parametrize("options", [{"lanes": "layer"}, {"path": "nothing"}, {"status": {"sales": 3}}])
def test_what_is_not_known_is_refused(options):
    with pytest.raises(InputError):
        build_scene(Lineage.from_edges(SHOP), **options)


def test_a_name_is_shortened_in_the_middle_and_only_as_far_as_it_must():
    short = elide("stg_finance_subscriptions_2026", 150, 12)
    assert short.startswith("stg_fin")
    assert short.endswith("2026")
    assert 130 < measure(short, 12) <= 150
    assert elide("orders", 150, 12) == "orders"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_becomes_one_harmless_line(name):
    line = one_line(name)
    assert all(character.isprintable() for character in line)
    assert len(line) <= 1_000


def test_a_note_is_broken_between_words():
    assert wrap("one two three", measure("one two", 11), 11) == ["one two", "three"]
    assert len(wrap("word " * 200, 60, 11)) == 6
