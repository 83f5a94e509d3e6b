"""Raw sockets that break their answers: nothing is lost, sent twice or shown."""

from __future__ import annotations

import json
import threading
import traceback

import pytest

from dataexplore.clients.talend import PlanStep
from dataexplore.clients.talend.plans import GET
from dataexplore.errors import (
    Cancelled,
    DeadlineExceeded,
    Malformed,
    NotFound,
    OutcomeUnknown,
    Truncated,
    Unauthorized,
    Unreachable,
)
from dataexplore.secret import Secret
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import TOKEN, answer

STEPS = [PlanStep("Load", ["t1"])]


def page(*ids, total):
    rows = [{"id": each, "name": each} for each in ids]
    return answer(200, json.dumps({"items": rows, "limit": 100, "offset": 0, "total": total}).encode())


def create_plan(client):
    return client.plans.create(name="x", workspace_id="w", steps=STEPS)


def test_a_reset_before_the_answer_of_a_write_leaves_its_outcome_unknown(serve, on_server):
    """Case 4."""
    server = serve(lambda peer: (peer.receive(), peer.reset()))
    for call in (
        create_plan,
        lambda client: client.plans.pause("p", context="because"),
        lambda client: client.connections.delete("c"),
        lambda client: client.resources.create(b"x", name="x", workspace_id="w"),
    ):
        before = len(server.requests)
        with pytest.raises(OutcomeUnknown):
            call(on_server(server))
        assert len(server.requests) == before + 1


def test_a_write_is_sent_again_only_when_it_never_left(serve, on_server, tmp_path):
    """Case 5: a form is whole again the second time."""
    server = serve(answer(201, b'{"id": "r1"}'), listening=False)
    file = tmp_path / "rates.csv"
    file.write_bytes(b"eur,usd")

    heard = []
    clock = FakeClock(on_sleep=lambda: heard or (heard.append(1), server.listen()))
    client = on_server(server, clock=clock)
    assert client.resources.create(file, workspace_id="w").id == "r1"
    assert len(server.requests) == 1
    assert b"eur,usd" in server.requests[0]


def test_a_page_that_is_cut_off_fails_the_listing(serve, on_server):
    """Case 3 and R14."""
    half = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"items": [{"id"'
    server = serve(page("a", total=2), lambda peer: (peer.receive(), peer.send(half)))
    with pytest.raises(Truncated) as caught:
        on_server(server).artifacts.list()
    assert (caught.value.service, caught.value.operation) == ("talend", "listArtifacts")


@pytest.mark.parametrize(
    "body", [b"<html>log in</html>", b"", b'{"items": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b'"\xff"']
)
def test_an_answer_that_is_no_json_is_malformed(serve, on_server, body):
    """Case 17."""
    with pytest.raises(Malformed):
        on_server(serve(answer(200, body))).plans.get("p")


def test_a_token_that_ends_in_the_middle_of_a_listing_fails_it(serve, on_server):
    refused = answer(401, b'{"status": 401, "message": "Token absent or invalid"}')
    with pytest.raises(Unauthorized):
        on_server(serve(page("a", total=2), refused)).artifacts.list()


def test_a_token_that_the_service_echoes_is_masked(serve, on_server):
    """Cases 18 and 23."""
    said = {"status": 404, "message": "no", "detail": f"for {TOKEN}\x1b[2J", "requestId": "r-1"}
    with pytest.raises(NotFound) as caught:
        on_server(serve(answer(404, json.dumps(said).encode()))).plans.get("p")
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert TOKEN not in shown
    assert caught.value.detail == "no: for ***\\x1b[2J"


def test_a_secret_of_a_connection_is_in_no_error_of_its_request(serve, on_server):
    """Case 23."""
    server = serve(lambda peer: (peer.receive(), peer.reset()))
    with pytest.raises(OutcomeUnknown) as caught:
        on_server(server).connections.create(
            name="c", workspace_id="w", app="a", parameters={"password": Secret("canary-password")}
        )
    assert b"canary-password" in server.requests[0]
    assert "canary-password" not in "".join(traceback.format_exception(caught.value))


def test_a_drip_ends_at_the_deadline(serve, on_server):
    """Case 12."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    server = serve(lambda peer: (peer.receive(), peer.send(head), peer.send_forever(b" ", 0.02)))
    client = on_server(server)
    with pytest.raises(DeadlineExceeded):
        client._session.fetch(GET, {"planId": "p"}, deadline_s=0.3)


def test_a_cancel_ends_a_listing_and_closes_its_socket(serve, on_server):
    """Case 36, below the kernel."""
    cancel = threading.Event()

    def hang(peer):
        peer.receive()
        cancel.set()
        peer.await_close()

    server = serve(page("a", total=2), hang)
    with pytest.raises(Cancelled):
        on_server(server, cancel=cancel).artifacts.list()
    assert server.saw_close(within_s=5)


def test_a_service_that_is_not_there_is_unreachable(serve, on_server):
    with pytest.raises(Unreachable):
        on_server(serve(listening=False)).plans.get("p")
