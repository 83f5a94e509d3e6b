"""Paths: read by a reader, written so that it reads them back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.clients.datafold import join_path, split_path
from dataexplore.clients.datafold.paths import read_path
from dataexplore.errors import InputError

PARTS = st.lists(st.text() | st.text(alphabet='a."é '), min_size=1)


@given(PARTS)
def test_every_path_is_read_back_as_it_was(parts):
    assert split_path(join_path(parts)) == tuple(parts)


@given(st.text(alphabet='ab."'))
def test_a_text_is_read_or_refused_and_reading_forgets_nothing(text):
    try:
        parts = split_path(text)
    except InputError:
        return
    assert split_path(join_path(parts)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Shop.raw.Orders", ("Shop", "raw", "Orders")),
        ('shop.raw."web visits.2026"."visit.id"', ("shop", "raw", "web visits.2026", "visit.id")),
        ('"say ""hi"""', ('say "hi"',)),
        ('""', ("",)),
        ('"plain".x', ("plain", "x")),
        (" a . b ", (" a ", " b ")),
        ("a\nb.c", ("a\nb", "c")),
    ],
)
def test_a_path_is_split_at_dots_outside_of_quotes_and_nothing_else_changes(text, parts):
    assert split_path(text) == parts


def test_only_parts_that_need_quotes_get_them():
    assert join_path(("db", "my.schema", 'a"b', "", "Günther's")) == 'db."my.schema"."a""b"."".Günther\'s'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('a."b', "opens a quote that is never closed"),
        ('"', "opens a quote that is never closed"),
        ('a."b""', "opens a quote that is never closed"),
        ('"a"b.c', r"text after a closing quote \(character 4\)"),
        ('"a""b"c', r"text after a closing quote \(character 7\)"),
        ('a"b".c', r"a quote inside an unquoted part \(character 2\)"),
        ("", r"an empty part \(character 1\)"),
        ("a..b", r"an empty part \(character 3\)"),
        (".a", r"an empty part \(character 1\)"),
        ("a.", r"an empty part \(character 3\)"),
    ],
)
def test_what_is_no_path_says_where_and_why(text, complaint):
    with pytest.raises(InputError, match=complaint) as caught:
        split_path(text)
    assert caught.value.fix


def test_an_endless_quote_is_refused_at_once_and_shown_short():
    with pytest.raises(InputError) as caught:
        split_path('"' + '""' * 200_000)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("parts", [(), ("a", 1), ("a", None)])
def test_what_has_no_texts_for_parts_is_refused(parts):
    with pytest.raises(InputError, match="is no path"):
        join_path(parts)


def test_a_path_may_come_as_text_or_in_parts():
    assert read_path('a."b.c"') == read_path(["a", "b.c"]) == ("a", "b.c")
