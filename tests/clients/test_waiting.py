"""Waiting: pauses that grow, spread by chance, and end where they should."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from dataexplore.clients.waiting import wait, watch
from dataexplore.errors import Cancelled, DeadlineExceeded, RateLimited, ServerFault
from dataexplore.transport import Operation
from tests.faults.fake_clock import FakeClock


def pauses(scripted):
    """The pauses between twenty questions."""
    clock, asked = FakeClock(), []
    session = scripted(None, clock=clock).session
    wait(session, lambda _: asked.append(clock.now), lambda _: len(asked) == 20, left="")
    return [later - earlier for earlier, later in pairwise(asked)]


def test_pauses_grow_to_ten_seconds_and_no_two_waits_are_alike(scripted):
    gaps = [pauses(scripted) for _ in range(5)]
    for gap in gaps:
        assert all(0.12 <= first <= 0.26 for first in gap[:1])
        assert all(4.9 <= late <= 10.1 for late in gap[-5:])
    assert len({tuple(gap) for gap in gaps}) == 5


def test_each_question_gets_no_more_time_than_is_left(scripted):
    clock, given = FakeClock(), []
    session = scripted(None, clock=clock).session
    with pytest.raises(DeadlineExceeded, match=r"within 100 s\. It goes on\."):
        wait(session, given.append, lambda _: False, left="It goes on.", deadline_s=100)
    assert given[0] == 60
    assert given == sorted(given, reverse=True)
    assert 0 < given[-1] < 20


def test_a_question_that_outlives_the_deadline_ends_the_wait_and_not_another_deadline(scripted):
    clock = FakeClock()
    session = scripted(None, clock=clock).session

    def slow(seconds):
        clock.now += seconds
        raise DeadlineExceeded("No complete answer.", "")

    with pytest.raises(DeadlineExceeded, match=r"within 5 s\. It goes on\."):
        wait(session, slow, lambda _: False, left="It goes on.", deadline_s=5)
    with pytest.raises(DeadlineExceeded, match="No complete answer"):
        wait(session, slow, lambda _: False, left="It goes on.", deadline_s=500)


def test_nothing_is_asked_when_there_is_no_time(scripted):
    asked = []
    with pytest.raises(DeadlineExceeded):
        wait(scripted(None).session, asked.append, lambda _: True, left="", deadline_s=0)
    assert asked == []


def test_a_failure_of_the_service_ends_the_wait_with_its_own_error(scripted):
    session = scripted((500, {"detail": "broken"})).session
    look = Operation("look", "GET", "/work", repeatable=True)
    with pytest.raises(ServerFault, match=r"broken\. Try again in a while\. It goes on\.$") as caught:
        wait(session, lambda _: session.fetch(look), lambda _: False, left="It goes on.")
    assert caught.value.args == (caught.value.what, caught.value.fix)


def limited(retry_after_s):
    error = RateLimited("Fewer requests, please.", "Later.")
    error.retry_after_s = retry_after_s
    return error


@pytest.mark.parametrize(("wish", "waited"), [(90.0, 90.0), (0.0, 0.25), (None, 10.0)])
def test_a_service_that_wants_fewer_questions_is_asked_again_when_it_wishes(scripted, wish, waited):
    clock, told, asked = FakeClock(), [], []
    session = scripted(None, clock=clock).session
    answers = [limited(wish), "a", limited(wish), "b"]

    def ask(_seconds):
        asked.append(clock.now)
        state = answers.pop(0)
        if isinstance(state, RateLimited):
            raise state
        return state

    assert wait(session, ask, "b".__eq__, left="", on_progress=told.append) == "b"
    assert asked[1] - asked[0] == pytest.approx(waited)
    assert set(told) == {"a", "b"}


@pytest.mark.parametrize(("wish", "questions"), [(601.0, 1), (float("inf"), 1), (1.0, 6)])
def test_a_service_that_wants_no_questions_for_long_ends_the_wait(scripted, wish, questions):
    asked = []
    session = scripted(None).session

    def ask(seconds):
        asked.append(seconds)
        raise limited(wish)

    with pytest.raises(RateLimited, match=r"Later\. It goes on\."):
        wait(session, ask, lambda _: False, left="It goes on.")
    assert len(asked) == questions
    with pytest.raises((DeadlineExceeded, RateLimited), match="It goes on"):
        wait(session, ask, lambda _: False, left="It goes on.", deadline_s=0.5)


def test_watching_yields_each_state_and_ticks_in_the_pauses(scripted):
    clock, ticks, states = FakeClock(), [], iter("aab")
    session = scripted(None, clock=clock).session
    seen = watch(session, lambda _: next(states), "b".__eq__, left="", on_pause=lambda: ticks.append(1))
    assert list(seen) == ["a", "a", "b"]
    assert len(ticks) >= 4
    assert 0.3 < clock.now < 0.7


def test_stop_in_a_pause_or_while_progress_is_told_says_what_goes_on(scripted):
    """Case 36: the work in the service is not touched."""

    def interrupt(*_):
        raise KeyboardInterrupt

    session = scripted(None, clock=FakeClock(on_sleep=interrupt)).session
    with pytest.raises(KeyboardInterrupt, match=r"^It goes on\.$"):
        wait(session, lambda _: "a", lambda _: False, left="It goes on.")
    with pytest.raises(KeyboardInterrupt, match=r"^It goes on\.$"):
        wait(session, lambda _: "a", lambda _: False, left="It goes on.", on_progress=interrupt)


def test_a_cancel_from_another_thread_ends_the_wait(scripted):
    cancel = threading.Event()
    session = scripted(None, cancel=cancel).session
    with pytest.raises(Cancelled, match="It goes on"):
        wait(session, lambda _: cancel.set(), lambda _: False, left="It goes on.")
