"""Geometry at 5, 30 and 300 tables, light and dark: nothing overlaps, all text can be read."""

import pytest

from dataexplore.lineage.pictures.marks import STATUSES
from tests.widgets.lineages import warehouse_lineage

SIZES = [5, 30, 300]
THEMES = ["light", "dark"]
LEAST_PX = 9
LEAST_CONTRAST = 4.5


def overlapping(boxes):
    """Pairs of boxes that share more than a hair's breadth."""
    boxes = sorted(boxes, key=lambda box: box["y"])
    found = []
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            if other["y"] > one["y"] + one["height"] - 0.5:
                break
            if min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"]) > 0.5:
                found.append((one, other))
    return found


def at(points, share):
    """A point of a link's curve: Bezier pieces in the gaps, straight lines in the lanes."""
    pieces = len(points) - 1
    piece = min(int(share * pieces), pieces - 1)
    t = share * pieces - piece
    (x0, y0), (x1, y1) = points[piece], points[piece + 1]
    if piece % 2:
        return x0 + (x1 - x0) * t, y0 + (y1 - y0) * t
    middle = (x0 + x1) / 2
    blend = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3]
    return (
        sum(weight * x for weight, x in zip(blend, (x0, middle, middle, x1), strict=True)),
        sum(weight * y for weight, y in zip(blend, (y0, y0, y1, y1), strict=True)),
    )


def crossing(links, cards):
    """Lit links that run over a card."""
    found = []
    for link in links:
        for share in [step / 60 for step in range(1, 60)]:
            x, y = at(link["points"], share)
            found += [
                (link["source"], link["target"], card["path"])
                for card in cards
                if card["x"] + 1 < x < card["x"] + card["width"] - 1
                and card["y"] + 1 < y < card["y"] + card["height"] - 1
            ]
    return found


def check(picture):
    cards, labels = picture.hook("cards()"), picture.hook("labels()")
    assert overlapping(cards) == []
    assert overlapping(labels) == []
    assert [label for label in labels if label["px"] < LEAST_PX - 0.01] == []
    assert [label for label in labels if label["onCard"] < LEAST_CONTRAST] == []
    assert (
        crossing([link for link in picture.hook("links()") if link["lit"] and not link["bowed"]], cards) == []
    )
    return labels


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_overlaps_and_all_text_can_be_read(show, size, theme):
    lineage = warehouse_lineage(size)
    words = list(STATUSES)
    tables = [node for node, kind in lineage.graph.nodes(data="kind") if kind != "column"]
    status = {table: words[i % len(words)] for i, table in enumerate(tables) if i % 3}
    picture = show(lineage, theme=theme, status=status)
    assert check(picture)
    picture.screenshot(f"{size}-{theme}")
    name = lineage.focus[-1]
    picture.open_card(name)
    row = picture.card(name)["rows"][0]["name"]
    picture.click_row(name, row)
    labels = check(picture)
    assert any(label["text"] == row for label in labels)
    picture.screenshot(f"{size}-{theme}-column")
    for zoom in (0.7, 0.6):
        picture.page.evaluate("factor => hook.zoom(factor)", zoom)
        check(picture)
    picture.page.evaluate("hook.fit()")
    check(picture)
    picture.frame()
    picture.screenshot(f"{size}-{theme}-all")


def test_all_columns_open_without_overlaps(show):
    picture = show(warehouse_lineage(30))
    picture.page.get_by_role("button", name="Columns").click()
    picture.page.evaluate("hook.fit()")
    check(picture)
    assert sum(len(card["rows"]) for card in picture.hook("cards()")) > 100


def test_text_on_lit_rows_stands_out_too(show, shop):
    for theme in THEMES:
        picture = show(shop, theme=theme)
        picture.open_card("fact_orders")
        picture.click_row("fact_orders", "total")
        rows = [label for label in picture.hook("labels()") if label["text"] in {"total", "revenue"}]
        assert len(rows) == 4
        assert min(row["worst"] for row in rows) >= LEAST_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
def test_text_of_the_panels_stands_out(show, shop, theme):
    picture = show(shop, theme=theme, status={"fact_orders": "failed"}, ask=lambda request, done: None)
    picture.click_card("fact_orders")
    picture.button("Impact")
    picture.page.get_by_label("Search tables and columns").fill("order")
    contrast, text = picture.lowest_contrast()
    assert contrast >= LEAST_CONTRAST, text
    picture.screenshot(f"panels-{theme}")


def test_it_works_in_a_narrow_column(show, shop):
    picture = show(shop, width=420, height=560)
    tools = picture.page.locator(".dx-tools").bounding_box()
    assert tools["width"] <= 420
    assert picture.page.evaluate("root.scrollWidth <= root.clientWidth")
    picture.screenshot("narrow")
