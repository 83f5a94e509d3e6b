"""``%coalesce`` in a real JupyterLab: what a newcomer sees, in both themes."""

from __future__ import annotations

import pytest

START = "%load_ext dataexplore\n%dataexplore connect sandbox"
CELLS = [
    START,
    "%coalesce runs --status failed --limit 5",
    "%dataexplore sandbox fail fact_orders --environment prod",
    "%coalesce start prod --job Orders --watch --yes",
    "%coalesce show 987654",
    "%coalesce start prod --include fact_order",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_runs_and_what_would_be_sent_can_be_read_in_both_themes(open_notebook, theme):
    sheet = open_notebook(CELLS, theme=theme)
    shown = []
    for index in range(len(CELLS)):
        shown.append(sheet.run(index))
        contrast, text = sheet.lowest_contrast(index)
        assert contrast >= 4.5, f"WCAG AA asks for 4.5, {text!r} has {contrast:.2f}"
    assert "✗ failed" in shown[1]
    assert "POST http://127.0.0.1" in shown[3]
    assert "✗ fact_orders: " in shown[3]
    assert "There is no run 987654" in shown[4]
    for index in (1, 3):
        assert sheet.output(index).locator("table.dx-still").count() == 1
    sheet.output(1).scroll_into_view_if_needed()
    sheet.screenshot(f"runs-{theme}")
    sheet.output(5).scroll_into_view_if_needed()
    sheet.screenshot(f"run-{theme}")


def test_a_typed_yes_is_asked_for_below_the_request(open_notebook):
    sheet = open_notebook([START, "%coalesce start dev --include stg_stores"])
    sheet.run(0)
    sheet.start(1)
    asked = sheet.output(1).locator(".jp-Stdin-input")
    asked.wait_for()
    assert "POST http://127.0.0.1" in sheet.text(1)
    assert "Type yes to send it:" in sheet.text(1)
    asked.fill("yes")
    asked.press("Enter")
    sheet.output(1).get_by_text("has begun in dev").wait_for()
    sheet.wait_until_idle()
