"""In which order nodes go, and what is skipped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.sandbox.coalesce.plan import Plan


def named(*letters):
    return [("L", letter) for letter in letters]


def needs(**above):
    return {("L", name): named(*names) for name, names in above.items()}


def test_a_node_waits_for_all_it_needs():
    plan = Plan(named(*"abc"), needs(c="ab"))
    assert [plan.take(), plan.take(), plan.take()] == [0, 1, None]
    assert plan.done(0, well=True) == []
    assert plan.take() is None
    plan.done(1, well=True)
    assert plan.take() == 2
    plan.done(2, well=True)
    assert plan.over


def test_what_needs_a_failed_node_is_skipped_down_to_the_last():
    plan = Plan(named(*"abcde"), needs(b="a", c="b", d="e", e=""))
    assert plan.take() == 0
    assert plan.take() == 4
    assert plan.done(0, well=False) == [1, 2]
    plan.done(4, well=True)
    assert plan.take() == 3
    plan.done(3, well=True)
    assert plan.over
    assert plan.skipped == [1, 2]


def test_a_node_waits_for_what_lies_above_one_that_is_not_in_the_run():
    plan = Plan(named(*"ac"), needs(b="a", c="b"))
    assert plan.take() == 0
    assert plan.take() is None
    assert plan.done(0, well=False) == [1]


@pytest.mark.parametrize("circle", [needs(a="b", b="a"), needs(a="a", b=""), needs(a="x", x="a", b="")])
def test_a_circle_is_named(circle):
    with pytest.raises(ValueError, match=r"in a circle: a|in a circle: b"):
        Plan(named(*"ab"), circle)


graphs = st.lists(st.sets(st.integers(0, 30)), min_size=1, max_size=30)


@given(above=graphs, bad=st.sets(st.integers(0, 29)), chosen=st.sets(st.integers(0, 29), min_size=1))
def test_every_node_ends_once_after_what_it_needs_or_is_skipped_for_it(above, bad, chosen):
    """Whatever the graph and whatever fails."""
    needs_of = {("L", str(n)): [("L", str(m)) for m in up if m < n] for n, up in enumerate(above)}
    names = [("L", str(n)) for n in sorted(chosen) if n < len(above)]
    plan = Plan(names, needs_of)
    ended, failed = [], set()
    while not plan.over:
        place = plan.take()
        assert place is not None, "it is stuck"
        well = int(names[place][1]) not in bad
        if not well:
            failed.add(place)
        ended.append(place)
        plan.done(place, well=well)
    assert sorted([*ended, *plan.skipped]) == list(range(len(names)))

    def all_above(name):
        found, todo = set(), [name]
        while todo:
            for each in needs_of.get(todo.pop(), ()):
                if each not in found:
                    found.add(each)
                    todo.append(each)
        return found

    for place, name in enumerate(names):
        up = {names.index(each) for each in all_above(name) if each in names}
        assert (place in plan.skipped) == bool(up & failed)
        if place in ended:
            assert all(ended.index(each) < ended.index(place) for each in up)
