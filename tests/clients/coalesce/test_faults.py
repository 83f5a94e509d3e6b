"""Coalesce under a service that fails, over real sockets: nothing is started twice, and nothing is shown."""

from __future__ import annotations

import json
import threading
import time
import traceback
from functools import partial

import pytest

from dataexplore.clients.coalesce import Credentials
from dataexplore.errors import (
    DataExploreError,
    DeadlineExceeded,
    Invalid,
    OutcomeUnknown,
    ServerFault,
    Unauthorized,
)
from dataexplore.secret import Secret
from tests.clients.coalesce.test_credentials import CANARY, KEY
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import answer, head, reset, silence, vanish

LOOK = r"look at ws\.coalesce\.runs\.(list|get)\("
SCHEDULER = {
    "start": lambda client: client.scheduler.start(3, credentials=None),
    "rerun": lambda client: client.scheduler.rerun(41),
    "rerun with details": lambda client: client.scheduler.rerun(41, form="details", credentials=None),
    "cancel": lambda client: client.scheduler.cancel(41),
}
CHANGES = {
    **SCHEDULER,
    "create environment": lambda client: client.environments.create(name="n"),
    "update environment": lambda client: client.environments.update(1, name="n"),
    "delete environment": lambda client: client.environments.delete(1),
    "create node": lambda client: client.nodes.create_in_workspace(1, name="n", type="view"),
    "set node": lambda client: client.nodes.set_in_workspace(1, "n", name="n", type="view"),
    "delete node": lambda client: client.nodes.delete_in_workspace(1, "n"),
    "create project": lambda client: client.projects.create(name="n"),
    "update project": lambda client: client.projects.update(1, name="n"),
    "delete project": lambda client: client.projects.delete(1),
    "set role": lambda client: client.users.set_org_role("u", "viewer"),
    "delete role": lambda client: client.users.delete_project_role("u", 1),
    "create Git account": lambda client: client.git_accounts.create(provider="github", username="u"),
    "update Git account": lambda client: client.git_accounts.update(1, provider="github", username="u"),
    "delete Git account": lambda client: client.git_accounts.delete(1),
    "create job": lambda client: client.jobs.create_in_workspace(1, name="n"),
    "update job": lambda client: client.jobs.update_in_workspace(1, 1, name="n"),
    "delete job": lambda client: client.jobs.delete_in_workspace(1, 1),
}
FAULTS = {
    **{
        f"{status}{' with Retry-After' if lines else ''}": answer(status, b"{}", *lines)
        for status in (500, 502, 503, 504)
        for lines in ((), ("Retry-After: 0",))
    },
    "no answer": vanish,
    "reset": reset,
}


