"""``%talend`` in a real JupyterLab: what a newcomer sees, in both themes."""

from __future__ import annotations

import pytest

START = "%load_ext dataexplore\n%dataexplore connect sandbox"
CELLS = [
    START,
    "%talend plans",
    "%talend plan Nightly retail load@Production",
    "%talend history --status failed --since 60d --limit 5",
    "%talend calendar",
    "%dataexplore sandbox fail-task extract_stores --environment Production",
    "%talend start Nightly retail load@Production --watch --yes",
    "%talend start Finance close",
    "%talend show nothing",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plans_and_their_runs_can_be_read_in_both_themes(open_notebook, theme):
    sheet = open_notebook(CELLS, theme=theme)
    shown = []
    for index in range(len(CELLS)):
        shown.append(sheet.run(index))
        contrast, text = sheet.lowest_contrast(index)
        assert contrast >= 4.5, f"WCAG AA asks for 4.5, {text!r} has {contrast:.2f}"
    assert "Europe/London" in shown[1]
    assert "daily at 00:45 Europe/London" in shown[2]
    assert "✗ failed" in shown[3]
    assert "paused: No close before" in shown[4]
    assert "POST http://127.0.0.1" in shown[6]
    assert "✗ Extract: extract_stores: " in shown[6]
    assert "The error handler of Extract ran notify_on_call: ✓ succeeded" in shown[6]
    assert "Nothing was sent." in shown[7]
    for index in (1, 2, 3, 4, 6):
        assert sheet.output(index).locator("table.dx-still").count() == 1
    for name, index in (("plans", 1), ("calendar", 4), ("plan-run", 6)):
        sheet.output(index).scroll_into_view_if_needed()
        sheet.screenshot(f"{name}-{theme}")
