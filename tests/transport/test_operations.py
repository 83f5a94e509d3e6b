"""Names in a path: each is one segment, quoted once, and stays in its place."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.errors import InputError
from dataexplore.transport import Operation
from dataexplore.transport.operations import catalog_path

ASSET = Operation("getAsset", "GET", "/assets/{name}/owner", repeatable=True)
FOLDER = Operation("listFolder", "GET", "/list/{+path}", repeatable=True)


@given(st.text())
def test_a_name_is_refused_or_decodes_to_itself(name):
    """cases 24 and 25, for any text."""
    try:
        target = ASSET.target({"name": name})
    except InputError:
        return
    assert target.isascii()
    before, quoted, after = target.removeprefix("/").split("/")
    assert (before, unquote(quoted), after) == ("assets", name, "owner")
    assert not {"?", "#", "\\", " "}.intersection(target)


@given(st.lists(st.text(alphabet="a.%2eE5cCfF/\\ é", max_size=8), max_size=4))
def test_no_path_that_passes_has_a_way_up(segments):
    """However often a server decodes."""
    try:
        target = FOLDER.target({"path": "/".join(segments)})
    except InputError:
        return
    for _ in range(5):
        assert not {"..", ".", ""}.intersection(target.removeprefix("/").split("/"))
        assert "\\" not in target
        target = unquote(target)


@pytest.mark.parametrize("path", ["@Personal/Report", "@Shared/Revenue by day", "@Project Hub/p/100%/é 🦆"])
def test_a_good_catalog_path_is_given_back_unchanged(path):
    assert catalog_path(path) == path


@pytest.mark.parametrize(
    "path", ["@Personal/../x", "/@Shared/x", "@Shared/x/", "@Shared//x", "@Shared/%2e%2e"]
)
def test_a_bad_catalog_path_says_which_segment(path):
    with pytest.raises(
        InputError, match=r"segment '.*', which would lead somewhere else\. Write the full path"
    ):
        catalog_path(path)


def test_an_at_sign_stays_readable_and_braces_fill_nothing():
    assert FOLDER.target({"path": "@Shared/{name}"}) == "/list/@Shared/%7Bname%7D"
