"""The lineage in a real JupyterLab and a real Notebook 7: what a person does, and what Python hears of it."""

from __future__ import annotations

import base64
import csv
import io
import re
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest
from nbconvert import HTMLExporter

ROOT = Path(__file__).parents[2]
CELL = 1
SHOWN = "%datafold lineage marts.fact_orders"
FACT = "warehouse.marts.fact_orders"
CUSTOMER = {
    "warehouse.raw.orders.customer_id",
    "warehouse.staging.stg_orders.customer_id",
    f"{FACT}.customer_id",
}
# What %datafold shows has no name in the notebook; it is the newest widget of the kernel.
WIDGET = (
    "[each for each in __import__('ipywidgets').widgets.widget._instances.values()"
    " if type(each).__name__ == 'LineageWidget'][-1]"
)
NOTHING_ASKED = "!hook.state().busy.length"
HOSTILE = "<img src=x onerror=window.__xss=1>"
SCRIPT = "<script>window.__xss=2</script>"
GENERATED = """import sys
sys.path.append({root!r})
from dataexplore.lineage import Lineage
from tests.lineage.generated import warehouse
made = warehouse({tables}, columns=20)
Lineage.from_edges(
    [(made.tables[a], made.tables[b]) for a, b in made.edges],
    columns=dict(zip(made.tables, made.columns)),
    focus=made.tables[{tables} // 2],
)"""
# Milliseconds between frames while the picture is dragged along, two seconds long.
PAN = """root => new Promise(done => {
  const times = [];
  const step = now => {
    times.push(now);
    root.__dataexplore.pan(times.length % 120 < 60 ? -9 : 9, times.length % 80 < 40 ? -4 : 4);
    if (now - times[0] < 2000) requestAnimationFrame(step);
    else done((times.at(-1) - times[0]) / (times.length - 1));
  };
  requestAnimationFrame(step);
})"""


class Drawing:
    """The widget that a cell shows, and how a person handles it."""

    def __init__(self, sheet):
        self.sheet = sheet
        self.page = sheet.page
        self.root = sheet.output(CELL).locator(".dx-lineage")
        self.canvas = self.root.locator(".dx-canvas")
        self.root.evaluate("root => root.scrollIntoView({ block: 'center' })")
        self.wait_until("hook.cards().length && hook.counters.frames")

    def hook(self, call):
        return self.root.evaluate(f"root => root.__dataexplore.{call}")

    def wait_until(self, condition):
        """Wait until something holds of what the hook tells."""
        self.page.wait_for_function(
            f"root => {{ const hook = root.__dataexplore; return hook && ({condition}); }}",
            arg=self.root.element_handle(),
        )

    def state(self):
        return self.hook("state()")

    def cards(self):
        return {card["path"]: card for card in self.hook("cards()")}

    def card(self, name):
        return next(card for path, card in self.cards().items() if path.endswith(f".{name}"))

    def lit(self):
        return {path for path, card in self.cards().items() if card["lit"]}

    def lit_links(self):
        return {(link["source"], link["target"]) for link in self.hook("links()") if link["lit"]}

    def click_at(self, x, y):
        box = self.canvas.bounding_box()
        self.page.mouse.click(box["x"] + x, box["y"] + y)

    def click_card(self, name):
        card = self.card(name)
        self.click_at(card["x"] + card["width"] * 0.4, card["y"] + card["height"] / 2)

    def open_card(self, name):
        card = self.card(name)
        self.click_at(card["x"] + card["width"] * 0.94, card["y"] + card["height"] / 2)

    def click_row(self, name, row):
        found = next(each for each in self.card(name)["rows"] if each["name"] == row)
        self.click_at(found["x"], found["y"])

    def click_handle(self, name, side):
        card = self.card(name)
        out = -10 if side == "up" else card["width"] + 10
        self.click_at(card["x"] + out, card["y"] + card["height"] / 2)

    def button(self, name):
        self.root.get_by_role("button", name=name, exact=True).click()

    def python(self, attribute):
        return self.sheet.value(f"{WIDGET}.{attribute}")

    def agree_on(self, selected):
        """Wait until page and Python have this selected, and the same path lit."""

        def heard():
            return self.python("selected"), sorted(self.python("path"))

        def shown():
            state = self.state()
            return state["selected"], sorted(state["path"])

        end = time.monotonic() + 10  # the kernel hears of the page in a thread of its own
        while not (heard() == shown() and shown()[0] == selected) and time.monotonic() < end:
            self.page.wait_for_timeout(20)
        assert heard() == shown()
        assert shown()[0] == selected

    def saved(self, entry):
        self.button("Export ▾")
        with self.page.expect_download() as waiting:
            self.root.get_by_role("menuitem", name=entry).click()
        return waiting.value


