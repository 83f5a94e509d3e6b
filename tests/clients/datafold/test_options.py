"""Options by the names of the contract, and filters of several values."""

from __future__ import annotations

import json
from typing import TypedDict

import pytest

from dataexplore.clients.datafold.diff_options import DataDiffOptions
from dataexplore.clients.datafold.options import any_of, known_options, names_list
from dataexplore.errors import InputError


class Known(TypedDict, total=False):
    color: str | None
    size: int | None


def test_what_is_set_is_given_and_what_is_none_is_left_out():
    assert known_options({"color": "red", "size": None}, Known) == {"color": "red"}


def test_an_unknown_option_names_the_nearest_and_all():
    with pytest.raises(InputError, match=r"'colour'\. Did you mean 'color'\? Known: color, size\."):
        known_options({"colour": "red"}, Known)
    with pytest.raises(InputError, match=r"'xyz'\. Known: color, size\."):
        known_options({"xyz": 1}, Known)


def test_the_options_of_a_diff_are_sorted_and_many():
    names = list(DataDiffOptions.__annotations__)
    assert names == sorted(names)
    assert len(names) == 44


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, None), ("a,b", "a,b"), (12, "12"), (["a", "b"], "a,b"), ((1, 2), "1,2"), ([], "")],
)
def test_several_values_of_a_filter_mean_any_of_them(value, written):
    assert any_of(value) == written


@pytest.mark.parametrize("value", [["a,b"], {"a": 1}, 1.5, object()])
def test_what_would_be_read_as_something_else_is_refused(value):
    with pytest.raises(InputError):
        any_of(value)


def test_one_text_is_one_name_and_not_its_letters():
    assert names_list("order_id") == ["order_id"]
    assert json.dumps(names_list(("a", "b"))) == '["a", "b"]'
