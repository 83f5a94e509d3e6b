"""The way of a newcomer: the cells of the README in a real JupyterLab."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

START = "%load_ext dataexplore\n%dataexplore connect sandbox"
README = Path(__file__).parents[2] / "README.md"
ORDERS = "from marts.fact_orders"


def test_the_first_cells_of_the_readme_work(open_notebook):
    cells = re.findall(r"```python\n(%.*?)\n```", README.read_text(encoding="utf-8"), re.DOTALL)
    connecting_and_asking = cells[:2]
    sheet = open_notebook([*connecting_and_asking, "type(sales).__name__, sales.dtypes.astype(str).tolist()"])
    connected = sheet.run(0)
    assert "coginiti" in connected
    assert "authorised" in connected
    shown = sheet.run(1)
    assert re.search(r"[\d,]+ rows · [\d.]+ [KM]?B · [\d.]+ s · warehouse", shown)
    table = sheet.output(1).locator("table")
    headings = [heading.splitlines()[0] for heading in table.locator("thead th").all_inner_texts()]
    assert headings == ["order_date", "revenue"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", table.locator("tbody td").first.inner_text())
    assert "('DataFrame', ['date32[day][pyarrow]', 'decimal128(38, 2)[pyarrow]'])" in sheet.run(2)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_results_and_errors_can_be_read_in_both_themes(open_notebook, theme):
    cells = [
        START,
        f"%%coginiti\nselect order_id, order_date, channel, amount, delivered_at {ORDERS} limit 5",
        "%%coginiti\nselect int64_value, double_value, text_value, list_value from samples.all_types limit 5",
        f"%%coginiti --limit 3\nselect order_id {ORDERS}",
        f"%%coginiti\nselect order_dat {ORDERS}",
    ]
    sheet = open_notebook(cells, theme=theme)
    for index in range(len(cells)):
        sheet.run(index)
        contrast, text = sheet.lowest_contrast(index)
        assert contrast >= 4.5, f"WCAG AA asks for 4.5, {text!r} has {contrast:.2f}"
    sheet.output(4).scroll_into_view_if_needed()
    sheet.screenshot(f"results-{theme}")


def test_a_hostile_table_executes_nothing_and_adds_no_element(open_notebook):
    hostile = "%%coginiti\nselect * from samples.hostile_html where id"
    sheet = open_notebook([START, f"{hostile} <= 25", f"{hostile} > 25"])
    for index in range(3):
        sheet.run(index)
    sheet.page.wait_for_timeout(1000)  # time for a payload that waits for an event
    assert sheet.page.evaluate("window.__xss") is None
    for index in (1, 2):
        table = sheet.output(index).locator("table")
        assert table.locator("tbody tr").count() >= 15
        tags = table.evaluate("table => [...new Set([...table.querySelectorAll('*')].map(e => e.localName))]")
        assert set(tags) <= {"thead", "tbody", "tr", "th", "td", "div"}


def test_stop_gives_the_prompt_back_within_a_second_and_the_next_cell_works(open_notebook):
    endless = "%%coginiti\nselect count(*) from range(100_000_000) a, range(100_000_000) b"
    sheet = open_notebook([START, endless, "%%coginiti\nselect 41 + 1 as answer"])
    sheet.run(0)
    sheet.start(1)
    sheet.page.wait_for_function("document.body.innerText.includes('running · ')")
    started = time.monotonic()
    sheet.command("notebook:interrupt-kernel")
    sheet.wait_until_idle()
    assert time.monotonic() - started < 1
    stopped = sheet.text(1)
    assert "Stopped after" in stopped
    assert "running" not in stopped
    assert "42" in sheet.run(2)


def test_a_failed_cell_shows_six_lines_at_most(open_notebook):
    sheet = open_notebook([START, f"%%coginiti\nselect order_id,\n  order_dat\n{ORDERS}"])
    sheet.run(0)
    lines = sheet.run(1).strip().splitlines()
    assert 1 < len(lines) <= 6
    assert any("order_dat" in line for line in lines)
    assert any("Did you mean order_date?" in line for line in lines)


def test_a_saved_notebook_shows_its_table_when_it_is_opened_again(open_notebook):
    sheet = open_notebook([START, "%%coginiti\nselect 'still here' as word"])
    sheet.run(0)
    sheet.run(1)
    sheet.close()
    sheet.open()
    assert sheet.output(1).locator("td").last.inner_text() == "still here"
    assert "1 row · " in sheet.text(1)
