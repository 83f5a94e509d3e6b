"""The beginning of a window."""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.errors import InputError
from dataexplore.reports import read_since

NOW = dt.datetime(2026, 11, 25, 12, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)),
        ("12h", dt.datetime(2026, 11, 25, 0, 30, tzinfo=dt.UTC)),
        ("7d", dt.datetime(2026, 11, 18, 12, 30, tzinfo=dt.UTC)),
        (" 2W ", dt.datetime(2026, 11, 11, 12, 30, tzinfo=dt.UTC)),
        ("2026-11-20", dt.datetime(2026, 11, 20, tzinfo=dt.UTC)),
        ("2026-11-20T08:00+02:00", dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)),
    ],
)
def test_an_amount_counts_back_from_now_and_a_date_is_in_utc(text, expected):
    assert read_since(text, NOW) == expected


@pytest.mark.parametrize(
    "text",
    ["", "7", "d7", "7 days", "-7d", "1.5h", "٣d", "2026-13-01", "yesterday", "9" * 30 + "d", "9999w9"],
)
def test_anything_else_is_refused_with_examples(text):
    with pytest.raises(InputError, match="Write 30m, 12h, 7d, 2w, or a date"):
        read_since(text, NOW)


@pytest.mark.parametrize("text", ["2026-11-26", "0d", "2026-11-25T12:30"])
def test_a_window_that_has_not_begun_is_refused(text):
    with pytest.raises(InputError, match=r"lies ahead of now, 2026-11-25 12:30 UTC"):
        read_since(text, NOW)
