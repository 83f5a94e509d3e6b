"""A token that ends: fetched when needed, renewed in time and once, never shown."""

from __future__ import annotations

import threading

import pytest

from dataexplore.errors import (
    Cancelled,
    DeadlineExceeded,
    Forbidden,
    OutcomeUnknown,
    ServerFault,
    Unauthorized,
)
from dataexplore.secret import Secret
from dataexplore.transport import Lease, Operation, RenewedToken, Session
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import answer, vanish

LIST = Operation("listThings", "GET", "/things", repeatable=True)
RUN = Operation("startRun", "POST", "/startRun", repeatable=False)


class Giving:
    """Gives tokens that are numbered; ``errors`` come first."""

    def __init__(self, life_s=1800.0, errors=(), before=None):
        self.secrets = (Secret("canary-secret"),)
        self.given = 0
        self.asked = 0
        self.life_s, self.errors, self.before = life_s, list(errors), before

    def ask(self, session, *, deadline_s, on_wait):
        self.asked += 1
        self.deadline_s = deadline_s
        if self.before is not None:
            self.before()
        if self.errors:
            raise self.errors.pop(0)
        self.given += 1
        return Lease(Secret(f"{self.given}-canary-token"), self.life_s)

    def fix(self, status, operation):
        return f"Look at {operation.name} ({status})."


@pytest.fixture
def over(serve):
    """Open sessions on a server whose token comes from a grant."""
    opened = []

    def start(grant, *scripts, clock=None, cancel=None, tokens=None):
        server = serve(*scripts)
        tokens = tokens or RenewedToken(grant)
        session = Session(server.settings(), tokens, clock=clock or FakeClock(), cancel=cancel)
        opened.append(session)
        return server, session

    yield start
    for session in opened:
        session.close()


def tokens_of(server):
    """The token of each request the server got."""
    lines = b"\r\n".join(server.requests).split(b"\r\n")
    return [line.rpartition(b" ")[2].decode() for line in lines if line.startswith(b"Authorization: Bearer ")]


def test_a_token_is_fetched_at_the_first_call_and_renewed_a_minute_before_it_ends(over):
    grant, clock = Giving(), FakeClock()
    server, session = over(grant, answer(200), clock=clock)
    assert grant.asked == 0
    for clock.now in (0.0, 10.0, 1739.0, 1740.0, 1800.0):
        session.fetch(LIST)
    assert tokens_of(server) == [f"{number}-canary-token" for number in (1, 1, 1, 2, 2)]


@pytest.mark.parametrize(("life_s", "late"), [(60.0, 30.0), (10.0, 5.0), (0.0, 0.0)])
def test_a_short_life_is_used_for_its_first_half(over, life_s, late):
    grant, clock = Giving(life_s), FakeClock()
    _, session = over(grant, answer(200), clock=clock)
    session.fetch(LIST)
    clock.now = late * 0.99
    session.fetch(LIST)
    assert grant.asked == (1 if life_s else 2)
    clock.now = late
    session.fetch(LIST)
    assert grant.asked == (2 if life_s else 3)


def test_its_life_counts_from_when_it_was_asked_for(over):
    clock = FakeClock()
    grant = Giving(before=lambda: clock.sleep(100.0))
    _, session = over(grant, answer(200), clock=clock)
    session.fetch(LIST, deadline_s=5000)
    clock.now = 1740.0
    session.fetch(LIST, deadline_s=5000)
    assert grant.asked == 2


def test_a_read_that_is_refused_is_sent_again_once_with_a_new_token(over):
    grant = Giving()
    server, session = over(grant, answer(401), answer(200, b"[1]"), answer(401))
    assert session.fetch(LIST) == [1]
    assert tokens_of(server) == ["1-canary-token", "2-canary-token"]
    with pytest.raises(Unauthorized, match=r"Look at listThings \(401\)\."):
        session.fetch(LIST)
    assert tokens_of(server)[2:] == ["2-canary-token", "3-canary-token"]


def test_what_is_not_repeatable_is_refused_once_and_the_next_call_has_a_new_token(over):
    server, session = over(Giving(), answer(401), answer(200))
    with pytest.raises(Unauthorized):
        session.fetch(RUN)
    assert len(server.requests) == 1
    session.fetch(RUN)
    assert tokens_of(server) == ["1-canary-token", "2-canary-token"]


def test_a_403_asks_for_no_other_token_and_says_what_the_grant_says(over):
    grant = Giving()
    server, session = over(grant, answer(403, b'{"message": "No"}'))
    with pytest.raises(Forbidden, match=r"^No\. Look at listThings \(403\)\.$"):
        session.fetch(LIST)
    assert (grant.asked, len(server.requests)) == (1, 1)


