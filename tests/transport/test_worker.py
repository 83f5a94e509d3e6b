"""The thread beside the main one: its jobs, their errors, and how they are stopped."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref

import pytest

from dataexplore.errors import Cancelled, ServerFault
from dataexplore.secret import Secret
from dataexplore.transport import Operation, Session, Worker
from tests.faults.fault_server import TOKEN, answer, head, silence

LIST = Operation("listThings", "GET", "/things", repeatable=True)
RUN = Operation("startRun", "POST", "/startRun", repeatable=False)


@pytest.fixture
def open_worker():
    """Open workers whose jobs get a session on a server; they are closed after the test."""
    opened = []

    def start(server):
        worker = Worker(
            lambda cancel: Session(server.settings(), Secret(TOKEN), cancel=cancel), Session.close
        )
        opened.append(worker)
        return worker

    yield start
    for worker in opened:
        worker.close()


def wait_for(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_job_gives_its_result_and_closes_its_client(serve, open_worker):
    def kept(peer):
        peer.receive()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[1]")
        peer.await_close()

    server = serve(kept)
    job = open_worker(server).submit(lambda session: session.fetch(LIST))
    assert job.result(5) == [1]
    assert job.done
    assert server.saw_close(1)


def test_jobs_run_one_after_another_beside_the_main_thread(serve, open_worker):
    worker = open_worker(serve(answer(200)))
    jobs = [worker.submit(lambda _session: threading.get_ident()) for _ in range(5)]
    threads = {job.result(5) for job in jobs}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_an_error_of_a_job_reaches_its_result_and_the_next_job_runs(serve, open_worker):
    worker = open_worker(serve(answer(500), answer(200, b"[1]")))
    failed = worker.submit(lambda session: session.fetch(RUN))
    with pytest.raises(ServerFault):
        failed.result(5)
    assert worker.submit(lambda session: session.fetch(LIST)).result(5) == [1]


def half_a_body(peer):
    peer.receive()
    peer.send(head(200, "Content-Length: 100"), b"[")
    peer.await_close()


@pytest.mark.parametrize("script", [silence, half_a_body])
def test_cancelling_a_running_job_closes_its_socket(serve, open_worker, script):
    """Waiting for headers or inside the body: within a tick, on the server's side too."""
    server = serve(script)
    worker = open_worker(server)
    job = worker.submit(lambda session: session.fetch(RUN))
    wait_for(lambda: server.requests)
    started = time.monotonic()
    job.cancel()
    with pytest.raises(Cancelled, match=r"may go on there"):
        job.result(5)
    assert time.monotonic() - started < 1
    assert server.saw_close(1)


def test_cancelling_a_waiting_job_means_it_never_starts(serve, open_worker):
    server = serve(silence)
    worker = open_worker(server)
    running = worker.submit(lambda session: session.fetch(RUN))
    waiting = worker.submit(lambda session: session.fetch(RUN))
    wait_for(lambda: server.requests)
    threading.Timer(0.05, waiting.cancel).start()  # while somebody waits for it already
    for _ in range(2):
        with pytest.raises(Cancelled, match="before it began"):
            waiting.result(5)
    running.cancel()
    with pytest.raises(Cancelled):
        running.result(5)
    assert len(server.requests) == 1


def test_a_statement_of_a_cancelled_job_is_not_sent(serve, open_worker):
    """Cancelled between two calls: the second one never reaches the service."""
    server, cancelled = serve(answer(200)), threading.Event()

    def task(session):
        session.fetch(RUN)
        cancelled.wait(5)
        session.fetch(RUN)

    job = open_worker(server).submit(task)
    wait_for(lambda: server.requests)
    job.cancel()
    cancelled.set()
    with pytest.raises(Cancelled):
        job.result(5)
    assert len(server.requests) == 1


def test_cancelling_ends_the_pause_before_another_attempt(serve, open_worker):
    server = serve(answer(503, b"{}", "Retry-After: 30"))
    job = open_worker(server).submit(lambda session: session.fetch(LIST))
    wait_for(lambda: server.requests)
    time.sleep(0.1)
    job.cancel()
    with pytest.raises(Cancelled):
        job.result(1)
    assert len(server.requests) == 1


def test_a_result_that_does_not_come_in_time_is_a_timeout(serve, open_worker):
    job = open_worker(serve(silence)).submit(lambda session: session.fetch(LIST))
    with pytest.raises(TimeoutError):
        job.result(0.05)
    assert not job.done


def test_closing_cancels_what_runs_and_what_waits(serve, open_worker):
    server = serve(silence)
    worker = open_worker(server)
    jobs = [worker.submit(lambda session: session.fetch(RUN)) for _ in range(3)]
    wait_for(lambda: server.requests)
    worker.close()
    for job in jobs:
        with pytest.raises(Cancelled):
            job.result(1)
    assert server.saw_close(1)
    assert len(server.requests) == 1
    assert worker._jobs == set()
    with pytest.raises(Cancelled):
        worker.submit(lambda session: session.fetch(RUN)).result(1)


def test_a_result_nobody_holds_is_freed(serve, open_worker):
    """The thread keeps nothing of the last job, whose result may be gigabytes."""

    class Large:
        pass

    worker = open_worker(serve(answer(200)))
    job = worker.submit(lambda _session: Large())
    result = weakref.ref(job.result(5))
    del job
    wait_for(lambda: gc.collect() is not None and result() is None)


FORGOTTEN = """
import time
from dataexplore.workspace import Workspace
from tests.faults.fault_server import FaultServer, silence
server = FaultServer(silence)
workspace = Workspace(server.profile())
workspace.worker.submit(lambda other: other.coginiti.sql("select 1"))
while not server.requests:
    time.sleep(0.01)
"""


def test_a_forgotten_job_does_not_keep_python_from_ending():
    """A kernel restarts and a script ends while a service is silent and nobody closed anything."""
    ended = subprocess.run(
        [sys.executable, "-c", FORGOTTEN], capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
