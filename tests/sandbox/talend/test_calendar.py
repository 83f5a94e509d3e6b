"""When triggers come due: days, times, zones, and the two nights when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.sandbox.talend.calendar import DAYS, check, instants

LONDON = {"startDate": "2026-01-05", "timeZone": "Europe/London"}
NIGHTLY = {**LONDON, "type": "DAILY", "interval": 1, "atTimes": {"type": "AT_TIME", "time": "01:30"}}


def told(trigger, first, last):
    """The instants between two days, as month, day and time in UTC."""
    low, high = (datetime.fromisoformat(f"2026-{day}T00:00+00:00") for day in (first, last))
    return [due.strftime("%m-%d %H:%M") for due in instants(trigger, low, high)]


def test_a_time_that_the_clock_skips_in_spring_comes_when_it_has_gone_on():
    assert told(NIGHTLY, "03-27", "03-31") == ["03-27 01:30", "03-28 01:30", "03-29 01:30", "03-30 00:30"]


def test_a_time_that_the_clock_shows_twice_in_autumn_comes_once():
    assert told(NIGHTLY, "10-24", "10-28") == ["10-24 00:30", "10-25 00:30", "10-26 01:30", "10-27 01:30"]


def test_intervals_of_a_day_keep_to_the_clock_of_their_zone_across_the_change():
    every_two_hours = {"type": "AT_INTERVALS", "startTime": "08:00", "endTime": "12:00", "interval": 120}
    trigger = {**LONDON, "type": "DAILY", "interval": 1, "atTimes": every_two_hours}
    assert told(trigger, "03-28", "03-30") == [
        *("03-28 08:00", "03-28 10:00", "03-28 12:00"),
        *("03-29 07:00", "03-29 09:00", "03-29 11:00"),
    ]
    night = {**every_two_hours, "startTime": "00:30", "endTime": "02:30", "interval": 60}
    trigger = {**trigger, "atTimes": night}
    # 01:30 does not exist that night and 02:30 is the same instant: it comes once.
    assert told(trigger, "03-29", "03-30") == ["03-29 00:30", "03-29 01:30", "03-29 23:30"]


def test_every_second_day_counts_from_the_first():
    trigger = {**NIGHTLY, "interval": 2}
    assert told(trigger, "01-01", "01-10") == ["01-05 01:30", "01-07 01:30", "01-09 01:30"]


def test_every_second_week_on_two_days():
    days = {"type": "DAY_OF_WEEK", "days": ["FRIDAY", "MONDAY"]}
    trigger = {**LONDON, "type": "WEEKLY", "interval": 2, "atDays": days, "startTime": "05:00"}
    assert told(trigger, "01-01", "02-03") == [
        *("01-05 05:00", "01-09 05:00", "01-19 05:00", "01-23 05:00", "02-02 05:00")
    ]
    assert told({**trigger, "atDays": None}, "01-01", "01-21") == ["01-05 05:00", "01-19 05:00"]


def test_a_month_without_the_day_is_passed_over():
    trigger = {**LONDON, "type": "MONTHLY", "interval": 1, "startTime": "05:00"}
    trigger["atDays"] = {"type": "DAY_OF_MONTH", "day": 31}
    assert told(trigger, "01-01", "08-01") == ["01-31 05:00", "03-31 04:00", "05-31 04:00", "07-31 04:00"]
    assert told({**trigger, "interval": 4}, "01-01", "12-31") == ["01-31 05:00", "05-31 04:00"]


def test_once_is_once():
    trigger = {**LONDON, "type": "ONCE", "startTime": "23:30", "timeZone": "America/New_York"}
    assert told(trigger, "01-01", "02-01") == ["01-06 04:30"]
    assert told(trigger, "02-01", "12-01") == []


@pytest.mark.parametrize("kind", ["WEBHOOK", "MANUAL"])
def test_what_only_somebody_starts_has_no_instants(kind):
    assert told({**LONDON, "type": kind}, "01-01", "12-31") == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("30 1 * ? * *", ["03-28 01:30", "03-29 01:00", "03-30 00:30"]),
        ("30 1 ? * 2", ["03-30 00:30"]),
        ("30 1 ? * MON 2026", ["03-30 00:30"]),
        ("30 1 ? * 1,7", ["03-28 01:30", "03-29 01:00"]),
        ("30 1 ? * 2-6 2027", []),
        ("0 12 ? * * 2025-2026", ["03-28 12:00", "03-29 11:00", "03-30 11:00"]),
    ],
)
def test_a_crontab_is_read_as_quartz_does(expression, expected):
    trigger = {**LONDON, "type": "CRON", "cronExpression": expression}
    assert told(trigger, "03-28", "03-31") == expected


def test_a_crontab_begins_with_its_start_date():
    trigger = {**LONDON, "type": "CRON", "cronExpression": "0 0 * * ?", "startDate": "2026-02-10"}
    assert told(trigger, "02-01", "02-12") == ["02-10 00:00", "02-11 00:00", "02-12 00:00"]


def test_several_triggers_come_together_each_instant_once():
    noon = {**LONDON, "type": "DAILY", "interval": 1, "startTime": "12:00"}
    both = {"type": "MULTIPLE", **LONDON, "triggers": [noon, NIGHTLY, noon]}
    assert told(both, "01-06", "01-08") == ["01-06 01:30", "01-06 12:00", "01-07 01:30", "01-07 12:00"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "HOURLY"}, "no trigger type 'HOURLY'"),
        ({"type": None}, "no trigger type"),
        ({"timeZone": "Europe/Londn"}, "no time zone 'Europe/Londn'"),
        ({"timeZone": "../../etc/passwd"}, "no time zone"),
        ({"timeZone": None}, "no time zone"),
        ({"startDate": "5 January"}, "startDate must be a date"),
        ({"startDate": "2026-02-30"}, "no day of the calendar"),
        ({"interval": 0}, "interval"),
        ({"interval": True}, "interval"),
        ({"atTimes": {"type": "AT_TIME", "time": "25:00"}}, "atTimes.time must be a time"),
        ({"atTimes": {"type": "AT_SPECIFIC_TIMES", "times": []}}, "names no time"),
        ({"atTimes": {"type": "AT_NOON"}}, "no atTimes of the type 'AT_NOON'"),
        (
            {"atTimes": {"type": "AT_INTERVALS", "startTime": "10:00", "endTime": "09:00", "interval": 5}},
            "is before",
        ),
        (
            {"atTimes": {"type": "AT_INTERVALS", "startTime": "10:00", "endTime": "11:00", "interval": 0}},
            "atTimes.interval",
        ),
        ({"type": "WEEKLY", "atDays": {"type": "DAY_OF_WEEK", "days": ["FUNDAY"]}}, "no day 'FUNDAY'"),
        ({"type": "WEEKLY", "atDays": {"type": "DAY_OF_MONTH", "day": 1}}, "DAY_OF_WEEK"),
        ({"type": "MONTHLY", "atDays": {"type": "DAY_OF_MONTH", "day": 32}}, "a day from 1 to 31"),
        ({"type": "CRON"}, "wants a cronExpression"),
        ({"type": "CRON", "cronExpression": "61 * * * ?"}, "cannot be read"),
        ({"type": "CRON", "cronExpression": "0 5 ? * 9"}, "weekday 9"),
        ({"type": "CRON", "cronExpression": "0 5 * * ? soon"}, "year 'soon'"),
        ({"type": "CRON", "cronExpression": "0 0 5 * * ? *"}, "five fields"),
        ({"type": "MULTIPLE"}, "wants its triggers"),
        ({"type": "MULTIPLE", "triggers": [{"type": "MULTIPLE"}]}, "no other of its kind"),
        ({"type": "MULTIPLE", "triggers": [{"type": "DAILY"}]}, "time zone"),
    ],
)
def test_a_trigger_that_cannot_be_read_is_refused_in_one_sentence(change, words):
    with pytest.raises(ValueError, match=words):
        check({**NIGHTLY, **change})


def test_a_good_trigger_passes():
    check(NIGHTLY)
    check({**LONDON, "type": "CRON", "cronExpression": "0 5 ? * MON-FRI"})


windows = st.tuples(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - its own
    st.integers(0, 90),
)
triggers = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
        "startDate": st.just("2026-01-05"),
        "timeZone": st.sampled_from(
            ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
        ),
        "interval": st.integers(1, 5),
        "atTimes": st.sets(st.times().map(lambda at: at.strftime("%H:%M")), min_size=1, max_size=4).map(
            lambda times: {"type": "AT_SPECIFIC_TIMES", "times": sorted(times)}
        ),
    }
)


@given(trigger=triggers, window=windows, days=st.sets(st.sampled_from(DAYS), min_size=1))
def test_instants_are_in_order_in_the_window_and_at_a_time_that_was_named(trigger, window, days):
    """Whatever the zone and the time of the year."""
    after, until = window[0], window[0] + timedelta(days=window[1])
    if trigger["type"] == "WEEKLY":
        trigger["atDays"] = {"type": "DAY_OF_WEEK", "days": sorted(days)}
    found = list(instants(trigger, after, until))
    assert all(before < later for before, later in pairwise(found))
    middle = after + timedelta(days=window[1] / 2)
    assert [*instants(trigger, after, middle), *instants(trigger, middle, until)] == found
    for due in found:
        assert after < due <= until
        local = due.astimezone(ZoneInfo(trigger["timeZone"]))
        # A skipped time is shown by as much later as the clock went on.
        shown = {(local - timedelta(minutes=skipped)).strftime("%H:%M") for skipped in (0, 30, 60)}
        assert shown & set(trigger["atTimes"]["times"])
        if trigger["type"] == "WEEKLY":
            assert DAYS[local.weekday()] in days


def test_a_skipped_time_that_comes_after_a_later_one_is_told_in_order():
    times = {"type": "AT_SPECIFIC_TIMES", "times": ["01:30", "02:15", "02:30"]}
    assert told({**NIGHTLY, "atTimes": times}, "03-29", "03-30") == [
        *("03-29 01:15", "03-29 01:30"),
    ]
