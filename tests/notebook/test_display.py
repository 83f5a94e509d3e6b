"""What a notebook shows for a frame: the still table where it loses nothing, else pandas's own."""

from __future__ import annotations

import re

import pandas as pd
import pyarrow as pa
import pytest

import dataexplore
from dataexplore.notebook.display import frame_bundle, register


def page_of(shell, value):
    """The HTML a notebook gets for a value."""
    return shell.display_formatter.format(value)[0].get("text/html", "")


@pytest.fixture
def frame(run):
    return run("%%coginiti\nselect range as n, 'name ' || range as name from range(100)").value


def test_the_frame_of_a_result_is_the_still_table_in_both_forms(frame, shell):
    bundle = shell.display_formatter.format(frame)[0]
    assert 'class="dx-still dataframe"' in bundle["text/html"]
    assert "100 rows, 2 columns" in bundle["text/html"]
    assert bundle["text/plain"].endswith("(80 more rows)")


@pytest.mark.parametrize(
    "derive",
    [
        lambda frame: frame.head(7),
        lambda frame: frame[["name"]],
        lambda frame: frame.iloc[10:20].reset_index(drop=True),
        lambda frame: frame.rename(columns={"n": "<b>"}),
        lambda frame: frame.iloc[:0],
    ],
)
def test_a_derived_frame_that_loses_nothing_is_shown_so_too(derive, frame, shell):
    page = page_of(shell, derive(frame))
    assert "dx-still" in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    "derive",
    [
        lambda frame: frame.set_index("name"),
        lambda frame: frame[frame["n"] > 90],
        lambda frame: frame.assign(plain=[1] * 100),
        lambda frame: pd.DataFrame({"n": [1]}),
    ],
)
def test_a_frame_with_an_index_or_other_columns_is_left_to_pandas(derive, frame, shell):
    assert frame_bundle(derive(frame)) is None
    page = page_of(shell, derive(frame))
    assert "dx-still" not in page
    assert "<table" in page


def test_nothing_hostile_becomes_markup_in_any_bundle(run, shell):
    ran = run("%%coginiti evil\nselect * from samples.hostile_html")
    assert ran.error is None
    hostile = shell.user_ns["evil"]
    for value in (hostile, hostile[hostile["id"] > 3], dataexplore.result(hostile)):
        page = page_of(shell, value)
        # pandas wraps its table in a style of its own; nothing else may be an element.
        assert set(re.findall(r"<(\w+)", page)) <= {
            "div",
            "style",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "p",
        }
    for bundle in ran.shown:
        assert not re.search(r"<(?!/?div\b)", bundle["text/html"])


def test_hostile_words_of_an_error_stay_text(run):
    ran = run('%%coginiti\nselect * from samples."<img src=x onerror=alert(1)>\x1b[31m"')
    assert ran.error is not None
    assert "\x1b" not in ran.text.replace("\x1b[0m", "")


def test_registering_twice_changes_nothing(frame, shell):
    before = page_of(shell, frame)
    register(shell)
    assert page_of(shell, frame) == before


def test_a_pickled_frame_of_another_session_is_shown_all_the_same(shell):
    stranger = pa.table({"n": [1, 2]}).to_pandas(types_mapper=pd.ArrowDtype)
    stranger.attrs["coginiti"] = "0123456789ab"
    assert "dx-still" in page_of(shell, stranger)


def test_connect_from_python_teaches_the_shell_too(shell, sandbox, monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_SANDBOX_URL", sandbox.url)
    monkeypatch.setenv("DATAEXPLORE_SANDBOX_TOKEN", sandbox.token.reveal())
    with dataexplore.connect("sandbox") as workspace:
        assert "dx-still" in page_of(shell, workspace.coginiti.sql("select 1 as n").df())
