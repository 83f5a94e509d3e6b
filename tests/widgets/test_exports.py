"""Files of the picture: each shows what is on the screen, and none runs what a name holds."""

import csv
import io
import re
from xml.etree import ElementTree as ET

from dataexplore.lineage import Lineage

HOSTILE = [
    "</script><script>window.__xss=1</script>",
    '"];click n0 "javascript:x"',
    "a]]>b",
    "x\x00y",
    "=1+1",
]


def lit_column(picture):
    picture.open_card("fact_orders")
    picture.click_row("fact_orders", "total")


def saved(picture, entry):
    picture.page.get_by_role("button", name="Export ▾").click()
    with picture.page.expect_download() as waiting:
        picture.page.get_by_role("menuitem", name=entry).click()
    return waiting.value


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_svg_has_the_texts_and_the_lines_of_the_screen(show, shop):
    picture = show(shop)
    lit_column(picture)
    download = saved(picture, "SVG")
    assert download.suggested_filename == "lineage.svg"
    svg = download.path().read_text("utf-8")
    drawn = texts(svg)
    for card in picture.hook("cards()"):
        assert card["path"].rpartition(".")[2] in drawn
    assert drawn.count("total") == 3
    accent = picture.page.evaluate("getComputedStyle(root).getPropertyValue('--dx-accent')")
    lines = re.search(rf'<path d="([^"]*)" fill="none" stroke="{re.escape(accent)}" stroke-width="2"', svg)
    assert lines[1].count("M") == 3


def test_svg_leaves_out_what_is_hidden(show, shop):
    picture = show(shop)
    lit_column(picture)
    picture.page.locator(".dx-chip").get_by_role("button", name="Isolate").click()
    assert "dim_customers" not in texts(picture.hook("exported.svg()"))


def test_png_is_a_picture_of_all_that_is_shown(show, shop):
    picture = show(shop)
    data = saved(picture, "PNG").path().read_bytes()
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    assert data.startswith(b"\x89PNG")
    assert width > height > 200


def test_csv_lists_the_edges_and_says_which_are_lit(show, shop):
    picture = show(shop)
    lit_column(picture)
    rows = list(csv.DictReader(io.StringIO(saved(picture, "CSV of edges").path().read_text("utf-8"))))
    assert len(rows) == 10 + 8
    lit = [(row["source"], row["target"]) for row in rows if row["lit"] == "true"]
    assert ("shop.staging.stg_orders.total", "shop.marts.fact_orders.total") in lit
    assert len(lit) == 3


def test_mermaid_names_every_card_and_edge(show, shop):
    picture = show(shop)
    picture.click_card("dim_customers")
    mermaid = saved(picture, "Mermaid").path().read_text("utf-8")
    assert mermaid.startswith("flowchart LR\n")
    assert mermaid.count("-->") == 10
    assert '["shop.marts.fact_orders"]' in mermaid
    assert re.search(r"class n\d+(,n\d+){4} lit", mermaid)


def test_exports_of_hostile_names_are_well_formed(show):
    lineage = Lineage.from_edges(
        [(("d", "s", name), ("d", "s", "end")) for name in HOSTILE],
        columns={("d", "s", name): [name] for name in HOSTILE},
        focus=("d", "s", "end"),
    )
    picture = show(lineage)
    ET.fromstring(picture.hook("exported.svg()"))
    mermaid = picture.hook("exported.mermaid()")
    assert "click" not in [line.split()[0] for line in mermaid.splitlines()]
    assert all(
        re.fullmatch(r'  n\d+\["[^"\[\]<>]*"\]', line) for line in mermaid.splitlines() if '["' in line
    )
    rows = list(csv.reader(io.StringIO(picture.hook("exported.csv()"), newline="")))
    assert all(len(row) == 4 for row in rows)
    html = picture.hook("exported.html()")
    assert html.lower().count("<script") == html.lower().count("</script") == 1


def test_the_page_that_stands_alone_shows_the_same(show, shop, browser, tmp_path):
    picture = show(shop, theme="dark", status={"fact_orders": "failed"})
    lit_column(picture)
    picture.page.get_by_role("button", name="Downstream: fewer hops").click()
    here = picture.hook("cards()")
    saved(picture, "Page that stands alone (HTML)").save_as(tmp_path / "lineage.html")
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 760})
    alone = context.new_page()
    complaints, requests = [], []
    alone.on("pageerror", lambda error: complaints.append(str(error)))
    alone.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    alone.on("request", lambda request: requests.append(request.url))
    alone.goto((tmp_path / "lineage.html").as_uri())
    alone.wait_for_function("document.querySelector('.dx-lineage')?.__dataexplore.cards().length > 0")
    there = alone.evaluate("document.querySelector('.dx-lineage').__dataexplore.cards()")
    state = alone.evaluate("document.querySelector('.dx-lineage').__dataexplore.state()")
    assert [(card["path"], card["lit"], card["open"], card["status"]) for card in there] == [
        (card["path"], card["lit"], card["open"], card["status"]) for card in here
    ]
    assert state["selected"] == ["shop.marts.fact_orders.total"]
    assert state["dark"] is True
    alone.locator(".dx-canvas").focus()
    alone.keyboard.press("Escape")
    assert alone.evaluate("document.querySelector('.dx-lineage').__dataexplore.state().selected") == []
    context.close()
    assert complaints == []
    assert requests == [(tmp_path / "lineage.html").as_uri()]


def test_the_page_that_stands_alone_survives_hostile_names(show, browser, tmp_path):
    lineage = Lineage.from_edges(
        [(("d", "s", name), ("d", "s", "end")) for name in HOSTILE], focus=("d", "s", HOSTILE[0])
    )
    picture = show(lineage)
    (tmp_path / "lineage.html").write_text(picture.hook("exported.html()"), "utf-8")
    alone = browser.new_page()
    alone.goto((tmp_path / "lineage.html").as_uri())
    alone.wait_for_function("document.querySelector('.dx-lineage')?.__dataexplore.cards().length === 6")
    assert alone.evaluate("window.__xss === undefined")
    alone.close()
