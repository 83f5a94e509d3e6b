"""What a person sees and does: in a bare page, with the real widget of Python at the other end."""

import pytest

from dataexplore.lineage import Lineage
from dataexplore.lineage.graph import add_column, add_edge, add_table, settle

TOTAL_PATH = {"orders", "stg_orders", "fact_orders", "daily_revenue"}


def anchor(picture, name="fact_orders"):
    card = picture.card(name)
    return round(card["x"], 2), round(card["y"], 2)


def test_columns_are_off_until_a_card_is_opened(show, shop):
    picture = show(shop)
    assert all(card["rows"] == [] for card in picture.hook("cards()"))
    picture.open_card("fact_orders")
    assert [row["name"] for row in picture.card("fact_orders")["rows"]] == [
        "order_id", "customer_id", "total", "+3 more",
    ]  # fmt: skip
    picture.click_row("fact_orders", "+3 more")
    assert len(picture.card("fact_orders")["rows"]) == 6
    picture.open_card("fact_orders")
    assert picture.card("fact_orders")["rows"] == []


def test_a_click_on_a_column_lights_its_whole_path(show, shop):
    picture = show(shop)
    picture.open_card("fact_orders")
    picture.click_row("fact_orders", "total")
    assert picture.lit() == TOTAL_PATH
    lit = {(link["source"], link["target"]) for link in picture.hook("links()") if link["lit"]}
    assert lit == {
        ("shop.raw.orders.total", "shop.staging.stg_orders.total"),
        ("shop.staging.stg_orders.total", "shop.marts.fact_orders.total"),
        ("shop.marts.fact_orders.total", "shop.marts.daily_revenue.revenue"),
    }
    picture.exchange()
    assert picture.widget.selected == ["shop.marts.fact_orders.total"]
    assert set(picture.widget.path) == {end for pair in lit for end in pair}
    assert picture.widget.focus == "shop.marts.fact_orders"


def test_several_paths_light_with_control_or_shift(show, shop):
    picture = show(shop)
    picture.open_card("fact_orders")
    picture.click_row("fact_orders", "total")
    picture.click_row("fact_orders", "customer_id", "Control")
    picture.click_card("contacts", "Shift")
    picture.exchange()
    assert picture.widget.selected == [
        "shop.marts.fact_orders.total",
        "shop.marts.fact_orders.customer_id",
        "crm.push.contacts",
    ]
    assert "customers" in picture.lit()


@pytest.mark.parametrize("way", ["escape", "chip", "empty canvas", "the same again"])
def test_there_are_clear_ways_out(show, shop, way):
    picture = show(shop)
    picture.click_card("fact_orders")
    assert picture.lit()
    if way == "escape":
        picture.press("Escape")
    elif way == "chip":
        picture.button("✕ Clear")
    elif way == "empty canvas":
        picture.click_at(400, 560)
    else:
        picture.click_card("fact_orders")
    picture.exchange()
    assert picture.lit() == set()
    assert (picture.widget.selected, picture.widget.path) == ([], [])
    assert picture.page.locator(".dx-chip").is_hidden()


def test_a_click_on_a_table_lights_its_tables(show, shop):
    picture = show(shop)
    picture.click_card("dim_customers")
    assert picture.lit() == {"customers", "stg_customers", "dim_customers", "daily_revenue", "Revenue"}


def test_python_sets_what_is_selected_lit_and_in_focus(show, shop):
    picture = show(shop)
    picture.widget.selected = ["fact_orders.total"]
    picture.push()
    assert picture.lit() == TOTAL_PATH
    picture.exchange()
    assert "shop.raw.orders.total" in picture.widget.path
    picture.widget.path = ["raw.orders", "stg_orders"]
    picture.push()
    assert picture.lit() == {"orders", "stg_orders"}
    assert sum(link["lit"] for link in picture.hook("links()")) == 1
    picture.widget.focus = "dim_customers"
    picture.push()
    assert picture.state()["active"] == "shop.marts.dim_customers"


def test_what_python_selected_before_the_page_opened_is_lit(show, shop):
    picture = show(shop, state={"selected": ["shop.marts.fact_orders.total"]})
    assert picture.lit() == TOTAL_PATH


def test_opening_a_card_pushes_those_below_and_nothing_else(show, shop):
    picture = show(shop)
    before = {card["path"]: (card["x"], card["y"]) for card in picture.hook("cards()")}
    picture.open_card("fact_orders")
    after = {card["path"]: (card["x"], card["y"]) for card in picture.hook("cards()")}
    moved = {path for path in before if before[path] != after[path]}
    assert moved <= {"shop.marts.dim_customers"}
    picture.open_card("fact_orders")
    assert {card["path"]: (card["x"], card["y"]) for card in picture.hook("cards()")} == before


