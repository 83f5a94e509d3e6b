"""Triggers in words."""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.clients.talend import RunConfig
from dataexplore.plans.triggers import in_words, local

LONDON = {"timeZone": "Europe/London"}
AT = {"atTimes": {"type": "AT_TIME", "time": "00:45"}}


def config(trigger):
    return RunConfig.read({"trigger": trigger})


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ({"type": "DAILY", "interval": 1, **AT, **LONDON}, "daily at 00:45 Europe/London"),
        ({"type": "DAILY", "interval": 3, **AT, **LONDON}, "every 3 days at 00:45 Europe/London"),
        (
            {"type": "DAILY", "atTimes": {"type": "AT_SPECIFIC_TIMES", "times": ["05:30", "11:30", "17:30"]}},
            "daily at 05:30, 11:30 and 17:30",
        ),
        (
            {
                "type": "DAILY",
                "atTimes": {
                    "type": "AT_INTERVALS",
                    "startTime": "06:00",
                    "endTime": "22:00",
                    "interval": 120,
                },
            },
            "daily, every 2 hours from 06:00 to 22:00",
        ),
        (
            {
                "type": "DAILY",
                "atTimes": {"type": "AT_INTERVALS", "startTime": "06:00", "endTime": "22:00", "interval": 90},
            },
            "daily, every 90 min from 06:00 to 22:00",
        ),
        (
            {
                "type": "WEEKLY",
                "interval": 1,
                "atDays": {"days": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]},
                **AT,
            },
            "weekly from Monday to Friday at 00:45",
        ),
        (
            {"type": "WEEKLY", "interval": 2, "atDays": {"days": ["SUNDAY", "MONDAY"]}, **AT},
            "every 2 weeks on Sunday and Monday at 00:45",
        ),
        (
            {"type": "MONTHLY", "interval": 1, "atDays": {"type": "DAY_OF_MONTH", "day": 3}, **AT},
            "monthly on day 3 at 00:45",
        ),
        ({"type": "ONCE", "startDate": "2026-12-24", "startTime": "05:30"}, "once, 2026-12-24 at 05:30"),
        ({"type": "CRON", "cronExpression": "0 5 * ? * *", **LONDON}, "cron 0 5 * ? * * Europe/London"),
        ({"type": "MANUAL", **LONDON}, "by hand only"),
        ({"type": "WEBHOOK", **LONDON}, "by a webhook"),
        (
            {
                "type": "MULTIPLE",
                "triggers": [{"type": "DAILY", **AT}, {"type": "CRON", "cronExpression": "x"}],
            },
            "daily at 00:45; cron x",
        ),
        ({"type": "MULTIPLE"}, "multiple"),
        ({"type": "SOON_AFTER"}, "soon after"),
        ({"type": "DAILY", "atDays": 3, "atTimes": "x", "timeZone": 5}, "daily"),
        ("DAILY", "not told"),
    ],
)
def test_a_trigger_is_said_as_people_say_it(trigger, expected):
    assert in_words(config(trigger)) == expected


def test_no_configuration_is_said_shortly():
    assert in_words(None) == "no run configuration"


def test_a_moment_is_written_in_the_triggers_own_zone():
    winter = dt.datetime(2026, 11, 26, 10, 30, tzinfo=dt.UTC)
    zone = config({"type": "DAILY", "timeZone": "America/New_York"})
    assert local(winter, zone) == "Thu 05:30 America/New_York"
    assert local(winter - dt.timedelta(days=30), zone) == "Tue 06:30 America/New_York"


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../../etc/passwd", "a\x00b", 5])
def test_a_zone_that_nobody_knows_is_left_out(zone):
    assert local(dt.datetime(2026, 11, 26, tzinfo=dt.UTC), config({"timeZone": zone})) == ""
    assert local(dt.datetime(2026, 11, 26, tzinfo=dt.UTC), None) == ""
