from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.sandbox.datafold.paths import quote_path, split_path


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("t", ("t",)),
        ("db.s.t", ("db", "s", "t")),
        ('db."my.schema"."say ""hi"""', ("db", "my.schema", 'say "hi"')),
        ('""', ("",)),
        ("Größe.a b", ("Größe", "a b")),
    ],
)
def test_paths_are_read_part_by_part(text, parts):
    assert split_path(text) == parts


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", '"a', 'a"', 'a"b"', '"a"b', '"a"."'])
def test_a_path_with_an_empty_part_or_an_odd_quote_is_refused(text):
    with pytest.raises(ValueError, match="is no path"):
        split_path(text)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_quoted_parts_come_back_whatever_they_hold(parts):
    assert split_path(".".join('"' + part.replace('"', '""') + '"' for part in parts)) == tuple(parts)


def test_a_path_in_sql_is_quoted_part_by_part():
    assert quote_path('raw."x"" y"') == '"raw"."x"" y"'