def test_a_lit_path_is_isolated_and_all_comes_back(show, shop):
    picture = show(shop)
    everything = picture.names()
    picture.open_card("fact_orders")
    picture.click_row("fact_orders", "total")
    picture.page.locator(".dx-chip").get_by_role("button", name="Isolate").click()
    assert picture.names() == TOTAL_PATH
    picture.button("Show all")
    assert picture.names() == everything


def test_depth_up_and_down_are_apart(show, shop):
    picture = show(shop)
    picture.button("Upstream: fewer hops")
    assert picture.names() == {
        "stg_orders", "stg_customers", "fact_orders", "dim_customers", "daily_revenue", "contacts", "Revenue",
    }  # fmt: skip
    picture.button("Downstream: fewer hops")
    assert "Revenue" not in picture.names()
    picture.button("Upstream: more hops")
    picture.button("Downstream: more hops")
    assert len(picture.names()) == 9


def test_a_handle_folds_away_and_tells_how_many_it_hides(show, shop):
    picture = show(shop)
    card = picture.card("stg_orders")
    picture.page.mouse.move(card["x"] + 60, card["y"] + 70)
    picture.page.locator(".dx-canvas").hover(position={"x": card["x"] + 60, "y": card["y"] + 15})
    picture.click_handle("stg_orders", "up")
    # Its source hangs on daily_revenue as well, and stays.
    assert "orders" in picture.names()
    picture.page.locator(".dx-canvas").hover(
        position={"x": picture.card("stg_customers")["x"] + 60, "y": picture.card("stg_customers")["y"] + 15}
    )
    place = anchor(picture, "stg_customers")
    picture.click_handle("stg_customers", "up")
    assert "customers" not in picture.names()
    assert picture.card("stg_customers")["handles"]["up"] == "+1"
    assert anchor(picture, "stg_customers") == place
    picture.click_handle("stg_customers", "up")
    assert "customers" in picture.names()
    assert anchor(picture, "stg_customers") == place


def grow(lineage):
    """Add one table on each side of the focus, as an expansion does."""
    source, target = ("shop", "raw", "new_source"), ("shop", "x", "new_target")
    with lineage.lock:
        for new in (source, target):
            add_table(lineage.graph, new, columns=["id"])
        add_edge(lineage.graph, source, lineage.focus)
        add_edge(lineage.graph, lineage.focus, target)
        settle(lineage.graph, lineage.focus)


def test_hidden_neighbours_are_asked_for_and_the_anchor_stays(show, shop):
    asked = []
    shop.graph.nodes[shop.focus]["hidden_down"] = 12
    picture = show(shop, ask=lambda request, done: asked.append((request, done)))
    assert picture.card("fact_orders")["handles"]["down"] == "+12"
    place = anchor(picture)
    picture.click_handle("fact_orders", "down")
    picture.exchange()
    assert asked[0][0].node == shop.focus
    assert picture.state()["busy"] == ["shop.marts.fact_orders"]
    grow(shop)
    shop.graph.nodes[shop.focus]["hidden_down"] = 11
    asked[0][1](None)
    picture.push()
    assert {"new_source", "new_target"} <= picture.names()
    assert picture.state()["busy"] == []
    assert anchor(picture) == place


def test_more_depth_than_there_is_is_asked_for(show, shop):
    asked = []
    for node in ("shop", "raw", "orders"), ("shop", "raw", "customers"):
        shop.graph.nodes[node]["hidden_up"] = 3
    picture = show(shop, ask=lambda request, done: asked.append(request))
    picture.button("Upstream: more hops")
    picture.exchange()
    assert (asked[0].node, asked[0].side, asked[0].hops) == (shop.focus, "up", 3)


def test_a_column_whose_edges_nobody_asked_for_is_traced_on_click(show, shop):
    asked = []
    picture = show(shop, ask=lambda request, done: asked.append((request, done)))
    picture.open_card("fact_orders")
    picture.click_row("fact_orders", "+3 more")
    picture.click_row("fact_orders", "discount")
    picture.exchange()
    assert asked[0][0].column == ("shop", "marts", "fact_orders", "discount")
    assert picture.state()["busy"] == ["shop.marts.fact_orders.discount"]
    asked[0][1](None)
    picture.push()
    assert picture.state()["selected"] == ["shop.marts.fact_orders.discount"]
    picture.press("Escape")
    picture.click_row("fact_orders", "discount")
    picture.exchange()
    assert len(asked) == 1


