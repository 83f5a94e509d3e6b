"""Moments as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from dataexplore.sandbox import moments

MOMENT = datetime(2026, 11, 20, 6, 0, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (MOMENT, "2026-11-20T06:00:00.000005Z"),
        (MOMENT.replace(tzinfo=None), "2026-11-20T06:00:00.000005Z"),
        (MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30))), "2026-11-20T06:00:00.000005Z"),
    ],
)
def test_a_moment_is_written_in_utc_and_read_again(moment, text):
    assert moments.write(moment) == text
    assert moments.read(text) == MOMENT


@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-20T00:00", "2026-11-20T01:00+01:00"])
def test_a_date_is_its_first_moment_and_a_zone_counts(text):
    assert moments.read(text) == datetime(2026, 11, 20, tzinfo=UTC)


def test_what_is_no_moment_is_refused():
    with pytest.raises(ValueError, match="isoformat"):
        moments.read("yesterday")


def test_now_is_between_before_and_after():
    before = datetime.now(UTC)
    assert before <= moments.read(moments.now()) <= datetime.now(UTC)
