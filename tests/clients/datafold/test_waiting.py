"""Waiting: pauses that grow, spread by chance, and end where they should."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dataexplore.clients.datafold.waiting import wait
from dataexplore.errors import DeadlineExceeded, ServerFault
from tests.faults.fake_clock import FakeClock


def pauses(answered):
    """The pauses between twenty questions."""
    clock, asked = FakeClock(), []
    session = answered(None, clock=clock).session
    wait(session, lambda _: asked.append(clock.now), lambda _: len(asked) == 20, left="")
    return [later - earlier for earlier, later in pairwise(asked)]


def test_pauses_grow_to_ten_seconds_and_no_two_waits_are_alike(answered):
    gaps = [pauses(answered) for _ in range(5)]
    for gap in gaps:
        assert all(0.12 <= first <= 0.26 for first in gap[:1])
        assert all(4.9 <= late <= 10.1 for late in gap[-5:])
    assert len({tuple(gap) for gap in gaps}) == 5


def test_each_question_gets_no_more_time_than_is_left(answered):
    clock, given = FakeClock(), []
    session = answered(None, clock=clock).session
    with pytest.raises(DeadlineExceeded, match=r"within 100 s\. It goes on\."):
        wait(session, given.append, lambda _: False, left="It goes on.", deadline_s=100)
    assert given[0] == 60
    assert given == sorted(given, reverse=True)
    assert 0 < given[-1] < 20


def test_a_question_that_outlives_the_deadline_ends_the_wait_and_not_another_deadline(answered):
    clock = FakeClock()
    session = answered(None, clock=clock).session

    def slow(seconds):
        clock.now += seconds
        raise DeadlineExceeded("No complete answer.", "")

    with pytest.raises(DeadlineExceeded, match=r"within 5 s\. It goes on\."):
        wait(session, slow, lambda _: False, left="It goes on.", deadline_s=5)
    with pytest.raises(DeadlineExceeded, match="No complete answer"):
        wait(session, slow, lambda _: False, left="It goes on.", deadline_s=500)


def test_nothing_is_asked_when_there_is_no_time(answered):
    asked = []
    with pytest.raises(DeadlineExceeded):
        wait(answered(None).session, asked.append, lambda _: True, left="", deadline_s=0)
    assert asked == []


def test_a_failure_of_the_service_ends_the_wait_with_its_own_error(answered):
    client = answered((500, {"detail": "broken"}))
    with pytest.raises(ServerFault, match="broken"):
        client.data_diffs.wait(1)