def test_a_new_token_takes_none_of_the_attempts_of_an_outage(over):
    server, session = over(Giving(), answer(503), answer(401), answer(503), answer(200, b"[1]"))
    assert session.fetch(LIST) == [1]
    assert len(server.requests) == 4


def test_what_fails_before_the_order_is_sent_is_told_as_it_is(over):
    """Nothing was sent: no doubt about it."""
    server, session = over(Giving(errors=[ServerFault("No token today.", "Later.")]), vanish)
    with pytest.raises(ServerFault, match=r"No token today\. Later\."):
        session.fetch(RUN)
    assert server.requests == []
    with pytest.raises(OutcomeUnknown):
        session.fetch(RUN)
    assert len(server.requests) == 1


def test_the_question_for_a_token_has_the_time_that_is_left(over):
    grant = Giving()
    _, session = over(grant, answer(200))
    session.fetch(LIST, deadline_s=7)
    assert grant.deadline_s == 7


def run(count, work):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_many_threads_renew_once(over):
    """Over sessions of their own, as a worker's jobs have them."""
    begun, go_on, results = threading.Event(), threading.Event(), []
    grant = Giving(before=lambda: (begun.set(), go_on.wait(5)))
    tokens = RenewedToken(grant)
    sessions = [over(grant, answer(200, b"[1]"), tokens=tokens)[1] for _ in range(3)]
    threads = [
        thread for session in sessions for thread in run(4, lambda at=session: results.append(at.fetch(LIST)))
    ]
    assert begun.wait(5)
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert results == [[1]] * 12
    assert grant.asked == 1


def test_threads_that_waited_for_a_refusal_do_not_ask_again(over):
    waiting = 6
    ticks, errors = threading.Semaphore(0), []
    grant = Giving(
        errors=[Unauthorized("No.", "Check it.")],
        before=lambda: [ticks.acquire(timeout=5) for _ in range(waiting)],
    )
    _, session = over(grant, answer(200))

    def ask(on_wait=ticks.release):
        try:
            session.fetch(LIST, on_wait=on_wait)
        except Unauthorized as error:
            errors.append(error)

    threads = [*run(1, lambda: ask(None))]
    threads += run(waiting, Once(ask, ticks))
    for thread in threads:
        thread.join(10)
    assert [str(error) for error in errors] == ["No. Check it."] * (waiting + 1)
    assert len(set(map(id, errors))) == waiting + 1  # each has its own
    assert grant.asked == 1


class Once:
    """Calls with a tick that counts each caller once."""

    def __init__(self, ask, ticks):
        self.ask, self.ticks = ask, ticks

    def __call__(self):
        told = []
        self.ask(lambda: told or (told.append(1), self.ticks.release()))


def test_the_next_call_after_a_refusal_asks_again(over):
    grant = Giving(errors=[Unauthorized("No.", "Check it.")])
    _, session = over(grant, answer(200, b"[1]"))
    with pytest.raises(Unauthorized):
        session.fetch(LIST)
    assert session.fetch(LIST) == [1]


def test_whoever_waits_for_anothers_token_can_be_cancelled_and_has_a_deadline(over):
    begun, go_on = threading.Event(), threading.Event()
    grant = Giving(before=lambda: (begun.set(), go_on.wait(5)))
    tokens, cancel = RenewedToken(grant), threading.Event()
    _, first = over(grant, answer(200), tokens=tokens)
    thread = threading.Thread(target=lambda: first.fetch(LIST))
    thread.start()
    assert begun.wait(5)
    _, other = over(grant, answer(200), tokens=tokens, cancel=cancel)
    with pytest.raises(Cancelled):
        other.fetch(LIST, on_wait=cancel.set)
    clock = FakeClock()
    _, late = over(grant, answer(200), tokens=tokens, clock=clock)
    with pytest.raises(DeadlineExceeded, match="within 5 s"):
        late.fetch(LIST, deadline_s=5, on_wait=lambda: clock.sleep(6))
    go_on.set()
    thread.join(5)
    assert grant.asked == 1


def test_an_echo_of_any_token_or_of_what_it_was_asked_with_is_masked(over):
    """Case 23."""
    echo = b'{"message": "1-canary-token 2-canary-token canary-secret", "code": "canary-secret"}'
    server, session = over(Giving(), answer(401), answer(400, echo, "X-Request-Id: 1-canary-token"))
    with pytest.raises(Exception, match=r"^\*\*\* \*\*\* \*\*\*") as caught:
        session.fetch(LIST)
    assert len(server.requests) == 2
    told = f"{caught.value} {caught.value.args} {vars(caught.value)}"
    assert "canary" not in told
    assert "canary" not in f"{vars(session)} {vars(session._tokens)} {session._tokens.secrets}"
