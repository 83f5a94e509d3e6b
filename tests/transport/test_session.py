"""What a session promises besides its attempts: names, limits, empty answers, the quota."""

from __future__ import annotations

import threading

import pytest

from dataexplore.errors import (
    Cancelled,
    ConfigError,
    DeadlineExceeded,
    InputError,
    Invalid,
    NotFound,
    ServerFault,
    TooLarge,
)
from dataexplore.secret import Secret
from dataexplore.settings import ServiceSettings
from dataexplore.transport import Operation, Session
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import TOKEN, answer

LIST = Operation("listThings", "GET", "/things", repeatable=True)
RUN = Operation("startRun", "POST", "/startRun", repeatable=False)


def test_a_service_without_an_address_says_what_to_set():
    with pytest.raises(ConfigError, match=r"Set DATAEXPLORE_TALEND_URL, or url of \[p\.talend\]\."):
        Session(ServiceSettings("talend", "p"), Secret(TOKEN))


@pytest.mark.parametrize("host", ["xn--", "xn--a.example"])
def test_an_international_name_that_is_none_is_refused_before_any_call(host):
    with pytest.raises(ConfigError, match=r"\[coginiti\] is not a valid xn-- name\. Copy it again"):
        Session(ServiceSettings("coginiti", "p", url=f"https://{host}"), Secret(TOKEN))


@pytest.mark.parametrize("status", [202, 204])
def test_an_empty_202_or_204_is_none(serve, open_session, status):
    assert open_session(serve(answer(status, b""))).fetch(RUN) is None


def test_the_services_id_of_a_request_may_stand_in_its_error(serve, open_session):
    told = b'{"status": 404, "message": "no", "requestId": "r-17"}'
    with pytest.raises(NotFound) as caught:
        open_session(serve(answer(404, told))).fetch(LIST)
    assert caught.value.request_id == "r-17"
    with pytest.raises(NotFound) as caught:
        open_session(serve(answer(404, told, "X-Request-Id: r-18"))).fetch(LIST)
    assert caught.value.request_id == "r-18"


def test_a_body_is_read_under_a_limit_and_the_text_names_what_to_raise(serve, open_session):
    session = open_session(serve(answer(200, bytes(1001)), answer(200, bytes(1000))))
    with (
        session.open(LIST) as over,
        pytest.raises(
            TooLarge, match=r"longer than 1,000 bytes\. Ask for less, or raise limits\.max_bytes\."
        ),
    ):
        over.read(1000)
    with session.open(LIST) as at_the_limit:
        assert len(at_the_limit.read(1000)) == 1000


def test_an_error_names_service_operation_status_and_request(serve, open_session):
    server = serve(answer(404, b'{"message": "no such thing"}', "X-Request-Id: r-17"))
    with pytest.raises(NotFound, match="no such thing") as caught:
        open_session(server, service="datafold").fetch(LIST)
    error = caught.value
    assert (error.service, error.operation, error.status) == ("datafold", "listThings", 404)
    assert (error.request_id, error.detail) == ("r-17", "no such thing")


def test_a_query_has_what_is_set_and_not_what_is_none(serve, open_session):
    server = serve(answer(200))
    session = open_session(server)
    session.fetch(LIST, params={"limit": 5, "after": None, "all": True, "name": "a&b c", "first": 0})
    assert server.requests[-1].startswith(b"GET /things?limit=5&all=true&name=a%26b+c&first=0 HTTP/1.1")
    session.fetch(LIST, params={"after": None})
    assert server.requests[-1].startswith(b"GET /things HTTP/1.1")


def test_a_get_may_have_a_body(serve, open_session):
    server = serve(answer(200))
    open_session(server).fetch(LIST, json={"from": "é"})
    head, _, body = server.requests[-1].partition(b"\r\n\r\n")
    assert b"\r\nContent-Type: application/json\r\n" in head + b"\r\n"
    assert body == '{"from":"é"}'.encode()


def test_a_secret_in_a_body_is_revealed_on_the_wire_and_masked_when_it_comes_back(serve, open_session):
    """Case 23."""
    secret = "canary-of-the-body"
    body = {"a": [{"password": Secret(secret)}], "b": (Secret(secret),)}
    server = serve(answer(422, f'{{"detail": "not {secret}"}}'.encode()))
    with pytest.raises(Invalid) as caught:
        open_session(server).fetch(RUN, json=body)
    assert server.requests[-1].endswith(
        b'{"a":[{"password":"canary-of-the-body"}],"b":["canary-of-the-body"]}'
    )
    assert "canary" not in f"{caught.value} {vars(caught.value)} {caught.value.args}"
    frames, trace = [], caught.tb
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    ours = [frame for frame in frames if "dataexplore" in frame.f_globals["__name__"]]
    assert not any(secret in repr(frame.f_locals) for frame in ours)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (float("nan"), "not finite"),
        (float("inf"), "not finite"),
        (object(), "of type object cannot be sent"),
        ({1, 2}, "of type set"),
        (b"bytes", "of type bytes"),
        ("\ud800", "half a character"),
    ],
)
def test_what_json_cannot_say_is_not_sent(serve, open_session, value, complaint):
    server = serve(answer(200))
    with pytest.raises(InputError, match=complaint):
        open_session(server).fetch(RUN, json={"a": value})
    assert server.connections == 0


def test_nothing_is_sent_when_the_call_is_over_before_it_begins(serve, open_session):
    server, cancel = serve(answer(200)), threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        open_session(server, cancel=cancel).fetch(RUN)
    with pytest.raises(DeadlineExceeded):
        open_session(server).fetch(RUN, deadline_s=0)
    assert server.connections == 0


def test_the_quota_recovers_with_calls_that_succeed_at_once(serve, open_session):
    """After an outage used it up, 20 good calls make room for 20 repeats."""
    outage = [answer(503)] * 120
    server = serve(*outage, *[answer(200)] * 20, answer(503))
    client = open_session(server, clock=FakeClock())
    for _ in range(100):
        with pytest.raises(ServerFault):
            client.fetch(LIST)
    for _ in range(20):
        client.fetch(LIST)
    before = len(server.requests)
    for _ in range(12):
        with pytest.raises(ServerFault):
            client.fetch(LIST)
    assert len(server.requests) - before == 12 + 20


def test_threads_may_share_a_session(serve, open_session):
    client, results = open_session(serve(answer(200, b"[1]"))), []
    threads = [threading.Thread(target=lambda: results.append(client.fetch(LIST))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert results == [[1]] * 8
