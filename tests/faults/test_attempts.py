"""How often a request is sent, and when: cases 4 to 11."""

from __future__ import annotations

import pytest

from dataexplore.errors import DeadlineExceeded, OutcomeUnknown, RateLimited, ServerFault, Unreachable
from dataexplore.transport import Operation
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import answer, head, reset, silence, vanish

LIST = Operation("listThings", "GET", "/things", repeatable=True)
SYNC = Operation("syncBi", "GET", "/bi/sync/", repeatable=False)
RUN = Operation("startRun", "POST", "/startRun", repeatable=False)
SENT_ONCE = [
    Operation("execSql", "POST", "/api/v1/exec/sql", repeatable=False, deadline_s=None),
    RUN,
    Operation("executePlan", "POST", "/processing/executions/plans", repeatable=False),
    Operation("queryDataSource", "POST", "/api/v1/data_sources/1/query", repeatable=False),
]
DATE = "Date: Sun, 06 Nov 1994 08:49:37 GMT"


def recording(clock, arrivals, script):
    """The same script, noting when the clock said it was asked."""

    def noted(peer):
        arrivals.append(clock.now)
        script(peer)

    return noted


@pytest.mark.parametrize("gone", [vanish, reset], ids=["FIN", "RST"])
def test_a_statement_without_an_answer_is_never_sent_again(serve, open_workspace, gone):
    """Case 4: the connection ends before the headers; the outcome is unknown and one request was made."""
    server = serve(gone)
    with pytest.raises(OutcomeUnknown, match="may have been carried out") as caught:
        open_workspace(server).coginiti.client.exec_sql("insert into t values (1)", connection="warehouse")
    assert server.connections == 1
    assert len(server.requests) == 1
    assert (caught.value.service, caught.value.operation) == ("coginiti", "execSql")


def test_a_refused_connection_is_tried_again_even_for_a_statement(serve, open_session):
    """Case 5: refused, then up; nothing was sent before, so one request arrives."""
    server = serve(answer(200, b'{"ok": 1}'), listening=False)
    heard = []
    clock = FakeClock(on_sleep=lambda: heard or (heard.append(1), server.listen()))
    assert open_session(server, clock=clock).fetch(RUN, json={"sql": "select 1"}) == {"ok": 1}
    assert len(server.requests) == 1


def test_a_server_that_stays_down_is_unreachable_after_three_attempts(serve, open_session):
    """Case 5: refused, always."""
    clock = FakeClock()
    server = serve(listening=False)
    with pytest.raises(Unreachable, match=r"cannot be reached .* Check the address"):
        open_session(server, clock=clock).fetch(RUN)
    assert 0 < clock.now <= 1.5


def test_a_repeatable_read_is_sent_again_after_jittered_waits(serve, open_session):
    """Case 6: 503, 503, 200 on a GET are three requests, with waits inside the bounds."""
    firsts, seconds = [], []
    for _ in range(10):
        clock, arrivals = FakeClock(), []
        scripts = [
            recording(clock, arrivals, script) for script in (answer(503), answer(503), answer(200, b"[1]"))
        ]
        server = serve(*scripts)
        assert open_session(server, clock=clock).fetch(LIST) == [1]
        assert len(server.requests) == 3
        firsts.append(arrivals[1] - arrivals[0])
        seconds.append(arrivals[2] - arrivals[1])
    assert all(0 <= wait <= 0.5 for wait in firsts)
    assert all(0 <= wait <= 1.0 for wait in seconds)
    assert len(set(firsts + seconds)) > 10  # jitter: hardly two alike


@pytest.mark.parametrize("gone", [vanish, reset], ids=["FIN", "RST"])
def test_a_repeatable_read_is_sent_again_when_the_connection_was_lost(serve, open_session, gone):
    """Case 6: lost before the headers, and lost between the headers and the first byte of the body."""

    def after_the_headers(peer):
        peer.receive()
        peer.send(head(200, "Content-Length: 3"))

    server = serve(gone, after_the_headers, answer(200, b"[1]"))
    assert open_session(server, clock=FakeClock()).fetch(LIST) == [1]
    assert len(server.requests) == 3


def test_a_lost_read_gives_up_after_three_attempts(serve, open_session):
    """Case 6: three times the same failure is the answer."""
    server = serve(vanish)
    with pytest.raises(Unreachable, match="without an answer"):
        open_session(server, clock=FakeClock()).fetch(LIST)
    assert len(server.requests) == 3


