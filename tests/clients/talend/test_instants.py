"""Instants go out as milliseconds; what is none, or an upside-down window, is refused."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dataexplore.clients.talend.instants import milliseconds, window
from dataexplore.errors import InputError

MIDNIGHT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_milliseconds_are_whole_and_count_from_1970_in_utc():
    assert milliseconds(MIDNIGHT, "to") == 1_767_225_600_000
    assert milliseconds(MIDNIGHT + dt.timedelta(microseconds=1999), "to") == 1_767_225_600_001
    assert milliseconds(dt.datetime(1970, 1, 1, tzinfo=dt.UTC), "to") == 0


def test_the_zone_counts_also_when_the_clocks_change():
    zone = ZoneInfo("Europe/London")
    first = dt.datetime(2026, 10, 25, 1, 30, tzinfo=zone)
    assert milliseconds(first.replace(fold=1), "to") - milliseconds(first, "to") == 3_600_000


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(InputError, match="to, 2026-01-01 00:00:00, has no time zone"):
        milliseconds(MIDNIGHT.replace(tzinfo=None), "to")


@pytest.mark.parametrize("value", [None, "2026-01-01", 1_767_225_600_000, dt.date(2026, 1, 1)])
def test_what_is_no_instant_is_refused(value):
    with pytest.raises(InputError, match=r"to is .*\. Pass a datetime with a time zone"):
        milliseconds(value, "to")


def test_what_lies_before_1970_is_refused():
    with pytest.raises(InputError, match="lies before 1970"):
        milliseconds(dt.datetime(1969, 12, 31, tzinfo=dt.UTC), "since")


def test_a_window_may_have_one_end_only_and_both_may_be_one():
    later = MIDNIGHT + dt.timedelta(seconds=1)
    assert window(None, None) == (None, None)
    assert window(MIDNIGHT, None) == (1_767_225_600_000, None)
    assert window(MIDNIGHT, MIDNIGHT) == (1_767_225_600_000, 1_767_225_600_000)
    with pytest.raises(InputError, match=r"since is after until\. Exchange them"):
        window(later, MIDNIGHT)
