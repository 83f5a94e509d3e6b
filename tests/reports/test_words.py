"""Statuses, moments and durations as a reader wants them."""

from __future__ import annotations

import pytest

from dataexplore.reports.words import amount, bar, duration, marked


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, None),
        (0, "0.0 s"),
        (1.74, "1.7 s"),
        (59.96, "1 min 00 s"),
        (60, "1 min 00 s"),
        (252.4, "4 min 12 s"),
        (3599.6, "1 h 00 min"),
        (3720, "1 h 02 min"),
        (360_000, "100 h 00 min"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds, expected):
    assert duration(seconds) == expected


def test_each_status_has_a_shape_of_its_own():
    words = [
        "queued",
        "running",
        "success",
        "failed",
        "cancelled",
        "skipped",
        "partial",
        "misfired",
        "paused",
    ]
    assert len({marked(word)[0] for word in words}) == len(words)
    assert all(marked(word).endswith(f" {word}") for word in words)


def test_a_word_that_nobody_knows_stays_and_no_word_is_said():
    assert marked("sleeping\x1b[31m") == "? sleeping\\x1b[31m"
    assert marked(None) == "? not told"


def test_one_of_something_has_no_plural():
    assert [amount(count, "run") for count in (0, 1, 1200)] == ["0 runs", "1 run", "1,200 runs"]


def test_a_bar_is_full_only_when_everything_is_done():
    assert [bar(done, 34) for done in (0, 3, 17, 33, 34)] == [
        "░░░░░░░░░░",
        "░░░░░░░░░░",
        "█████░░░░░",
        "█████████░",
        "██████████",
    ]
    assert bar(0, 0) == "░░░░░░░░░░"
