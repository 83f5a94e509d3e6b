from __future__ import annotations

from dataexplore.lineage import Lineage, Missing
from dataexplore.lineage.summary import count, gap, notes
from tests.lineage.oracle import shop


def test_a_lineage_says_its_kinds_and_its_columns():
    lineage = Lineage.of(shop().open, "db.marts.sales").trace("sales.total")
    assert repr(lineage).splitlines() == [
        "Lineage of db.marts.sales",
        "8 tables, 1 dashboard, 1 sync, 6 columns traced, 15 edges · 6 upstream, 3 downstream",
    ]


def test_many_gaps_are_counted():
    missing = [Missing(("b",), "down", f"reason {number}") for number in range(1_005)]
    first, last = notes(missing, "a was found as b")
    assert first == "a was found as b"
    assert last.startswith("Incomplete: downstream of b (reason 0); ")
    assert last.endswith("(reason 2); and 1,002 more")


def test_hostile_names_and_reasons_are_visible():
    """Case 33."""
    said = gap(Missing(("\x1b[2J", "\u202e"), "up", "\x07"))
    assert said == "upstream of \\x1b[2J.\\u202e (\\x07)"


def test_numbers_have_their_plural():
    assert [count(number, "table") for number in (0, 1, 2, 1_000)] == [
        "0 tables",
        "1 table",
        "2 tables",
        "1,000 tables",
    ]