@pytest.mark.parametrize("call", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("fault", [FAULTS["503 with Retry-After"], vanish], ids=["503", "no answer"])
def test_a_change_is_sent_once(serve, on_server, fault, call):
    """Case 7."""
    server = serve(fault)
    with pytest.raises((OutcomeUnknown, ServerFault)) as caught:
        call(on_server(server, clock=FakeClock()))
    assert len(server.requests) == 1
    assert "It was not sent again" in caught.value.fix


@pytest.mark.parametrize("call", SCHEDULER.values(), ids=SCHEDULER)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_run_is_started_once_and_the_error_says_where_to_look(serve, on_server, fault, call):
    """Case 7."""
    server = serve(fault)
    with pytest.raises((OutcomeUnknown, ServerFault), match=LOOK) as caught:
        call(on_server(server, clock=FakeClock()))
    assert len(server.requests) == 1
    assert caught.value.args == (caught.value.what, caught.value.fix)
    assert caught.value.service == "coalesce"


@pytest.mark.parametrize(
    "fault", [silence, lambda peer: (peer.receive(), peer.send(head(200)), peer.await_close())]
)
def test_a_start_without_an_answer_in_time_may_have_started(serve, on_server, fault):
    """Case 12."""

    class Hurried(FakeClock):
        def monotonic(self):
            return time.monotonic() * 200

    server = serve(fault)
    with pytest.raises(DeadlineExceeded, match="look at ws"):
        on_server(server, clock=Hurried()).scheduler.start(3, credentials=None)
    assert len(server.requests) == 1


@pytest.mark.parametrize("call", SCHEDULER.values(), ids=SCHEDULER)
def test_stop_while_a_run_is_started_or_cancelled_says_that_it_may_have_been(answered, call):
    """Case 36."""
    client = answered(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt, match=r"^It was not sent again, .* before you repeat it\.$"):
        call(client)
    assert len(client.requests) == 1


@pytest.mark.parametrize("statuses", [(503, 503), (502, 504), (429, 503)])
def test_a_read_is_asked_again(serve, on_server, statuses):
    """Case 6."""
    server = serve(*(answer(status) for status in statuses), answer(200, b'{"runCounter": 41}'))
    assert on_server(server, clock=FakeClock()).runs.get(41).id == 41
    assert len(server.requests) == 3


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b'"no"', b"\xff\xfe"])
def test_a_401_needs_no_body_that_can_be_read(serve, on_server, body):
    """Case 18."""
    client = on_server(serve(answer(401, body)))
    with pytest.raises(Unauthorized, match=r"does not accept the token \(401\)"):
        client.environments.list()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "refused the request (400)."),
        (b"<html>Bad gateway, sort of</html>", "<html>Bad gateway, sort of</html>"),
        (b'{"error": {"errorString": "400: No job 99."}}', "No job 99."),
        (b'{"error": "Parallelism is 0.", "code": "BAD_REQUEST"}', "Parallelism is 0."),
    ],
)
def test_a_400_is_told_in_any_shape(serve, on_server, body, told):
    """Case 18."""
    with pytest.raises(Invalid) as caught:
        on_server(serve(answer(400, body))).scheduler.start(3, credentials=None)
    assert caught.value.what.endswith(told)
    assert caught.value.code in {"", "BAD_REQUEST"}


def echo(peer, status=400, *, inside=True):
    """Send back what came, as words of an error, or as a body that is none."""
    sent = json.loads(peer.receive().partition(b"\r\n\r\n")[2])
    login = sent["userCredentials"]
    secret = login.get("snowflakeKeyPairKey") or login["snowflakePassword"]
    told = json.dumps({"error": {"errorString": f"400: bad {secret}"}} if inside else [secret, sent]).encode()
    peer.send(head(status, f"Content-Length: {len(told)}"), told)


LOGINS = {
    "password": Credentials("Basic", "LOADER", Secret(f'{CANARY}"\\pw')),
    "key": Credentials("KeyPair", "LOADER", key=Secret(KEY), key_pass=Secret(f"{CANARY}-pass")),
}


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("status", [400, 401, 500])
@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
def test_a_secret_that_is_echoed_is_shown_nowhere(serve, on_server, login, status, inside):
    """Case 23: not in the text, not in a frame's variables, not in an error behind the error."""
    server = serve(partial(echo, status=status, inside=inside))
    with pytest.raises(DataExploreError) as caught:
        on_server(server).scheduler.start(3, credentials=login)
    assert CANARY.encode() in server.requests[0]
    assert_unseen(caught.value)


@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
def test_a_start_that_is_stopped_shows_no_secret(answered, login):
    """Case 23."""
    client = answered(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt) as caught:
        client.scheduler.start(3, credentials=login)
    assert CANARY.encode() in client.requests[0].content
    assert_unseen(caught.value)


def assert_unseen(error):
    while error is not None:
        shown = traceback.TracebackException(type(error), error, error.__traceback__, capture_locals=True)
        frames = [frame.locals for frame in shown.stack if not frame.filename.endswith("test_faults.py")]
        assert CANARY[:12] not in str(error) + repr(error) + repr(vars(error)) + repr(frames)
        error = error.__cause__ or error.__context__


def test_a_wait_over_a_socket_ends_within_a_second_when_it_is_cancelled(serve, on_server):
    """Case 36: the service sees the close."""
    server, cancel = serve(silence), threading.Event()
    threading.Timer(0.2, cancel.set).start()
    started = time.monotonic()
    with pytest.raises(DataExploreError):
        on_server(server, cancel=cancel).runs.wait(42)
    assert time.monotonic() - started < 1.5
    assert server.saw_close(2)
