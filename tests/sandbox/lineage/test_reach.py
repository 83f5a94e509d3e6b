"""Walking the map: how far, past what is gone, and round in circles."""

from __future__ import annotations

from itertools import pairwise

from dataexplore.sandbox.lineage import Map, Shown, Table


def chart(edges, gone=()):
    """A map of tables ``d.s.name`` with a column n each, from pairs of names."""
    names = sorted({name for edge in edges for name in edge})
    tables = {}
    for name in names:
        reads = frozenset(("d", "s", source) for source, target in edges if target == name)
        tables["d", "s", name] = Table(("n",), {"n": frozenset((*read, "n") for read in reads)}, reads)
    return Map(tables, [Shown(("d", "s", name), ("n",)) for name in names if name not in gone])


def names(found):
    return [path[2] for path in found]


def test_the_nearest_come_first():
    found = chart(["ab", "bc", "cd", "ad"])
    assert names(found.tables(("d", "s", "a"), "down", 9)) == ["b", "d", "c"]
    assert names(found.tables(("d", "s", "d"), "up", 1)) == ["a", "c"]
    assert names(found.fields(("d", "s", "a", "n"), "down", 1)) == ["b", "d"]


def test_circles_and_loops_end_and_leave_out_the_one_asked_for():
    found = chart(["ab", "bc", "ca", "aa"])
    assert names(found.tables(("d", "s", "a"), "down", 99)) == ["b", "c"]
    assert names(found.fields(("d", "s", "a", "n"), "up", 99)) == ["c", "b"]


def test_what_is_gone_is_passed_through_without_a_step():
    found = chart(["ab", "bc", "cd", "de"], gone="bc")
    assert names(found.tables(("d", "s", "a"), "down", 1)) == ["d"]
    assert names(found.fields(("d", "s", "e", "n"), "up", 2)) == ["d", "a"]
    assert names(found.tables(("d", "s", "a"), "down", 2)) == ["d", "e"]


def test_ten_thousand_in_a_row_are_walked():
    labels = [f"t{number:05}" for number in range(10_000)]
    found = chart([])
    tables = {("d", "s", b): Table(("n",), {}, frozenset({("d", "s", a)})) for a, b in pairwise(labels)}
    found = Map(tables, [Shown(("d", "s", label), ("n",)) for label in labels])
    assert len(found.tables(("d", "s", labels[0]), "down", 99)) == 99
    assert names(found.tables(("d", "s", labels[-1]), "up", 99))[-1] == labels[-100]


def test_only_the_very_case_is_found():
    found = Map({}, [Shown(("d", "S", "Name"), ("Column",))])
    assert found.table(("d", "S", "Name")) == ("d", "s", "name")
    assert found.field(("d", "S", "Name", "Column")) == ("d", "s", "name", "column")
    assert found.table(("d", "s", "name")) is found.table(("d", "S")) is found.table(()) is None
    assert found.field(("d", "S", "Name", "column")) is found.field(("d", "S", "Name")) is None
