"""Ctrl-C below the notebook: the socket closes, the next call works, no header stays (cases 23 and 36)."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import contextmanager

import pytest

from dataexplore.transport import Operation
from tests.faults.fault_server import answer, head, silence
from tests.faults.test_canary import assert_unseen, chain, everything_told, frames

ARROW = "application/vnd.apache.arrow.stream"
LIST = Operation("listThings", "GET", "/things", repeatable=True)


@contextmanager
def ctrl_c(after_s):
    """Interrupt this process as a terminal or a kernel does; a test that ends earlier is left alone."""
    timer = threading.Timer(after_s, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def silent_body(peer):
    peer.receive()
    peer.send(head(200, "Content-Length: 1000", kind=ARROW), b"\xff\xff\xff\xff")
    peer.await_close()


def busy_body(peer):
    peer.receive()
    peer.send(head(200, kind="text/csv"))
    peer.send_forever(b"1\n" * 8, pause_s=0.01)


def silent_refusal(peer):
    peer.receive()
    peer.send(head(500, "Content-Length: 1000"), b"{")
    peer.await_close()


@pytest.mark.parametrize("script", [silence, silent_body, busy_body, silent_refusal])
def test_ctrl_c_closes_the_socket_and_leaves_no_header(serve, open_workspace, stream, script):
    """Case 36: waiting for headers, in a silent, a busy or a refusal's body; the next call works."""
    server = serve(script, answer(200, stream, kind=ARROW))
    workspace = open_workspace(server)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt) as caught, ctrl_c(0.3):
        workspace.coginiti.sql("select 1", format="csv" if script is busy_body else "arrow")
    assert time.monotonic() - started < 1.3
    assert server.saw_close(1)
    assert workspace.coginiti.sql("select 1").table.num_rows == 3000
    assert_unseen(*everything_told(caught.value))
    names = {
        frame.f_globals["__name__"].split(".")[0] for link in chain(caught.value) for frame in frames(link)
    }
    assert not names & {"httpx", "httpcore", "h11", "ssl", "socket"}


def test_ctrl_c_ends_the_pause_between_two_attempts(serve, open_session):
    """Case 36: nobody waits half a minute for a Retry-After that they no longer want."""
    server = serve(answer(503, b"{}", "Retry-After: 30"), answer(200, b"[1]"))
    session = open_session(server)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt) as caught, ctrl_c(0.3):
        session.fetch(LIST)
    assert time.monotonic() - started < 1.3
    assert len(server.requests) == 1
    assert_unseen(*everything_told(caught.value))
    assert session.fetch(LIST) == [1]


def test_a_waiting_call_ticks(serve, open_session):
    """The progress line moves and Ctrl-C is seen on every platform, because no read blocks for long."""
    ticks = []
    with pytest.raises(Exception, match="No complete answer"):
        open_session(serve(silence)).fetch(LIST, deadline_s=0.55, on_wait=lambda: ticks.append(1))
    assert 2 <= len(ticks) <= 6
