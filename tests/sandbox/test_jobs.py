"""Work in the background: started once, cancelled at once, ended with the server."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from dataexplore.sandbox.jobs import THREADS, Cancelled, Jobs
from dataexplore.sandbox.warehouse import Warehouse

ENDLESS = "SELECT count(*) FROM range(10000000000) a, range(10000000000) b WHERE a.range = b.range + 1"


@pytest.fixture(scope="module")
def warehouse():
    built = Warehouse(None, scale=0.001, seed=1, memory="256MB")
    yield built
    built.close()


@pytest.fixture
def jobs(warehouse):
    made = Jobs(warehouse)
    yield made
    made.close()


def test_a_job_is_found_while_it_runs_and_not_after(jobs):
    go = threading.Event()
    job = jobs.start("a", lambda job: go.wait(10))
    assert jobs.find("a") is job
    go.set()
    assert job.done.wait(5)
    assert jobs.find("a") is None


def test_a_key_runs_once_at_a_time(jobs):
    go = threading.Event()
    ran = []

    def work(job):
        ran.append(job)
        go.wait(10)

    first = jobs.start("a", work)
    assert jobs.start("a", work) is first
    go.set()
    assert first.done.wait(5)
    second = jobs.start("a", work)
    assert second.done.wait(5)
    assert ran == [first, second]


def test_a_query_is_interrupted_by_a_cancel(jobs):
    began = threading.Event()
    ends = []

    def work(job):
        with job.cursor() as cursor:
            began.set()
            try:
                cursor.execute(ENDLESS).fetchall()
            finally:
                ends.append(time.monotonic())

    job = jobs.start("a", work)
    assert began.wait(5)
    cancelled = time.monotonic()
    job.cancel()
    assert job.done.wait(5)
    assert ends[0] - cancelled < 1


def test_a_cancel_is_told_as_such_whatever_the_database_says(jobs):
    began = threading.Event()
    found = []

    def work(job):
        try:
            with job.cursor() as cursor:
                began.set()
                cursor.execute(ENDLESS).fetchall()
        except Cancelled as cancelled:
            found.append(cancelled)

    job = jobs.start("a", work)
    assert began.wait(5)
    job.cancel()
    assert job.done.wait(5)
    assert len(found) == 1


def test_an_error_of_the_database_stays_one(jobs):
    found = []

    def work(job):
        try:
            with job.cursor() as cursor:
                cursor.execute("selec")
        except Exception as error:  # noqa: BLE001 - which one is the question
            found.append(type(error).__name__)

    assert jobs.start("a", work).done.wait(5)
    assert found == ["ParserException"]


def test_a_job_cancelled_while_it_waits_is_told_at_its_first_step(jobs):
    go = threading.Event()
    for number in range(THREADS):
        jobs.start(number, lambda job: go.wait(10))
    reached = []

    def work(job):
        reached.append("work")
        job.check()
        reached.append("past the check")

    waiting = jobs.start("waiting", work)
    waiting.cancel()
    assert not waiting.done.is_set()
    go.set()
    assert waiting.done.wait(5)
    assert reached == ["work"]


def test_a_cancelled_job_opens_no_session(jobs):
    found = []

    def work(job):
        job.cancel()
        try:
            with job.cursor():
                found.append("a session")
        except Cancelled:
            found.append("cancelled")

    assert jobs.start("a", work).done.wait(5)
    assert found == ["cancelled"]


def test_an_error_of_the_work_is_logged_and_stops_nothing(jobs, caplog):
    def work(job):
        raise ValueError("of our own")

    with caplog.at_level(logging.ERROR, "dataexplore.sandbox"):
        assert jobs.start(("diff", 7), work).done.wait(5)
    assert "('diff', 7)" in caplog.text
    assert "of our own" in caplog.text
    assert jobs.start("next", lambda job: None).done.wait(5)


def test_closing_ends_what_runs_and_what_waits(warehouse):
    jobs = Jobs(warehouse)
    began = threading.Barrier(THREADS + 1)
    ended = []

    def endless(job):
        try:
            with job.cursor() as cursor:
                began.wait(5)
                cursor.execute(ENDLESS).fetchall()
        finally:
            ended.append(job.cancelled)

    started = [jobs.start(number, endless) for number in range(THREADS)]
    waiting = [
        jobs.start(("waiting", number), lambda job: ended.append(job.cancelled)) for number in range(3)
    ]
    began.wait(5)
    assert not jobs.closing.is_set()
    start = time.monotonic()
    jobs.close()
    assert time.monotonic() - start < 2
    assert jobs.closing.is_set()
    assert all(job.done.is_set() for job in (*started, *waiting))
    assert ended == [True] * (THREADS + 3)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("job")]
