"""The decision whether and when to try again, without clock or socket."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.transport.retry import MAX_ATTEMPTS, MAX_WAIT_S, Attempt, Quota, decide, retry_after_s

SENT = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize(
    ("repeatable", "connected", "status", "again"),
    [
        (True, True, None, True),
        (True, False, None, True),
        (False, False, None, True),
        (False, True, None, False),
        *((True, True, status, True) for status in (429, 502, 503, 504)),
        *((False, True, status, False) for status in (429, 502, 503, 504)),
        *((True, True, status, False) for status in (301, 400, 401, 403, 404, 408, 409, 412, 500, 501)),
    ],
)
def test_what_is_tried_again(repeatable, connected, status, again):
    """Rules 1 and 2: a repeatable operation after a loss or a passing failure, any after no connection."""
    attempt = Attempt(number=1, repeatable=repeatable, connected=connected, status=status)
    assert (decide(attempt, 0.5) is not None) is again


def test_three_attempts_are_all():
    waits = [decide(Attempt(number, repeatable=True, connected=False), 1.0) for number in range(1, 5)]
    assert waits == [0.5, 1.0, None, None]
    assert MAX_ATTEMPTS == 3


@given(number=st.integers(1, 100), random=st.floats(0, 1), wish=st.none() | st.floats(0, allow_nan=False))
def test_no_wait_is_ever_over_a_minute_or_below_zero(number, random, wish):
    wait = decide(Attempt(number, repeatable=True, connected=True, status=503, retry_after_s=wish), random)
    assert wait is None or 0 <= wait <= MAX_WAIT_S
    if wait is not None and wish is None:
        assert wait <= min(0.5 * 2 ** (number - 1), 8)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2),
        (" 2 ", 2),
        ("0", 0),
        ("007", 7),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10),
        ("Sunday, 06-Nov-94 08:49:47 GMT", 10),
        ("Sun Nov  6 08:49:47 1994 GMT", 10),
        ("Sun, 06 Nov 1994 09:49:47 +0100", 10),
        ("Sun, 06 Nov 1993 08:49:47 GMT", 0),
        ("9" * 400, float("inf")),
        ("", None),
        ("-5", None),
        ("+5", None),
        ("2.5", None),
        ("abc", None),
        ("1e9", None),
        ("0x10", None),
        ("\u0665", None),
        ("\u00b2", None),
        ("2, 3", None),
        ("Sun, 99 Nov 1994 08:49:47 GMT", None),
    ],
)
def test_retry_after_is_read_or_ignored(value, seconds):
    """Case 9."""
    assert retry_after_s({"retry-after": value, "date": SENT}) == seconds


@pytest.mark.parametrize("date", [{}, {"date": ""}, {"date": "yesterday"}])
def test_a_date_without_the_answers_own_date_is_ignored(date):
    """Our clock may be hours off: measured against it, a wait could be anything."""
    assert retry_after_s({"retry-after": SENT, **date}) is None


@given(value=st.text(), date=st.text())
def test_no_retry_after_is_a_crash(value, date):
    seconds = retry_after_s({"retry-after": value, "date": date})
    assert seconds is None or seconds >= 0


def test_the_quota_is_never_overdrawn_by_threads():
    quota, taken = Quota(50), []

    def take():
        taken.extend(1 for _ in range(40) if quota.take())

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 50


def test_a_success_gives_one_repeat_back_and_never_more_than_it_began_with():
    quota = Quota(2)
    assert [quota.take(), quota.take(), quota.take()] == [True, True, False]
    quota.give_back()
    assert [quota.take(), quota.take()] == [True, False]
    for _ in range(5):
        quota.give_back()
    assert [quota.take(), quota.take(), quota.take()] == [True, True, False]
