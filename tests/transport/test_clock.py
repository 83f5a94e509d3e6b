"""A call's time: deadline, cancel and ticks."""

from __future__ import annotations

import threading

import pytest

from dataexplore.transport import Clock
from dataexplore.transport.clock import TICK_S, Call
from tests.faults.fake_clock import FakeClock


def test_what_remains_counts_from_the_beginning_and_never_below_zero():
    clock = FakeClock()
    call = Call(clock, deadline_s=5)
    assert (call.remaining(), call.over) == (5, False)
    clock.now = 3
    assert (call.remaining(), call.over) == (2, False)
    clock.now = 9
    assert (call.remaining(), call.over) == (0, True)


def test_a_call_without_a_deadline_waits_as_long_as_it_takes():
    clock = FakeClock()
    call = Call(clock)
    clock.now = 1e9
    assert (call.remaining(), call.over) == (None, False)


def test_waiting_ticks_and_takes_the_time_asked_for():
    clock, ticks = FakeClock(), []
    Call(clock, on_wait=lambda: ticks.append(clock.now)).wait(1.0)
    assert clock.now == pytest.approx(1.0)
    assert len(ticks) == pytest.approx(1.0 / TICK_S, abs=1)


def test_waiting_ends_at_the_deadline():
    clock = FakeClock()
    Call(clock, deadline_s=0.5).wait(30)
    assert clock.now == pytest.approx(0.5, abs=TICK_S)


def test_waiting_ends_when_the_call_is_cancelled():
    cancel = threading.Event()
    clock = FakeClock(on_sleep=cancel.set)
    Call(clock, cancel=cancel).wait(30)
    assert clock.now == TICK_S


def test_the_real_clock_goes_forward():
    clock = Clock()
    before = clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() - before >= 0.009
