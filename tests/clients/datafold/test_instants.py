"""Instants on their way to the service."""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.clients.datafold.instants import instant_text
from dataexplore.errors import InputError

EAST = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC), "2026-01-31T12:00:00Z"),
        (dt.datetime(2026, 1, 31, 12, 0, 0, 5, tzinfo=EAST), "2026-01-31T10:00:00.000005Z"),
        ("2026-01-31", "2026-01-31"),
        (None, None),
    ],
)
def test_an_instant_is_written_in_utc_and_a_text_passes(value, text):
    assert instant_text(value) == text


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(InputError, match=r"2026-01-31 12:00:00 has no time zone\. Add one"):
        instant_text(dt.datetime(2026, 1, 31, 12))  # noqa: DTZ001 - a naive one is meant
