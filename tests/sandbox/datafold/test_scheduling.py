from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dataexplore.sandbox.datafold.scheduling import check_cron, next_due

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        ({"interval": {"every": "hour"}}, NOON + timedelta(hours=1)),
        ({"interval": {"every": "day"}}, NOON + timedelta(hours=12)),
        ({"interval": {"every": "day", "hour": 13}}, NOON + timedelta(hours=1)),
        ({"interval": {"every": "day", "hour": 12}}, NOON + timedelta(days=1)),
        ({"interval": {"every": "day", "hour": 1, "utc_at": "14:30:00"}}, NOON + timedelta(hours=2.5)),
        ({"type": "crontab", "cron": "30 12 * * *"}, NOON + timedelta(minutes=30)),
        ({"type": "none"}, None),
    ],
)
def test_the_next_time_follows_from_the_schedule(schedule, due):
    assert next_due(schedule, NOON) == due


@pytest.mark.parametrize("cron", ["", "* * * *", "61 * * * *", "daily", "* * * * * *", "0 0 30 2 *"])
def test_a_crontab_that_is_none_is_refused_with_an_example(cron):
    with pytest.raises(ValueError, match=r"write five fields, as in 0 5 \* \* \*"):
        check_cron(cron)
