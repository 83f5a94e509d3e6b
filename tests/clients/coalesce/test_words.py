"""The two vocabularies of statuses, counters as text, and when a run is over."""

from __future__ import annotations

import pytest

from dataexplore.clients.coalesce.runs import Run
from dataexplore.clients.coalesce.scheduler import RunStatus
from dataexplore.clients.coalesce.words import as_count

END = "2026-11-20T06:04:10Z"


@pytest.mark.parametrize(
    ("word", "plain", "ended"),
    [
        ("queued", "queued", False),
        ("running", "running", False),
        ("success", "success", True),
        ("failed", "failed", True),
        ("cancelled", "cancelled", True),
        ("initializing", "queued", False),
        ("waitingToRun", "queued", False),
        ("rendering", "running", False),
        ("completed", "success", True),
        ("canceled", "cancelled", True),
        ("Failed", "failed", True),
        ("paused", "paused", False),
        ("", None, False),
        (None, None, False),
        (7, None, False),
    ],
)
@pytest.mark.parametrize("name", ["status", "runStatus"])
@pytest.mark.parametrize("kind", [Run, RunStatus])
def test_both_vocabularies_are_read_and_the_services_own_word_is_kept(kind, name, word, plain, ended):
    read = kind.read({name: word})
    assert (read.status, read.ended) == (plain, ended)
    if isinstance(word, str):
        assert read.run_status == word


def test_an_unknown_word_is_an_end_only_with_a_time_of_the_end():
    """Else a new name for some kind of waiting would look like a run that is done."""
    assert not Run.read({"runStatus": "paused"}).ended
    assert Run.read({"runStatus": "expired", "runEndTime": END}).ended
    assert Run.read({"completedAt": END}).ended
    assert not Run.read({"status": "running", "completedAt": END}).ended
    assert not Run.read({}).ended


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (41, 41),
        ("41", 41),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("4.0", None),
        ("٤١", None),
        ("9" * 30, None),
        (True, None),
        (4.0, None),
        (None, None),
        ([1], None),
    ],
)
def test_a_counter_is_a_number_or_its_digits(raw, number):
    assert as_count(raw) == number
