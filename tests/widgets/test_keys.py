"""The keyboard reaches everything, and no key reaches Jupyter."""


def focus(picture):
    picture.page.locator(".dx-canvas").focus()


def test_arrows_walk_along_edges_and_between_cards(show, shop):
    picture = show(shop)
    focus(picture)
    picture.press("ArrowLeft")
    assert picture.state()["active"] == "shop.marts.fact_orders"
    picture.press("ArrowLeft")
    assert picture.state()["active"].startswith("shop.staging.stg_")
    picture.press("ArrowRight", "ArrowRight")
    assert picture.state()["active"] in {"shop.marts.daily_revenue", "crm.push.contacts"}
    picture.press("ArrowLeft")
    assert picture.state()["active"] == "shop.marts.fact_orders"
    picture.press("ArrowDown")
    assert picture.state()["active"] == "shop.marts.dim_customers"
    picture.press("ArrowUp")
    picture.exchange()
    assert picture.widget.focus == "shop.marts.fact_orders"


def test_enter_opens_columns_and_lights_one(show, shop):
    picture = show(shop)
    focus(picture)
    picture.press("ArrowDown", "Enter", "ArrowDown", "ArrowDown", "ArrowDown")
    assert (picture.state()["active"], picture.state()["row"]) == ("shop.marts.fact_orders", "total")
    picture.press("Enter")
    picture.exchange()
    assert picture.widget.selected == ["shop.marts.fact_orders.total"]
    picture.press("ArrowRight")
    assert (picture.state()["active"], picture.state()["row"]) == ("shop.marts.daily_revenue", "revenue")
    picture.press("Escape")
    assert picture.lit() == set()


def test_more_columns_open_by_key(show, shop):
    picture = show(shop)
    focus(picture)
    picture.press("ArrowDown", "Enter", *["ArrowDown"] * 4)
    assert picture.state()["row"] == -1
    picture.press("Enter")
    assert len(picture.card("fact_orders")["rows"]) == 6


def test_space_lights_tables_and_shift_adds(show, shop):
    picture = show(shop)
    focus(picture)
    picture.press("ArrowDown", " ", "ArrowDown", "Shift+Space")
    assert picture.state()["selected"] == ["shop.marts.fact_orders", "shop.marts.dim_customers"]


def test_isolate_collapse_and_expand_by_key(show, shop):
    picture = show(shop)
    focus(picture)
    picture.press("ArrowDown", "c")
    assert picture.card("fact_orders")["handles"] == {"up": "+2", "down": "+2"}
    assert len(picture.names()) == 1
    picture.press("e")
    assert len(picture.names()) == 9
    picture.press(" ", "i")
    assert "dim_customers" not in picture.names()
    picture.press("i")
    assert len(picture.names()) == 9


def test_zoom_fit_search_and_help_by_key(show, shop):
    picture = show(shop)
    focus(picture)
    scale = "hook.camera.k"
    start = picture.page.evaluate(scale)
    picture.press("+")
    assert picture.page.evaluate(scale) > start
    picture.press("-", "-")
    assert picture.page.evaluate(scale) < start
    picture.press("0")
    assert picture.page.evaluate(scale) == start
    picture.press("/")
    assert picture.page.evaluate("document.activeElement.getAttribute('role')") == "combobox"
    picture.press("Escape")
    assert picture.page.evaluate("document.activeElement.tagName") == "CANVAS"
    picture.press("?")
    assert "isolate the lit path" in picture.page.get_by_role("dialog").inner_text()
    picture.press("Escape")
    assert picture.page.get_by_role("dialog").count() == 0


def test_no_key_reaches_the_page_around_and_nothing_traps_the_focus(show, shop):
    picture = show(shop, ask=lambda request, done: None, status={"fact_orders": "ok"})
    picture.page.evaluate(
        "window.leaked = [];document.addEventListener('keydown', event => window.leaked.push(event.key))"
    )
    seen = []
    picture.page.locator(".dx-search").focus()
    for _ in range(40):
        name, suppresses = picture.page.evaluate(
            "[document.activeElement.className,"
            " document.activeElement.hasAttribute('data-lm-suppress-shortcuts')]"
        )
        if not picture.page.evaluate("document.activeElement.closest('.dx-lineage') !== null"):
            break
        seen.append(name)
        assert suppresses, name
        picture.press("d", "ArrowDown", "ArrowUp")
        if name == "dx-canvas":
            picture.press("a", "b", "x", "m", "y", "Delete")
        picture.press("Tab")
    else:
        raise AssertionError(f"The focus never leaves: {seen}")
    assert "dx-canvas" in seen
    assert picture.page.evaluate("leaked") == []


def test_the_text_tree_tells_levels_and_is_in_step(show, shop):
    picture = show(shop)
    tree = picture.page.get_by_role("tree", name="Lineage as text")
    first = tree.locator("[role=treeitem]").first
    assert first.inner_text().startswith("fact_orders, table, shop.marts, 6 columns")
    first.focus()
    assert tree.bounding_box()["width"] > 200
    picture.press("ArrowDown", "ArrowRight", "ArrowDown")
    item = picture.page.locator("[role=treeitem]:focus")
    assert item.get_attribute("aria-level") == "3"
    assert item.inner_text().startswith("stg_")
    picture.press("Enter")
    picture.exchange()
    assert picture.widget.selected == ["shop.staging." + item.inner_text().partition(",")[0]]
    assert item.get_attribute("aria-selected") == "true"


def test_the_tree_marks_what_is_lit(show, shop):
    picture = show(shop)
    picture.click_card("fact_orders")
    assert picture.page.locator("[role=treeitem]").first.get_attribute("aria-selected") == "true"


def test_changes_are_said_aloud(show, shop):
    picture = show(shop)
    said = picture.page.locator(".dx-lineage > [aria-live]")
    picture.click_card("fact_orders")
    assert "shop.marts.fact_orders: path of 8 tables" in said.inner_text()
    picture.press("Escape")
    assert said.inner_text() == "Nothing is selected."
