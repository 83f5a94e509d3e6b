from __future__ import annotations

import pytest

from dataexplore.lineage import Lineage
from tests.lineage.oracle import SHOP, SHOP_COLUMN_EDGES, SHOP_COLUMNS, SHOP_KINDS, shop

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def lineage():
    return Lineage.from_edges(SHOP, column_edges=SHOP_COLUMN_EDGES, columns=SHOP_COLUMNS, kinds=SHOP_KINDS)


def test_the_impact_of_a_table_is_counted_directly_in_all_and_by_kind(lineage):
    impact = lineage.impact("stg.people")
    assert (impact.direct, impact.total) == (2, 5)
    assert impact.kinds == {"table": 3, "dashboard": 1, "sync": 1}
    assert impact.complete
    assert impact.summary() == ("Impact of db.stg.people: 2 direct, 5 in all (3 tables, 1 dashboard, 1 sync)")


def test_the_nearest_comes_first_with_its_neighbour(lineage):
    reached = lineage.impact("marts.sales").nodes
    assert [(each.path[-1], each.hops, each.via[-1]) for each in reached] == [
        ("daily", 1, "sales"),
        ("Sales", 1, "sales"),
        ("People", 2, "daily"),
    ]


def test_the_impact_of_a_column_counts_columns_and_their_tables(lineage):
    impact = lineage.impact("raw.items.price")
    assert (impact.direct, impact.total) == (1, 3)
    assert impact.kinds == {"column": 3, "table": 3}


def test_it_is_a_table_to_sort(lineage):
    frame = lineage.impact("marts.sales").to_df()
    assert list(frame.columns) == ["path", "kind", "hops", "via"]
    assert list(frame.sort_values("path")["path"]) == ["Hightouch.People", "Looker.Sales", "db.marts.daily"]


def test_the_focus_is_meant_without_a_name(lineage):
    assert lineage.impact().node == lineage.focus


def test_nothing_hangs_on_the_last_one(lineage):
    impact = lineage.impact("Looker.Sales")
    assert repr(impact) == "Impact of Looker.Sales: 0 direct, 0 in all"
    assert impact._repr_html_() == "<p>Impact of Looker.Sales: 0 direct, 0 in all</p>"


def test_a_cycle_is_counted_once():
    lineage = Lineage.from_edges([("a", "b"), ("b", "a"), ("a", "a")])
    assert lineage.impact("a").total == 1


def test_what_was_not_asked_makes_the_counts_the_least():
    whole = Lineage.of(shop().open, "db.marts.sales")
    assert whole.impact().complete
    assert "at least" in whole.impact("stg.people").summary()  # its other side was not asked
    assert "at least" in Lineage.of(shop().open, "db.marts.sales", down=1).impact().summary()
    whole.trace("sales.total", down=0)
    assert not whole.impact("sales.total").complete
    whole.trace("sales.total")
    assert whole.impact("sales.total").complete


def test_hostile_names_are_text():
    """Case 33."""
    lineage = Lineage.from_edges([(("a",), (HOSTILE,)), (("a",), ("\x1b[31m\u202e",))])
    shown = lineage.impact()._repr_html_()
    assert "<img" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in repr(lineage.impact())