def test_the_path_that_python_reads_grows_with_what_a_trace_brings(show, shop):
    asked = []
    picture = show(shop, ask=lambda request, done: asked.append(done))
    picture.open_card("fact_orders")
    picture.click_row("fact_orders", "+3 more")
    picture.click_row("fact_orders", "discount")
    picture.exchange()
    discount = "shop.marts.fact_orders.discount"
    assert picture.widget.path == [discount]
    source = add_column(shop.graph, ("shop", "raw", "orders"), "status")
    add_edge(shop.graph, source, add_column(shop.graph, ("shop", "marts", "fact_orders"), "discount"))
    asked[0](None)
    picture.push()
    picture.exchange()
    assert set(picture.widget.path) == {discount, "shop.raw.orders.status"}
    assert repr(picture.widget) == "LineageWidget of shop.marts.fact_orders"


def test_search_ranks_counts_and_goes_there(show, shop):
    picture = show(shop)
    picture.press("Tab")
    picture.page.get_by_label("Search tables and columns").fill("order")
    hits = picture.page.locator(".dx-hit-name").all_inner_texts()
    assert hits[:3] == ["orders", "orders", "order_id"]
    assert picture.page.locator(".dx-count").inner_text() == str(len(hits))
    picture.page.get_by_label("Search tables and columns").fill("revenue")
    assert picture.page.locator(".dx-hit-name").all_inner_texts() == ["Revenue", "revenue", "daily_revenue"]
    picture.press("ArrowDown", "Enter")
    picture.exchange()
    assert picture.widget.selected == ["shop.marts.daily_revenue.revenue"]
    assert picture.lit() == TOTAL_PATH


def test_search_says_that_nothing_is_found(show, shop):
    picture = show(shop)
    picture.page.get_by_label("Search tables and columns").fill("nowhere")
    assert picture.page.locator(".dx-hits").inner_text() == "Nothing has this name."


def test_a_selector_is_evaluated_in_python_and_lit(show, shop):
    picture = show(shop, ask=lambda request, done: None)
    picture.page.get_by_label("Selector").fill("stg_customers+1")
    picture.press("Enter")
    picture.exchange()
    assert picture.lit() == {"stg_customers", "fact_orders", "dim_customers"}
    picture.page.get_by_label("Selector").fill("++")
    picture.press("Enter")
    picture.exchange()
    assert picture.page.locator(".dx-banner").inner_text().strip()


def test_the_impact_table_counts_sorts_and_is_in_step(show, shop):
    picture = show(shop)
    picture.button("Impact")
    panel = picture.page.get_by_label("Impact", exact=True).last
    assert panel.locator(".dx-figure").all_inner_texts() == ["2\ndirect", "3\nin all"]
    names = panel.locator("tbody tr td:first-child")
    assert set(names.all_inner_texts()) == {"daily_revenue", "contacts", "Revenue"}
    panel.get_by_role("button", name="Name").click()
    assert names.all_inner_texts() == ["contacts", "daily_revenue", "Revenue"]
    panel.get_by_role("button", name="Name").click()
    assert names.all_inner_texts() == ["Revenue", "daily_revenue", "contacts"]
    assert panel.locator("th").first.get_attribute("aria-sort") == "descending"
    row = panel.locator("tbody tr", has_text="daily_revenue")
    assert row.locator("td").all_inner_texts() == ["daily_revenue", "table", "1", "1", "1"]
    panel.get_by_role("button", name="daily_revenue").click()
    assert picture.state()["active"] == "shop.marts.daily_revenue"
    assert row.get_attribute("aria-selected") == "true"
    panel.get_by_role("tab", name="Upstream").click()
    assert panel.locator("tbody tr").count() == 4
    picture.page.evaluate("hook.fit()")
    picture.click_card("stg_customers")
    assert panel.locator(".dx-panel-title").inner_text() == "stg_customers"
    assert names.all_inner_texts() == ["customers"]


def test_status_marks_have_shapes_and_a_legend_that_counts(show, shop):
    picture = show(shop, status={"fact_orders": "failed", "raw.orders": "ok", "dim_customers": "ok"})
    assert picture.card("fact_orders")["status"] == "failed"
    assert picture.page.locator(".dx-legend").inner_text().split() == [
        "ok",
        "2",
        "failed",
        "1",
        "no",
        "status",
        "6",
    ]
    picture.button("Status")
    assert picture.page.locator(".dx-legend").is_hidden()
    assert picture.card("fact_orders")["status"] is None
    picture.widget.status = {"fact_orders": "stale"}
    picture.push()
    assert picture.card("fact_orders")["status"] == "stale"


