"""The still table: exact, escaped, bounded, whatever the warehouse holds."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pyarrow as pa
import pytest

from dataexplore.arrow.still import still_html, still_text
from tests.contract.contract_transport import contract_workspace

OURS = {"div", "style", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.fixture(scope="module")
def coginiti(sandbox):
    with contract_workspace(sandbox) as workspace:
        yield workspace.coginiti


class Page(HTMLParser):
    """What a browser would make of it: the tags and attributes, and the texts of the cells."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.cells, self._open = set(), set(), [], False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self._open = tag in {"td", "th"}
        if self._open:
            self.cells.append("")

    def handle_endtag(self, tag):
        self._open = False

    def handle_data(self, data):
        if self._open:
            self.cells[-1] += data


def table_of(**columns):
    return pa.table(columns)


def test_every_digit_is_on_the_screen():
    table = pa.table(
        {
            "big": pa.array([2**53 + 1, None], pa.int64()),
            "unsigned": pa.array([2**64 - 1, None], pa.uint64()),
            "money": pa.array(
                [Decimal("9999999999999999999999999999.9999999999"), None], pa.decimal128(38, 10)
            ),
            "day": pa.array([date(9999, 12, 31), None]),
            "ratio": pa.array([float("nan"), None]),
            "shortest": pa.array([0.1, None]),
            "nested": pa.array([[{"a": 2**53 + 1, "b": None}], None]),
            "instant": pa.array(
                [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), None], pa.timestamp("us", "Europe/Berlin")
            ),
        }
    )
    exact = [
        "9007199254740993",
        "18446744073709551615",
        "9999999999999999999999999999.9999999999",
        "9999-12-31",
        "nan",
        "0.1",
        '[{"a": 9007199254740993, "b": null}]',
        "2026-03-29 03:30:00+02:00",
    ]
    cells = Page(still_html(table)).cells[table.num_columns :]
    assert cells[: len(exact)] == exact
    assert cells[len(exact) :] == ["null"] * len(exact)
    for text in exact:
        assert text in still_text(table)


def test_a_null_an_empty_text_and_the_word_null_look_different():
    page = still_html(table_of(words=[None, "", "null"]))
    cells = re.findall(r"<td.*?</td>", page)
    assert len(set(cells)) == 3
    assert "dx-null" in cells[0]
    assert "dx-null" not in cells[2]


def test_every_awkward_type_of_the_sandbox_is_shown(coginiti):
    table = coginiti.sql("select * exclude (int128_value) from samples.all_types").table
    page = Page(still_html(table))
    assert page.tags <= OURS
    for text in ("9007199254740993", "-9999999999999999999999999999.9999999999", "9999-12-31", "5e-324"):
        assert any(text in cell for cell in page.cells), text
    assert still_text(table)


def test_duplicate_and_empty_names_are_kept_apart():
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "a", ""])
    assert Page(still_html(table)).cells == ["a", "a", "\xa0", "1", "2", "3"]
    assert still_text(table).splitlines()[-1].split() == ["1", "2", "3"]


def test_ten_thousand_columns_are_bounded_and_the_rest_is_counted():
    table = pa.Table.from_arrays([pa.array([1, 2])] * 10_000, names=[f"c{place}" for place in range(10_000)])
    started = time.monotonic()
    page, text = still_html(table), still_text(table)
    assert time.monotonic() - started < 2
    assert len(page) < 20_000
    assert "9,970 columns in the middle left out" in page
    assert "9,970 more columns" in text
    assert {"c0", "c9999"} <= set(Page(page).cells)


def test_a_long_table_shows_its_first_and_last_rows_and_says_so():
    table = table_of(n=list(range(1_000)))
    page = Page(still_html(table))
    assert page.cells[1:21] == [str(n) for n in range(20)]
    assert page.cells[21:] == ["…", *(str(n) for n in range(995, 1_000))]
    assert "1,000 rows, 1 column; the first 20 and the last 5 rows shown" in still_html(table)
    assert "980 more rows" in still_text(table)


@pytest.mark.parametrize("rows", [0, 1, 25])
def test_a_short_table_is_shown_whole(rows):
    table = table_of(n=pa.array(range(rows), pa.int64()))
    assert Page(still_html(table)).cells[1:] == [str(n) for n in range(rows)]
    assert "rows shown" not in still_html(table)


def test_a_table_without_columns_is_shown():
    assert "0 columns" in still_html(pa.table({}))
    assert still_text(pa.table({})) == ""


def test_nothing_of_the_hostile_samples_becomes_markup(coginiti):
    table = coginiti.sql("select * from samples.hostile_html").table
    for start in range(0, table.num_rows, 20):
        part = table.slice(start, 20)
        page = Page(still_html(part))
        assert page.tags <= OURS
        assert page.attributes <= {"class", "scope", "title"}
        shown = [cell for cell in page.cells if "__xss" in cell or "script" in cell]
        assert shown, "the text itself is there, as text"


def test_hostile_names_types_and_nested_values_become_no_markup(coginiti):
    table = coginiti.sql("select * from samples.odd_names").table
    assert Page(still_html(table)).tags <= OURS
    evil = "<img src=x onerror=alert(1)>"
    nested = pa.table(
        {
            evil: pa.array([{evil: [evil]}]),
            "map": pa.array([[(evil, evil)]], pa.map_(pa.string(), pa.string())),
            "words": pa.array([f'"{evil}'], pa.dictionary(pa.int8(), pa.string())),
        }
    )
    page = Page(still_html(nested))
    assert page.tags <= OURS
    assert page.attributes <= {"class", "scope", "title"}


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200f", "\x1b", "\x00", "\x9b", "\x7f", "\u061c"])
def test_control_and_direction_characters_are_visible(hidden):
    table = pa.Table.from_arrays([pa.array([f"user{hidden}gpj.exe"])], names=[f"na{hidden}me"])
    for picture in (still_html(table), still_text(table)):
        assert hidden not in picture
        assert f"{ord(hidden):02x}" in picture


def test_line_breaks_do_not_break_the_plain_table():
    assert len(still_text(table_of(words=["a\nb\tc"])).splitlines()) == 3


def test_wide_and_combining_letters_keep_the_columns_aligned():
    lines = still_text(table_of(a=["日本", "e\u0301e"], b=["x", "x"])).splitlines()
    assert lines[2] == "日本  x"
    assert lines[3] == "e\u0301e    x"


@pytest.mark.parametrize("content", ["<", "\x1b"])
def test_a_cell_of_fifty_megabytes_makes_a_small_picture(content):
    table = table_of(words=[content * 50_000_000], more=["x"])
    started = time.monotonic()
    page, text = still_html(table), still_text(table)
    assert time.monotonic() - started < 2
    assert len(page) < 10_000
    assert len(text) < 500
    assert "…" in page


def test_a_table_is_bounded_in_sum_too():
    words = pa.array(["<b>&" * 1_000] * 1_000)
    table = pa.Table.from_arrays([words] * 100, names=["<" * 5_000] * 100)
    assert len(still_html(table)) < 3_000_000
    assert len(still_text(table)) < 60_000


def test_a_list_for_reading_has_neither_types_nor_nulls():
    table = pa.table({"rows": pa.array([None, 7]), "node": ["a", "b"]})
    page = still_html(table, data=False)
    assert "dx-type" not in page.partition("</style>")[2]
    assert ">null<" not in page
    assert still_text(table, data=False).splitlines()[2:] == ["      a", "   7  b"]
