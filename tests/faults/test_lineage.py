"""A lineage walk over a service that fails, lies or is silent: cases 33, 35 and 36."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import contextmanager
from urllib.parse import unquote

import pytest

from dataexplore.clients.datafold import Explore
from dataexplore.clients.datafold.paths import join_path, split_path
from dataexplore.errors import InputError, Unauthorized, Unreachable
from dataexplore.lineage import Lineage
from dataexplore.lineage.source import Source
from tests.faults.fault_server import answer, head, reset, silence, vanish
from tests.faults.test_stop import ctrl_c

HUB = ("db", "s", "hub")


def table(path):
    return {"type": "Table", "name": path[-1], "path": list(path), "columns": [{"name": "id"}]}


def lineage_of(downstream, faults=None):
    """Give the script of a service that knows these edges; some tables have a script of their own."""
    edges = [(tuple(source), tuple(target)) for source, targets in downstream.items() for target in targets]

    def script(peer):
        request = peer.receive()
        found = re.match(rb"GET /api/v1/explore/db/1/tables/(\S+)/(up|down)streams\?", request)
        if not found:
            return
        path = split_path(unquote(found[1].decode("ascii")))
        if faults and path in faults:
            faults[path](Replayed(peer))
            return
        there = 1 if found[2] == b"down" else 0
        near = [edge[there] for edge in edges if edge[1 - there] == path]
        body = json.dumps([table(each) for each in near]).encode()
        peer.send(head(200, f"Content-Length: {len(body)}"), body)

    return script


class Replayed:
    """A peer whose request was received already."""

    def __init__(self, peer):
        self._peer = peer

    def receive(self):
        return b""

    def __getattr__(self, name):
        return getattr(self._peer, name)


@pytest.fixture
def walk(serve, open_session):
    """Walk downstream from the hub on a fault server, with a session that ends when its cancel is set."""

    def start(script, **options):
        server = serve(script)

        @contextmanager
        def source():
            cancel = threading.Event()
            session = open_session(server, service="datafold", cancel=cancel)
            yield Source(Explore(session), 1, cancel=cancel)
            session.close()

        return Lineage.of(source, HUB, up=0, **options), server

    return start


CHILDREN = [("db", "s", f"t{number}") for number in range(6)]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answer(500, b'{"detail": "lineage is being rebuilt"}'), "lineage is being rebuilt"),
        (answer(404, b'{"detail": "gone"}'), "gone"),
        (answer(403, b'{"detail": "not yours"}'), "not yours"),
        (answer(200, b"<html>log in</html>", kind="text/html"), "text/html"),
        (answer(200, b'[{"type": "Table"}]'), "no path"),
        (answer(200, b'[{"type": "Table", "name": "x", "path": ["db", 1]}]'), "no path"),
        (answer(200, b"[" * 100_000), "JSON"),
        (answer(200, b""), ""),
    ],
    ids=["500", "404", "403", "login page", "no path", "a number in a path", "nested", "empty"],
)
def test_a_table_that_answers_badly_is_a_gap_that_is_told(walk, fault, reason):
    """The rest of the lineage is there, and the graph says which part is missing and why."""
    lineage, _ = walk(lineage_of({HUB: CHILDREN, CHILDREN[0]: [("db", "s", "far")]}, {CHILDREN[3]: fault}))
    (gap,) = lineage.missing
    assert (gap.node, gap.side) == (CHILDREN[3], "down")
    assert reason in gap.reason
    assert len(gap.reason) <= 200
    assert "downstream of db.s.t3" in repr(lineage)
    assert ("db", "s", "far") in lineage.graph
    assert CHILDREN[3] in lineage.graph


@pytest.mark.parametrize("fault", [reset, vanish])
def test_a_connection_that_breaks_is_tried_again_and_then_a_gap(walk, fault):
    lineage, server = walk(lineage_of({HUB: CHILDREN}, {CHILDREN[3]: fault}))
    assert [gap.node for gap in lineage.missing] == [CHILDREN[3]]
    assert sum(b"/db.s.t3/" in request for request in server.requests) == 3


def test_a_token_that_is_refused_ends_the_walk_with_that_error(walk):
    with pytest.raises(Unauthorized):
        walk(lineage_of({HUB: CHILDREN}, {CHILDREN[3]: answer(401, b'{"detail": "no"}')}))


def test_a_service_nobody_runs_is_unreachable(open_session, serve):
    server = serve(silence, listening=False)

    @contextmanager
    def source():
        yield Source(Explore(open_session(server, service="datafold")), 1)

    with pytest.raises(Unreachable):
        Lineage.of(source, HUB)


def test_an_unknown_name_is_told_with_what_the_service_says(walk):
    with pytest.raises(InputError, match="The service says: no such data connection"):
        walk(answer(404, b'{"detail": "no such data connection"}'))


def test_ctrl_c_closes_every_socket_and_keeps_what_was_found(walk):
    """Case 36: the prompt is back within a second, and the server sees each of its connections closed."""
    closed = threading.Semaphore(0)

    def silent(peer):
        peer.await_close()
        closed.release()

    children = [("db", "s", f"t{number}") for number in range(12)]
    edges = {HUB: children, children[0]: [("db", "s", "far")]}
    with ctrl_c(0.6):
        started = time.monotonic()
        lineage, _ = walk(lineage_of(edges, dict.fromkeys(children[1:], silent)))
        took = time.monotonic() - started
    assert took < 1.6
    assert {gap.reason for gap in lineage.missing} == {"stopped by you"}
    assert {gap.node for gap in lineage.missing} >= set(children[1:])
    assert set(children) < set(lineage.graph)
    assert ("db", "s", "far") in lineage.graph
    assert "stopped by you" in repr(lineage)
    for _ in children[1:]:
        assert closed.acquire(timeout=2)


def test_after_ctrl_c_the_rest_can_be_asked_for(walk):
    patience = [silence]
    faults = {CHILDREN[3]: lambda peer: patience.pop()(peer) if patience else answer(200, b"[]")(peer)}
    with ctrl_c(0.5):
        lineage, _ = walk(lineage_of({HUB: CHILDREN}, faults))
    assert not lineage.complete
    for gap in lineage.missing:
        lineage.expand(gap.node, gap.side)
    assert lineage.complete


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "]]>",
    'quo"te',
    "dots.and/slashes",
    "new\nline",
    "\x1b[2J\u202e",
    "a\\b",
    "..",
    "%2e%2e",
    "#?&",
    "é 🦆",
    "x" * 10_000,
    "",
]


def test_hostile_names_travel_as_they_are_or_leave_a_gap(walk):
    """Cases 33 and 35: what cannot stand in a URL is not asked for, and the graph says so."""
    children = [("db", "s", name) for name in HOSTILE]
    lineage, _ = walk(lineage_of({HUB: children, **{child: [("db", "s", "far")] for child in children}}))
    assert set(children) < set(lineage.graph)
    gaps = {gap.node[-1] for gap in lineage.missing}
    assert gaps == {"a\\b", "new\nline", "\x1b[2J\u202e"}
    for child in children:
        assert lineage.graph.has_edge(child, ("db", "s", "far")) == (child[-1] not in gaps)
    for shown in (repr(lineage), repr(lineage.impact()), lineage.impact()._repr_html_()):
        assert not set("\x1b\u202e") & set(shown)
    assert "<img" not in lineage.impact()._repr_html_()
    assert Lineage.read_json(lineage.to_json()).missing == lineage.missing


def test_a_service_that_lies_in_circles_is_walked_once(walk):
    """Case 35: everything is downstream of everything, the asked one among it."""
    everything = [HUB, *CHILDREN]
    lineage, server = walk(lineage_of(dict.fromkeys(everything, everything)))
    assert lineage.complete
    asked = [request.split()[1] for request in server.requests]
    assert len(asked) == len(set(asked))
    assert lineage.graph.number_of_edges() == len(everything) * (len(everything) - 1)
    assert join_path(HUB) in repr(lineage)