@pytest.fixture
def draw(sheet):
    """Give a function that runs a cell and gives the widget it shows."""

    def run(code):
        sheet.write(CELL, code)
        text = sheet.run(CELL)
        assert sheet.output(CELL).locator(".dx-lineage").count() == 1, text
        return Drawing(sheet)

    return run


def in_front_end(sheet):
    """The name of the front end, for pictures."""
    return "lab" if "/lab" in sheet.page.url else "notebook7"


def light_customers(drawing):
    """Light the path of a column nobody has asked about yet."""
    drawing.open_card("fact_orders")
    drawing.click_row("fact_orders", "customer_id")
    drawing.wait_until(f"{NOTHING_ASKED} && hook.state().path.length > 1")
    drawing.button("Fit")


def test_the_widget_shows_and_hides_the_still_picture_below_it(draw):
    drawing = draw(SHOWN)
    counted = re.match(r"(\d+) tables, (\d+) dashboard", drawing.sheet.text(CELL))
    assert len(drawing.cards()) == sum(map(int, counted.groups()))
    still = drawing.sheet.output(CELL).locator(".jp-RenderedSVG")
    assert still.count() == 1
    assert still.is_hidden()


def test_a_click_on_a_column_lights_its_path_in_the_page_and_in_python(draw):
    drawing = draw(SHOWN)
    light_customers(drawing)
    assert set(drawing.state()["path"]) >= CUSTOMER
    assert drawing.lit() >= {column.rpartition(".")[0] for column in CUSTOMER}
    assert (
        "warehouse.raw.orders.customer_id",
        "warehouse.staging.stg_orders.customer_id",
    ) in drawing.lit_links()
    drawing.agree_on([f"{FACT}.customer_id"])
    assert drawing.python("focus") == FACT
    drawing.sheet.screenshot(f"lineage-{in_front_end(drawing.sheet)}-light")
    drawing.button("✕ Clear")
    drawing.agree_on([])
    assert drawing.lit() == set()


def test_python_lights_a_path_in_a_widget_of_its_own(draw, sheet):
    sheet.write(CELL, SHOWN)
    sheet.run(CELL)
    drawing = draw(
        "lineage = _\nfrom dataexplore.widgets.graph import LineageWidget\n"
        "widget = LineageWidget(lineage, status={'stg_orders': 'failed'})\nwidget"
    )
    assert drawing.card("stg_orders")["status"] == "failed"
    sheet.value("setattr(widget, 'selected', ['raw.orders'])")
    drawing.wait_until("hook.state().path.length > 1")
    assert drawing.state()["selected"] == ["warehouse.raw.orders"]
    assert {"warehouse.raw.orders", "warehouse.staging.stg_orders", FACT} <= drawing.lit()
    drawing.click_card("stg_shipments")
    drawing.agree_on(["warehouse.staging.stg_shipments"])
    assert FACT in sheet.value("widget.path")


def test_an_expanded_card_stays_where_it_is_while_the_service_is_asked(draw):
    drawing = draw(f"{SHOWN} --up 1 --down 1")
    drawing.button("Fit")
    before = drawing.card("int_order_revenue")
    assert before["handles"]["up"] == "+3"
    drawing.click_handle("int_order_revenue", "up")
    drawing.wait_until(f"{NOTHING_ASKED} && hook.state().tables > 8")
    after = drawing.card("int_order_revenue")
    assert (after["x"], after["y"]) == pytest.approx((before["x"], before["y"]), abs=1)
    assert "warehouse.staging.stg_refunds" in drawing.cards()
    assert drawing.python("lineage.graph.has_node(('warehouse', 'staging', 'stg_refunds'))") is True