@pytest.mark.parametrize("retry_after", [(), ("Retry-After: 1",)], ids=["plain", "retry-after"])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("operation", SENT_ONCE, ids=lambda operation: operation.name)
def test_what_starts_work_is_sent_once_whatever_the_answer(
    serve, open_session, operation, status, retry_after
):
    """Case 7: a failed statement, run, plan or query is never repeated, not even when invited to."""
    server, clock = serve(answer(status, b"{}", *retry_after)), FakeClock()
    with pytest.raises((ServerFault, OutcomeUnknown, RateLimited)) as caught:
        open_session(server, clock=clock).fetch(operation, json={})
    assert len(server.requests) == 1
    assert clock.now == 0
    assert caught.value.status == status
    if status in {502, 504}:  # from something between us and the service: it may have been carried out
        assert isinstance(caught.value, OutcomeUnknown)


def test_a_get_that_starts_work_is_sent_once(serve, open_session):
    """Case 8: the declaration decides and not the verb."""
    server = serve(answer(503))
    with pytest.raises(ServerFault, match="was not sent again"):
        open_session(server, service="datafold", clock=FakeClock()).fetch(SYNC)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("retry_after", "at_least", "at_most"),
    [
        ("2", 2, 2),
        ("0", 0, 0),
        ("60", 60, 60),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10, 10),
        ("Sun, 06 Nov 1994 07:49:37 GMT", 0, 0),
        ("-5", 0, 0.5),
        ("abc", 0, 0.5),
        ("1e9", 0, 0.5),
        ("2, 3", 0, 0.5),
    ],
)
def test_a_readable_retry_after_is_the_wait(serve, open_session, retry_after, at_least, at_most):
    """Case 9: seconds and dates are obeyed, a past date is now, anything else leaves the usual wait."""
    clock, arrivals = FakeClock(), []
    busy = answer(429, b"{}", f"Retry-After: {retry_after}", DATE)
    server = serve(recording(clock, arrivals, busy), recording(clock, arrivals, answer(200, b"[1]")))
    # Whatever the wait, the deadline is not what is tested here.
    assert open_session(server, clock=clock).fetch(LIST, deadline_s=1000) == [1]
    assert at_least <= arrivals[1] - arrivals[0] + 1e-6
    assert arrivals[1] - arrivals[0] - 1e-6 <= at_most


@pytest.mark.parametrize(
    "retry_after", ["61", "9" * 400, "Sun, 06 Nov 1994 09:49:37 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"]
)
def test_a_wait_over_a_minute_is_told_instead_of_waited(serve, open_session, retry_after):
    """Case 9: above 60 s the caller decides."""
    server, clock = serve(answer(429, b"{}", f"Retry-After: {retry_after}", DATE)), FakeClock()
    with pytest.raises(RateLimited, match="wants fewer requests") as caught:
        open_session(server, clock=clock).fetch(LIST, deadline_s=1000)
    assert caught.value.retry_after_s > 60
    assert clock.now == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize("hour", ["07", "08", "09"])
def test_a_skewed_clock_changes_no_wait(serve, open_session, hour):
    """Case 10: the wanted date counts from the answer's own Date, so an hour of skew is the same wait."""
    clock, arrivals = FakeClock(), []
    busy = answer(
        503,
        b"{}",
        f"Retry-After: Sun, 06 Nov 1994 {hour}:00:07 GMT",
        f"Date: Sun, 06 Nov 1994 {hour}:00:00 GMT",
    )
    server = serve(recording(clock, arrivals, busy), recording(clock, arrivals, answer(200, b"[1]")))
    open_session(server, clock=clock).fetch(LIST)
    assert arrivals[1] - arrivals[0] == pytest.approx(7)


def test_an_outage_is_not_answered_with_a_storm(serve, open_session):
    """Case 11: endless 503 over 100 calls; the quota bounds the repeats, not the calls."""
    server = serve(answer(503))
    session = open_session(server, clock=FakeClock())
    for _ in range(100):
        with pytest.raises(ServerFault):
            session.fetch(LIST)
    assert len(server.requests) == 120


def test_a_wait_that_would_outlive_the_deadline_is_not_begun(serve, open_session):
    """Cases 9 and 12: with 5 s in all, a Retry-After of 30 s is the end."""
    server, clock = serve(answer(429, b"{}", "Retry-After: 30")), FakeClock()
    with pytest.raises(RateLimited):
        open_session(server, clock=clock).fetch(LIST, deadline_s=5)
    assert clock.now == 0


def test_all_attempts_share_one_deadline(serve, open_session):
    """Case 12: the time of the first attempt is gone for the second."""
    server, clock = serve(answer(503, b"{}", "Retry-After: 3"), silence), FakeClock()
    with pytest.raises(DeadlineExceeded, match=r"within 3\.2 s"):
        # The fake clock stands still while the second attempt reads, until its ticks are counted.
        open_session(server, clock=clock).fetch(LIST, deadline_s=3.2, on_wait=lambda: clock.sleep(0.01))
    assert len(server.requests) == 2
    assert server.saw_close(1)
