from __future__ import annotations

import re
import time
from xml.etree import ElementTree as ET

import pytest

from dataexplore.lineage import Lineage
from dataexplore.lineage.pictures.svg import to_svg
from tests.lineage.pictured import busiest_column, hostile, lineage, statuses

SVG = "{http://www.w3.org/2000/svg}"
SHOP = [("shop.raw.orders", "shop.marts.sales"), ("shop.marts.sales", "shop.bi.board")]


def test_a_small_lineage_is_one_titled_image():
    root = ET.fromstring(to_svg(Lineage.from_edges(SHOP)))
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert title.text == "Lineage of shop.raw.orders"
    assert description.text.startswith("3 tables, 2 lines")
    assert {"orders", "sales", "board"} <= {text.text for text in root.iter(f"{SVG}text")}


def test_thirty_tables_take_few_bytes_and_little_time():
    made = lineage(30)
    marks = statuses(made)
    to_svg(made, status=marks)
    spent = []
    for _ in range(5):
        before = time.process_time()
        drawn = to_svg(made, status=marks)
        spent.append(time.process_time() - before)
    assert len(drawn.encode()) < 60_000
    assert min(spent) < 0.1  # measured 0.015: a busy machine is no fault


def test_a_large_lineage_is_cut_to_what_is_near_and_says_so():
    made = lineage(400, columns=8)
    drawn = to_svg(made, columns=True, path=busiest_column(made))
    assert len(drawn.encode()) < 200_000
    assert "Shows 120 of 400 tables" in drawn


@pytest.mark.parametrize("columns", [None, True])
def test_hostile_names_stay_text(columns):
    made = hostile()
    drawn = to_svg(made, columns=columns, status=statuses(made))
    root = ET.fromstring(drawn)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in drawn
    assert "\u202e" not in drawn
    assert "\x1b" not in drawn
    assert r"$\frac{$" in {text.text for text in root.iter(f"{SVG}text")}


def test_nothing_is_loaded_and_no_style_reaches_the_page():
    drawn = to_svg(lineage(5), status=statuses(lineage(5)))
    assert not re.search(r"href|url\(|@import|<script|\bon\w+=", drawn)
    assert re.findall(r"https?://[^\"]+", drawn) == ["http://www.w3.org/2000/svg"]
    root = ET.fromstring(drawn)
    style = root.find(f"{SVG}style").text
    rules = re.findall(r"([^{}]+)\{", re.sub(r"@media[^{]+\{", "", style))
    assert rules
    assert all(f"#{root.get('id')}" in rule for rule in rules)


def test_it_follows_the_pages_theme_before_the_systems():
    drawn = to_svg(Lineage.from_edges(SHOP))
    system, light, dark = (
        drawn.index(sign)
        for sign in ("prefers-color-scheme:dark", 'jp-theme-light="true"', 'jp-theme-light="false"')
    )
    assert system < light < dark


def test_equal_lineages_give_equal_texts():
    assert to_svg(lineage(20)) == lineage(20).to_svg()