def test_search_selectors_and_the_impact_table_are_in_step(draw):
    drawing = draw(SHOWN)
    search = drawing.root.get_by_label("Search tables and columns")
    search.fill("shipments")
    assert drawing.root.locator(".dx-hit-name").all_inner_texts() == ["shipments", "stg_shipments"]
    search.press("Enter")
    assert drawing.state()["active"] == "warehouse.raw.shipments"
    drawing.button("Impact")
    names = drawing.root.locator(".dx-impact tbody td:first-child")
    assert names.all_inner_texts() == ["stg_shipments", "fact_orders", "Order Economics"]
    names.get_by_role("button", name="fact_orders").click()
    assert drawing.state()["active"] == FACT
    marked = drawing.root.locator(".dx-impact tr[aria-selected=true] td:first-child")
    assert marked.all_inner_texts() == ["fact_orders"]
    drawing.root.get_by_label("Selector").fill("+stg_orders+1")
    drawing.root.get_by_label("Selector").press("Enter")
    drawing.wait_until("!hook.state().selected.length && hook.state().path.length === 4")
    drawing.agree_on([])


def test_what_is_saved_equals_the_screen_and_the_page_needs_no_network(draw, browser, tmp_path):
    drawing = draw(SHOWN)
    light_customers(drawing)
    drawn = {card["path"]: card["lit"] for card in drawing.cards().values()}
    svg = drawing.saved("SVG").path().read_text("utf-8")
    texts = [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {path.rpartition(".")[2] for path in drawn} <= set(texts)
    assert drawing.saved("PNG").path().read_bytes().startswith(b"\x89PNG")
    rows = csv.DictReader(io.StringIO(drawing.saved("CSV").path().read_text("utf-8")))
    assert CUSTOMER - {f"{FACT}.customer_id"} <= {row["source"] for row in rows if row["lit"] == "true"}
    mermaid = drawing.saved("Mermaid").path().read_text("utf-8")
    assert mermaid.count('["') == len(drawn)
    file = tmp_path / "lineage.html"
    drawing.saved("HTML").save_as(file)

    context = browser.new_context(offline=True)
    alone = context.new_page()
    asked, complaints = [], []
    alone.on("request", lambda request: asked.append(request.url))
    alone.on("pageerror", lambda error: complaints.append(str(error)))
    alone.goto(file.as_uri())
    alone.wait_for_function("document.querySelector('.dx-lineage')?.__dataexplore.cards().length")
    cards = alone.evaluate("document.querySelector('.dx-lineage').__dataexplore.cards()")
    context.close()
    assert {card["path"]: card["lit"] for card in cards} == drawn
    assert (asked, complaints) == ([file.as_uri()], [])


def test_the_keyboard_alone_walks_lights_and_never_reaches_the_notebook(draw, sheet):
    drawing = draw(SHOWN)
    press = sheet.page.keyboard.press
    within = "document.activeElement.closest('.dx-lineage') !== null"
    for _ in range(40):
        if sheet.page.evaluate("document.activeElement.classList.contains('dx-canvas')"):
            break
        press("Tab")
    assert sheet.page.evaluate(within)
    press("ArrowLeft")  # the first key shows where one is
    press("Enter")
    assert drawing.card("fact_orders")["open"]
    press("ArrowDown")
    press("Enter")
    drawing.wait_until(f"{NOTHING_ASKED} && hook.state().path.length > 1")
    drawing.agree_on([f"{FACT}.order_id"])
    for key in ("d", "d", "a", "b", "x", "m", "i", "i", "Shift+M", "z"):
        press(key)
    assert sheet.page.locator(".jp-Cell").count() == sheet.page.locator(".jp-CodeCell").count() == 2
    press("Escape")
    drawing.agree_on([])
    assert sheet.page.evaluate(within)
    press("/")
    sheet.page.keyboard.type("raw.refunds")
    press("Enter")
    assert drawing.state()["active"] == "warehouse.raw.refunds"
    assert sheet.page.locator(".jp-Cell").count() == 2


def test_a_theme_changed_while_it_lives_changes_the_picture(draw, sheet):
    drawing = draw(SHOWN)
    light_customers(drawing)
    lit = drawing.lit()
    for theme in ("dark", "light"):
        sheet.change_theme(theme)
        drawing.wait_until(f"hook.state().dark === {str(theme == 'dark').lower()}")
        assert min(label["onCard"] for label in drawing.hook("labels()")) >= 4.5
        assert drawing.lit() == lit
        if theme == "dark":
            sheet.page.locator("#jupyterlab-splash").wait_for(state="detached")
            sheet.screenshot(f"lineage-{in_front_end(sheet)}-dark")


def test_hostile_names_run_nothing_and_add_no_element(draw, sheet):
    made = (
        f'create or replace table marts."{HOSTILE}" as select 1 as "{SCRIPT}", store_id from marts.dim_stores'
    )
    sheet.write(CELL, f"%%coginiti\n{made}")
    sheet.run(CELL)
    drawing = draw(f'%datafold lineage marts."{HOSTILE}"')
    drawing.open_card(f'"{HOSTILE}"')
    drawing.click_row(f'"{HOSTILE}"', SCRIPT)
    drawing.wait_until(NOTHING_ASKED)
    drawing.agree_on([f'warehouse.marts."{HOSTILE}"."{SCRIPT}"'])
    drawing.button("Impact")
    drawing.root.get_by_label("Search tables and columns").fill("onerror")
    assert drawing.root.locator(".dx-hit-name").first.inner_text() == HOSTILE
    assert sheet.output(CELL).locator("img[src=x], .dx-lineage script").count() == 0
    assert sheet.page.evaluate("window.__xss") is None


def test_a_click_after_connecting_anew_says_that_the_lineage_is_closed(draw, sheet):
    drawing = draw(SHOWN)
    sheet.run(0)
    drawing.root.evaluate("root => root.scrollIntoView({ block: 'center' })")
    drawing.open_card("fact_orders")
    drawing.click_row("fact_orders", "store_id")
    drawing.wait_until(NOTHING_ASKED)
    banner = drawing.root.locator(".dx-said")
    banner.wait_for()
    assert "closed" in banner.inner_text()


def test_the_weight_and_the_pace_of_large_lineages_are_printed(draw, sheet):
    """Figures to read, with pytest -s; how fast a shared machine is says nothing about the widget."""
    received = sheet.page.evaluate("window.__received")
    draw(GENERATED.format(root=str(ROOT), tables=34))
    weight = sheet.page.evaluate("window.__received") - received
    drawing = draw(GENERATED.format(root=str(ROOT), tables=1_000))
    drawing.wait_until("hook.state().tables === 1000")
    frame_ms = drawing.root.evaluate(PAN)
    name = in_front_end(sheet)
    figures = f"34 tables {weight / 1e3:.0f} kB, panning 1,000 tables {1000 / frame_ms:.0f} frames a second"
    print(f"\n{name}: {figures}")  # noqa: T201 - to be read, not judged


def test_a_saved_notebook_keeps_the_still_picture(draw, sheet, watch):
    draw(SHOWN)
    sheet.close()
    stored = nbformat.read(sheet.lab.folder / sheet.name, 4)
    kinds = [set(output.data) for output in stored.cells[CELL].outputs]
    assert kinds[-2:] == [
        {"application/vnd.jupyter.widget-view+json", "text/plain"},
        {"image/svg+xml", "text/plain"},
    ]
    converted, _ = HTMLExporter().from_notebook_node(stored)
    *_, picture = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", converted)
    assert f"Lineage of {FACT}</title>" in base64.b64decode(picture).decode()
    assert "object at 0x" not in converted

    sheet.open()
    still = sheet.output(CELL).locator(".jp-RenderedSVG")
    still.wait_for(state="visible")
    assert still.bounding_box()["height"] > 100
    sheet.screenshot(f"lineage-{in_front_end(sheet)}-reopened")
    # The kernel of then is gone; and Notebook 7.6 trips over its own settings whenever it opens.
    watch.forgive("widget model not found", "(reading 'schema')")