def test_the_minimap_pans(show, shop):
    picture = show(shop)
    picture.page.evaluate("hook.zoom(2)")
    picture.frame()
    before = picture.card("fact_orders")["x"]
    picture.page.locator(".dx-minimap").click(position={"x": 8, "y": 52})
    assert picture.card("fact_orders")["x"] > before


def test_dragging_pans_and_the_wheel_zooms_about_the_mouse(show, shop):
    picture = show(shop)
    x, y = anchor(picture)
    box = picture.page.locator(".dx-canvas").bounding_box()
    picture.page.mouse.move(box["x"] + 300, box["y"] + 560)
    picture.page.mouse.down()
    picture.page.mouse.move(box["x"] + 350, box["y"] + 540, steps=4)
    picture.page.mouse.up()
    assert anchor(picture) == (pytest.approx(x + 50), pytest.approx(y - 20))
    place = anchor(picture)
    picture.page.mouse.move(box["x"] + place[0], box["y"] + place[1])
    picture.page.mouse.wheel(0, -200)
    picture.frame()
    assert anchor(picture) == (pytest.approx(place[0], abs=1), pytest.approx(place[1], abs=1))


def test_a_theme_change_is_followed_live(show, shop):
    picture = show(shop)
    assert picture.state()["dark"] is False
    picture.theme("dark")
    picture.frame()
    assert picture.state()["dark"] is True
    assert picture.page.locator(".dx-lineage").get_attribute("data-dark") == "true"


def test_a_cut_is_told_and_its_reasons_open(show, shop):
    shop._found.missing[("shop", "marts", "fact_orders"), "down"] = "the service failed (500)"
    picture = show(shop)
    banner = picture.page.locator(".dx-banner")
    assert "not complete: 1 question without an answer" in banner.inner_text()
    banner.get_by_role("button", name="Details").click()
    assert "downstream of shop.marts.fact_orders (the service failed (500))" in banner.inner_text()


def test_a_notice_of_python_is_shown_with_its_lines(show, shop):
    picture = show(shop)
    picture.widget.notice = "It failed:\n  +x+\n    ^"
    picture.push()
    assert picture.page.locator(".dx-said").inner_text() == "It failed:\n  +x+\n    ^"


def test_one_lone_table_says_that_nothing_is_known(show):
    picture = show(Lineage.from_edges([], focus="shop.marts.lonely"))
    assert picture.names() == {"lonely"}
    assert picture.page.locator(".dx-nothing").inner_text() == "Nothing up- or downstream is known."


def test_an_error_is_told_in_place(show, shop):
    page = show(shop).page
    page.evaluate(
        "async () => { const noise = console.warn; console.warn = () => {};"
        " const { default: widget } = await import(window.module);"
        " const model = { get: name => name === 'height' ? 200 : undefined, on() {}, off() {}, send() {} };"
        " widget.render({ model, el: document.querySelector('#el') }); console.warn = noise; }"
    )
    assert "The lineage cannot be drawn." in page.locator(".dx-error").inner_text()


def test_hostile_names_are_shown_and_do_nothing(show):
    hostile = [
        "<img src=x onerror=window.__xss=1>",
        "\u202egnitide",
        "a\x1b[31mb",
        "x" * 10_000,
        '"; window.__xss = 1; "',
        "</script><script>window.__xss=1</script>",
    ]
    lineage = Lineage.from_edges(
        [(("db", "s", "start"), ("db", "s", name)) for name in hostile],
        columns={("db", "s", name): [name] for name in hostile},
        focus=("db", "s", "start"),
    )
    picture = show(lineage)
    texts = [label["text"] for label in picture.hook("labels()")]
    assert any(text.startswith("<img") for text in texts)
    assert any("\\u202e" in text for text in texts)
    assert any("\\x1b" in text for text in texts)
    assert max(map(len, texts)) < 60
    picture.button("Impact")
    picture.page.get_by_label("Search tables and columns").fill("x")
    for name in hostile[:2]:
        card = next(card for card in picture.hook("cards()") if name[:8] in card["path"])
        picture.page.locator(".dx-canvas").hover(position={"x": card["x"] + 50, "y": card["y"] + 15})
    assert "\u202e" not in picture.page.locator(".dx-lineage").inner_text()


def test_a_second_view_of_the_same_model_is_on_its_own_and_ends_cleanly(show, shop):
    picture = show(shop)
    picture.page.evaluate("cleanup()")
    assert picture.page.locator(".dx-lineage").count() == 0
