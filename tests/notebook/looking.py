"""The shell's cells looked at."""

from __future__ import annotations

from dataexplore.notebook.failures import CellFailed


def fails(ran, *expected):
    """The cell failed in 1 to 6 printed lines, with these words and no traceback."""
    assert isinstance(ran.error, CellFailed), ran.error or ran.text
    assert 1 <= len(ran.lines) <= 6, ran.text
    assert "Traceback" not in ran.text
    for words in expected:
        assert words in " ".join(ran.lines)
    return ran


def lines_of(ran):
    """The texts shown under the cell, without its value."""
    return [bundle["text/plain"] for bundle in ran.shown if "div" in bundle.get("text/html", "")]
