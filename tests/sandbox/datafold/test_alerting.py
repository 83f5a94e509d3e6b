from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dataexplore.sandbox.datafold.alerting import Point, expect, judge_difference, judge_failures, judge_value

START = datetime(2026, 9, 1, 5, tzinfo=UTC)


def points(*values):
    return [Point(START + timedelta(day), Decimal(str(value))) for day, value in enumerate(values)]


def judge(alert, *values):
    *past, now = points(*values)
    return judge_value("sum", now, alert, past)


def test_without_a_threshold_every_value_is_well():
    assert judge(None, -1).state == "ok"


@pytest.mark.parametrize(
    ("value", "warnings"),
    [
        ("0.1", ()),
        ("0.3", ()),
        ("0.09", ("sum is 0.09, under 0.1.",)),
        ("0.30000000000000001", ("sum is 0.30000000000000001, over 0.3.",)),
    ],
)
def test_an_absolute_threshold_is_compared_digit_by_digit(value, warnings):
    verdict = judge({"type": "absolute", "min": 0.1, "max": 0.3}, value)
    assert verdict.warnings == warnings
    assert verdict.state == ("alert" if warnings else "ok")


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [(100, 110, "ok"), (100, 110.01, "alert"), (100, 80, "ok"), (100, 79, "alert"), (-100, -121, "alert")],
)
def test_a_percentage_is_of_the_run_before(before, now, state):
    assert judge({"type": "percentage", "increase": 10, "decrease": 20}, before, now).state == state


def test_any_move_away_from_zero_is_over_every_percentage():
    assert judge({"type": "percentage", "increase": 1000}, 0, 1).state == "alert"
    assert judge({"type": "percentage", "increase": 1000}, 0, 0).state == "ok"


def test_a_percentage_without_a_run_before_is_learning():
    assert judge({"type": "percentage", "increase": 10}, 5).state == "learning"


def test_automatic_thresholds_learn_for_seven_runs():
    alert = {"type": "automatic", "sensitivity": 50}
    assert judge(alert, *[10] * 7).state == "learning"
    assert judge(alert, *[10] * 8).state == "ok"


def test_steady_growth_is_expected_and_a_stop_of_it_is_an_alert():
    alert = {"type": "automatic", "sensitivity": 50}
    growing = [1000 + 100 * day + (3, -4, 2, 0)[day % 4] for day in range(20)]
    assert judge(alert, *growing, 3001).state == "ok"
    verdict = judge(alert, *growing, growing[-1])
    assert verdict.state == "alert"
    assert verdict.warnings[0].startswith("sum is 2900, under 29")


def test_one_outlier_in_the_past_neither_moves_nor_widens_the_band():
    calm = [10, 11, 9, 10, 11, 9, 10, 11, 9, 10]
    low, high = expect(START + timedelta(10), points(*calm), 50)
    with_outlier = [*calm[:5], 10_000, *calm[6:]]
    assert expect(START + timedelta(10), points(*with_outlier), 50) == pytest.approx(
        (low, high), abs=Decimal(3)
    )


def test_more_sensitive_is_narrower():
    past = points(10, 11, 9, 10, 11, 9, 10, 11)
    widths = [
        high - low
        for sensitivity in (0, 50, 100)
        for low, high in [expect(START + timedelta(8), past, sensitivity)]
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == pytest.approx(4 * widths[2])


def test_runs_of_one_moment_do_not_break_the_band():
    past = [Point(START, Decimal(value)) for value in (1, 2, 3, 4, 5, 6, 7)]
    assert expect(START, past, 50) is not None


@pytest.mark.parametrize(
    ("condition", "different", "state"),
    [
        (None, 0, "ok"),
        (None, 1, "alert"),
        ({"different_rows_count": None}, 1, "alert"),
        ({"different_rows_count": 5}, 5, "ok"),
        ({"different_rows_count": 5}, 6, "alert"),
        ({"different_rows_percent": 3}, 6, "ok"),
        ({"different_rows_percent": 3}, 7, "alert"),
        ({"match_ratio_min": 0.97}, 6, "ok"),
        ({"match_ratio_min": 0.97}, 7, "alert"),
    ],
)
def test_differences_are_held_against_each_condition(condition, different, state):
    assert judge_difference(different, 200, condition).state == state


def test_two_empty_tables_do_not_differ():
    assert judge_difference(0, 0, {"match_ratio_min": 1.0}).state == "ok"


def test_failing_rows_are_counted_in_words():
    assert judge_failures(0).state == "ok"
    assert judge_failures(1).warnings == ("1 row fails the test.",)
    assert judge_failures(2).warnings == ("2 rows fail the test.",)
