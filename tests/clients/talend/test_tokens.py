"""A service account: its token asked for, renewed in the middle of a listing, refused, and shown nowhere."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import threading
import time
import traceback

import pytest

from dataexplore.clients.talend.client import TalendClient
from dataexplore.clients.talend.tokens import ServiceAccount, service_account
from dataexplore.errors import (
    ConfigError,
    DataExploreError,
    DeadlineExceeded,
    Forbidden,
    InputError,
    Malformed,
    RateLimited,
    ServerFault,
    Unauthorized,
)
from dataexplore.secret import Secret
from tests.clients.talend.asked_runs import page, plan_run
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import answer, head, reset, silence, vanish

SECRET = "canary-secret-4f9+/=Zq"
ACCESS = "canary-access-8d2+/=Zq"
ID = "nightly-loader"
PAIR = base64.b64encode(f"{ID}:{SECRET}".encode()).decode()
AUDIENCE = "https://api.eu.cloud.talend.com"
# Each form whole, and its first twelve characters: a text may be cut.
CANARIES = [SECRET, ACCESS, PAIR, *(base64.b64encode(each.encode()).decode() for each in (SECRET, ACCESS))]
FORMS = {form[:12] for form in CANARIES}


def token(number=0, **more):
    return told({"access_token": ACCESS + str(number), "token_type": "Bearer", "expires_in": "1800", **more})


def told(value, status=200):
    return answer(status, json.dumps(value).encode())


@pytest.fixture
def account_on(serve, open_session):
    """Open clients with a service account on a server of these answers."""

    def start(*scripts, clock=None, cancel=None):
        server = serve(*scripts)
        account = service_account(ID, Secret(SECRET), AUDIENCE)
        session = open_session(
            server, service="talend", clock=clock or FakeClock(), cancel=cancel, tokens=account
        )
        return server, TalendClient(session)

    return start


def test_a_token_is_asked_for_with_id_and_secret_and_used(account_on):
    """createToken."""
    server, client = account_on(token(), told(page()))
    assert len(client.executions.plan_history()) == 0
    first, second = server.requests
    assert first.startswith(b"POST /security/oauth/token HTTP/1.1")
    assert f"Authorization: Basic {PAIR}\r\n".encode() in first
    body = json.loads(first.partition(b"\r\n\r\n")[2])
    assert body == {"grant_type": "client_credentials", "audience": AUDIENCE}
    assert f"Authorization: Bearer {ACCESS}0\r\n".encode() in second


LIVES = {"1800": 1800, 900.0: 900, "600": 600, None: 1800, "soon": 1800, -5: 1800, True: 1800, "9" * 20: 1800}


@pytest.mark.parametrize(("told_life", "life_s"), [(1800, 1800), *LIVES.items()])
def test_a_token_is_renewed_a_minute_before_it_ends_however_its_life_is_told(account_on, told_life, life_s):
    clock = FakeClock()
    empty = told(page())
    server, client = account_on(token(1, expires_in=told_life), empty, empty, token(2), empty, clock=clock)
    for clock.now in (0.0, life_s - 60.5, life_s - 60.0):
        client.executions.plan_history()
    posts = [request.split(b" ", 1)[0] for request in server.requests]
    assert posts == [b"POST", b"GET", b"GET", b"POST", b"GET"]
    assert f"Bearer {ACCESS}2\r\n".encode() in server.requests[-1]


def test_a_token_that_ends_in_the_middle_of_a_listing_is_renewed_and_the_listing_is_whole(account_on):
    over = told({"status": 401, "message": "Token expired"}, 401)
    pages = [told(page(plan_run(3), plan_run(2), total=3)), over, token(2)]
    server, client = account_on(token(1), *pages, told(page(plan_run(1), total=3)), told(page(total=3)))
    assert [run.execution_id[-1] for run in client.executions.plan_history()] == ["3", "2", "1"]
    gets = [request for request in server.requests if request.startswith(b"GET")]
    assert [request.partition(b"offset=")[2][:1] for request in gets] == [b"0", b"2", b"2", b"3"]


def test_a_token_that_is_refused_again_and_again_is_the_accounts_fault(account_on):
    over = told({"status": 401}, 401)
    server, client = account_on(token(1), over, token(2), over)
    with pytest.raises(Unauthorized, match=r"\(401\)\. Ask again.*check client_id and client_secret"):
        client.executions.plan_history()
    assert len(server.requests) == 4


def test_an_order_whose_token_ended_is_not_sent_again_and_was_not_carried_out(account_on):
    server, client = account_on(
        token(1), told({"status": 401}, 401), token(2), told({"executionId": "r"}, 201)
    )
    with pytest.raises(Unauthorized, match=r"\(401\)\. Nothing was done: repeat it"):
        client.executions.start_plan("p")
    assert len(server.requests) == 2
    assert client.executions.start_plan("p") == "r"
    assert f"Bearer {ACCESS}2\r\n".encode() in server.requests[-1]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_an_account_that_gets_no_token_is_unauthorized_with_a_fix(account_on, status):
    refusal = told({"status": status, "message": f"invalid_client {SECRET}", "requestId": "r-1"}, status)
    server, client = account_on(refusal)
    with pytest.raises(Unauthorized) as caught:
        client.executions.plan_history()
    error = caught.value
    assert error.what == (f"Talend gives the service account no token ({status}): invalid_client ***.")
    assert error.fix.startswith("Check client_id and client_secret")
    assert (error.status, error.operation, error.service, error.request_id) == (
        status,
        "createToken",
        "talend",
        "r-1",
    )
    assert len(server.requests) == 1
    assert_unseen(error)


def test_a_question_for_a_token_is_repeated_in_an_outage(account_on):
    """Case 6: a second token harms nobody."""
    server, client = account_on(answer(503), reset, token(), told(page()))
    assert len(client.executions.plan_history()) == 0
    assert len(server.requests) == 4
    server, client = account_on(answer(503))
    with pytest.raises(ServerFault) as caught:
        client.executions.plan_history()
    assert (caught.value.operation, len(server.requests)) == ("createToken", 3)
    _, client = account_on(answer(429, b"{}", "Retry-After: 90"))
    with pytest.raises(RateLimited):
        client.executions.plan_history()


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"access_token": None, "token": ACCESS}).encode(),
        json.dumps([ACCESS]).encode(),
        json.dumps({"access_token": f"{ACCESS} "}).encode(),
        json.dumps({"access_token": f"{ACCESS}\r\nX-Evil: 1"}).encode(),
        json.dumps({"access_token": ""}).encode(),
        f'{{"access_token": "{ACCESS}"'.encode(),
        f"<html>{ACCESS}".encode(),
        ACCESS.encode(),
        b"",
    ],
)
def test_an_answer_that_is_no_token_is_not_shown(account_on, body):
    """Cases 17, 22 and 23."""
    server, client = account_on(answer(200, body))
    with pytest.raises(
        Malformed, match=r"^What Talend sent instead of a token .* cannot be used\."
    ) as caught:
        client.executions.plan_history()
    assert len(server.requests) == 1
    assert caught.value.operation == "createToken"
    assert_unseen(caught.value)


def test_a_forbidden_project_says_that_it_takes_a_personal_token(account_on):
    _, client = account_on(token(), told({"status": 403, "message": "Forbidden"}, 403))
    with pytest.raises(Forbidden, match=r"personal access token only.*DATAEXPLORE_TALEND_TOKEN"):
        client.projects.list()
    _, client = account_on(token(), told({"status": 403, "message": "Forbidden"}, 403))
    with pytest.raises(Forbidden, match=r"Give the service account the right in Talend's"):
        client.plans.list()
    _, client = account_on(token(), told({"status": 403, "message": "Forbidden"}, 403))
    with pytest.raises(Forbidden, match=r"Processing.*Give the service account the right.*ws\.talend\.plans"):
        client.executions.plan_history()


def test_threads_that_need_a_token_ask_once(account_on):
    server, client = account_on(token(), told(page()))
    threads = [threading.Thread(target=client.executions.plan_history) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sum(request.startswith(b"POST") for request in server.requests) == 1
    assert len(server.requests) == 9


@pytest.mark.parametrize("client_id", ["", " ", "a:b", "a\nb"])
def test_an_id_that_cannot_be_sent_is_refused_without_being_shown(client_id):
    with pytest.raises(ConfigError, match=r"^client_id is empty, or has a colon or a control character\."):
        service_account(client_id, Secret(SECRET), AUDIENCE)


def test_a_secret_is_a_secret_and_not_empty():
    with pytest.raises(ConfigError, match="client_secret is empty"):
        service_account(ID, Secret(""), AUDIENCE)
    with pytest.raises(InputError, match="passed as plain text") as caught:
        service_account(ID, SECRET, AUDIENCE)
    assert SECRET not in str(caught.value)


def echo_of(request_line):
    """Send back all that came, as words of an error, from the request that begins so; else a token."""

    def script(peer):
        request = peer.receive()
        if request.startswith(request_line):
            body = json.dumps({"status": 400, "message": request.decode()[:3000], "code": SECRET}).encode()
            peer.send(head(400, f"Content-Length: {len(body)}"), body)
        else:
            body = json.dumps({"access_token": f"{ACCESS}0", "expires_in": 1800}).encode()
            peer.send(head(200, f"Content-Length: {len(body)}"), body)

    return script


def cut_token(peer):
    peer.receive()
    peer.send(head(200, "Content-Length: 1000"), b'{"access_token": "' + ACCESS.encode())


FAULTS = {
    "no answer": (vanish,),
    "reset": (reset,),
    "cut in the token": (cut_token,),
    "redirect": (answer(302, b"", "Location: https://evil.example/"),),
    "echo of the secret": (echo_of(b"POST /security"),),
    "echo of the token": (echo_of(b"GET "),),
    "no answer with a token": (token(), vanish),
    "a failure with a token": (token(), answer(500, f"Bearer {ACCESS}0 of {SECRET}".encode())),
    "a login page with a token": (token(), answer(200, f"<html>{ACCESS}0 {PAIR}".encode(), kind="text/html")),
    "headers that are none": (lambda peer: (peer.receive(), peer.send(b"\x00\x01\r\n\r\n")),),
}


@pytest.mark.parametrize("scripts", FAULTS.values(), ids=FAULTS)
def test_no_fault_shows_the_secret_or_the_token(account_on, caplog, scripts):
    """Case 23: not the error, its chain, its frames' variables, nor the HTTP libraries' debug logs."""
    caplog.set_level(logging.DEBUG)
    server, client = account_on(*scripts)
    with pytest.raises(DataExploreError) as caught:
        client.executions.plan_history()
    assert PAIR.encode() in server.requests[0]  # the canary was really sent
    assert "connect_tcp.started" in caplog.text  # and the logs were really on
    assert not [form for form in FORMS if form in caplog.text]
    assert_unseen(caught.value)
    assert not [form for form in FORMS if form in repr(pickle.dumps(caught.value))]


def test_a_silent_service_shows_nothing_either(account_on):
    """Case 23."""

    class Hurried(FakeClock):
        def monotonic(self):
            return time.monotonic() * 200

    _, client = account_on(silence, clock=Hurried())
    with pytest.raises(DeadlineExceeded, match="within 30 s") as caught:
        client.executions.plan_history()
    assert caught.value.operation == "createToken"
    assert_unseen(caught.value)


def test_stop_while_a_token_is_asked_for_shows_nothing(account_on):
    """Cases 23 and 36: a fresh KeyboardInterrupt, without the frames that hold the answer."""

    class Stopping(FakeClock):
        def monotonic(self):
            if server.requests:
                raise KeyboardInterrupt
            return 0.0

    server, client = account_on(token(), clock=Stopping())
    with pytest.raises(KeyboardInterrupt) as caught:
        client.executions.plan_history()
    assert len(server.requests) == 1
    assert_unseen(caught.value)


def test_nothing_that_holds_the_secret_or_the_token_shows_it(account_on):
    """Case 23: repr, str, format and attributes; pickle and JSON are refused."""
    _, client = account_on(token(), told(page()))
    client.executions.plan_history()
    tokens = client._session._tokens
    for holder in (tokens, client._session, client, ServiceAccount(ID, Secret(SECRET), AUDIENCE)):
        shown = f"{holder} {holder!r} {vars(holder)} {[getattr(holder, name, None) for name in dir(holder)]}"
        inner = [vars(each) for each in vars(holder).values() if hasattr(each, "__dict__")]
        assert not [form for form in FORMS if form in shown + repr(inner)]
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            pickle.dumps(holder)
        with pytest.raises(TypeError):
            json.dumps(holder)
    assert not [form for form in FORMS if form in repr(tokens.secrets)]


def assert_unseen(error):
    """Look at all that a traceback printer with variables can print of an error and of what it leads to."""
    while error is not None:
        shown = traceback.TracebackException(type(error), error, error.__traceback__, capture_locals=True)
        local = [frame.locals for frame in shown.stack if "/tests/" not in frame.filename]
        frames = [
            frame
            for frame, _ in traceback.walk_tb(error.__traceback__)
            if not str(frame.f_globals.get("__name__")).startswith("tests.")
        ]
        owners = [vars(own) for each in frames if hasattr(own := each.f_locals.get("self"), "__dict__")]
        text = f"{error} {error!r} {error.args} {vars(error)} {local} {owners}"
        assert not [form for form in FORMS if form in text]
        error = error.__cause__ or error.__context__
