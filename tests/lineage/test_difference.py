from __future__ import annotations

from dataexplore.lineage import Lineage
from tests.lineage.oracle import SHOP, shop


def test_what_came_and_what_went_is_told():
    before = Lineage.from_edges([("a", "b"), ("b", "c")], columns={"a": ["x", "y"]})
    after = Lineage.from_edges([("a", "b"), ("b", "d")], columns={"a": ["x", "z"]})
    diff = before.diff(after)
    assert diff.added_nodes == (("d",), ("a", "z"))
    assert diff.removed_nodes == (("c",), ("a", "y"))
    assert diff.added_edges == ((("b",), ("d",)),)
    assert diff.removed_edges == ((("b",), ("c",)),)
    assert diff.summary() == "nodes +2 -2 · edges +1 -1"
    frame = diff.to_df()
    assert list(frame.columns) == ["change", "what", "source", "target"]
    assert frame["target"].isna().sum() == 4
    assert "removed  edge" in repr(diff)


def test_the_same_is_no_difference():
    lineage = Lineage.from_edges(SHOP)
    diff = lineage.diff(Lineage.from_edges(reversed(SHOP)))
    assert diff.same
    assert repr(diff) == "No difference"
    assert diff._repr_html_() == "<p>No difference</p>"


def test_a_gap_is_not_sold_as_a_difference():
    whole, cut = (
        Lineage.of(shop().open, "db.marts.sales"),
        Lineage.of(shop().open, "db.marts.sales", budget=2),
    )
    assert "a lineage is incomplete" in whole.diff(cut).summary()
    assert not whole.diff(cut).complete


def test_hostile_names_are_text():
    """Case 33."""
    diff = Lineage.from_edges([("a", "b")]).diff(Lineage.from_edges([(("<script>",), ("\x1b]0;",))]))
    assert "<script" not in diff._repr_html_()
    assert "\x1b" not in repr(diff)
