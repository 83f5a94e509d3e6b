"""Finding one among many."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from dataexplore.clients.finding import find
from dataexplore.errors import InputError


@dataclass
class Thing:
    id: str | None
    name: str | None
    place: str | None = None


KNOWN = [Thing("1", "Load"), Thing("2", "load"), Thing("3", "Check"), Thing("4", None), Thing("load", "x")]


@pytest.mark.parametrize(
    ("wanted", "found"), [("1", 0), (3, 2), ("load", 4), ("Load", 0), ("CHECK", 2), ("x", 4), ("4", 3)]
)
def test_an_id_goes_before_a_name_and_a_name_before_its_other_cases(wanted, found):
    assert find(lambda: KNOWN, wanted, "thing") is KNOWN[found]


def test_several_of_one_name_are_told_with_their_places():
    with pytest.raises(InputError, match=r"Several things are called 'LOAD'\. Use an id: 1, 2\."):
        find(lambda: KNOWN, "LOAD", "thing")
    placed = [Thing("1", "a", "here"), Thing("2", "a", "there"), Thing("3", "a")]
    with pytest.raises(InputError, match=r"Use an id: 1 \(here\), 2 \(there\), 3\."):
        find(lambda: placed, "a", "thing", place=lambda thing: thing.place)


def test_none_tells_the_near_name_and_what_is_known():
    with pytest.raises(
        InputError, match=r"There is no thing 'chek'\. Did you mean 'Check'\? Known: Load \(1\)"
    ):
        find(lambda: KNOWN, "chek", "thing")
    with pytest.raises(InputError, match="Known: none yet"):
        find(list, "x", "thing")
    many = [Thing(str(number), f"n{number}") for number in range(25)]
    with pytest.raises(InputError, match=r"n19 \(19\) and 5 more\."):
        find(lambda: many, "zzz", "thing")


@pytest.mark.parametrize("wanted", ["", " ", None, True, 1.5])
def test_nothing_is_asked_for_an_id_that_is_none(wanted):
    with pytest.raises(InputError):
        find(pytest.fail, wanted, "thing")
