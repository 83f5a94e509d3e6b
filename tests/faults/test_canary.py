"""A canary token is looked for wherever it could be seen: case 23, below the notebook."""

from __future__ import annotations

import base64
import copy
import gzip
import json
import logging
import pickle
import traceback
from dataclasses import asdict, replace
from urllib.parse import quote

import pytest

from dataexplore.errors import DataExploreError
from dataexplore.secret import Secret
from dataexplore.transport import Operation
from tests.faults.fault_server import TOKEN, answer, head, reset, silence, vanish

ARROW = "application/vnd.apache.arrow.stream"
RUN = Operation("startRun", "POST", "/startRun", repeatable=False)
# Each form whole, and its first twelve characters: a text may be cut.
FORMS = {TOKEN, quote(TOKEN, safe=""), base64.b64encode(TOKEN.encode()).decode().rstrip("=")}
FORMS |= {form[:12] for form in FORMS}


def cut_in_the_middle(peer):
    peer.receive()
    peer.send(head(200, "Content-Length: 1000", kind=ARROW), b"\xff\xff\xff\xff")


def endless_silence_in_the_body(peer):
    peer.receive()
    peer.send(head(200, "Content-Length: 1000", kind=ARROW), b"\xff\xff\xff\xff")
    peer.await_close()


FAULTS = {
    "no answer": vanish,
    "reset": reset,
    "cut in the body": cut_in_the_middle,
    "silent headers": silence,
    "silent body": endless_silence_in_the_body,
    "token echoed by a login page": answer(200, b"<html>" + TOKEN.encode(), kind="text/html"),
    "token echoed by a refusal": answer(401, json.dumps({"message": f"bad {TOKEN}"}).encode()),
    "token echoed by a failure": answer(500, f"Authorization: Bearer {TOKEN}".encode()),
    "redirect": answer(302, b"", "Location: https://evil.example/"),
    "damaged gzip": answer(200, gzip.compress(b"{}")[:-9], "Content-Encoding: gzip"),
    "headers that are none": lambda peer: (peer.receive(), peer.send(b"\x00\x01\r\n\r\n")),
}


def assert_unseen(*texts):
    for text in texts:
        assert [form for form in FORMS if form in text] == []


def chain(error):
    """The error and all that it leads to, suppressed or not."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def everything_told(error):
    """All that a traceback printer with local variables, or a curious one, can print of an error."""
    for link in chain(error):
        printed = traceback.TracebackException(type(link), link, link.__traceback__, capture_locals=True)
        yield "".join(printed.format())
        yield from (repr(link), str(link), repr(link.args), repr(vars(link)), format(link))
        yield from (repr(vars(frame.f_locals["self"])) for frame in frames(link) if has_attributes(frame))


def frames(error):
    """The frames of an error's traceback outside of the tests."""
    return [
        frame
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if not str(frame.f_globals.get("__name__")).startswith("tests.")
    ]


def has_attributes(frame):
    return hasattr(frame.f_locals.get("self"), "__dict__")


def run_statement(workspace):
    workspace.coginiti.sql("select 1", deadline_s=0.4)


def run_record(workspace):
    workspace.session("coginiti").fetch(RUN, deadline_s=0.4)


@pytest.mark.parametrize("run", [run_statement, run_record])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_fault_shows_the_token(serve, open_workspace, caplog, fault, run):
    """Case 23: not the error, its chain, its frames' variables, nor the HTTP libraries' debug logs."""
    caplog.set_level(logging.DEBUG)
    server = serve(fault)
    with pytest.raises(DataExploreError) as caught:
        run(open_workspace(server))
    assert TOKEN.encode() in server.requests[0]  # the canary was really sent
    assert "connect_tcp.started" in caplog.text  # and the logs were really on
    assert_unseen(caplog.text, *everything_told(caught.value))


def test_no_frame_of_an_error_belongs_to_the_http_libraries(serve, open_workspace):
    """Case 23: their frames hold the headers; our errors start above them."""
    for fault in FAULTS.values():
        with pytest.raises(DataExploreError) as caught:
            open_workspace(serve(fault)).coginiti.sql("select 1", deadline_s=0.3)
        modules = {
            frame.f_globals["__name__"].split(".")[0]
            for link in chain(caught.value)
            for frame in frames(link)
        }
        assert modules <= {"dataexplore", "pyarrow", "contextlib", "json"}


def test_an_unreachable_service_shows_no_token(serve, open_workspace, caplog):
    """Case 23: nor does a connection that was never made."""
    caplog.set_level(logging.DEBUG)
    workspace = open_workspace(serve(listening=False))
    with pytest.raises(DataExploreError) as caught:
        workspace.coginiti.sql("select 1")
    assert_unseen(caplog.text, *everything_told(caught.value))


def test_an_error_of_the_worker_shows_no_token(serve, open_workspace):
    """Case 23: from another thread it comes with that thread's frames."""
    workspace = open_workspace(serve(vanish))
    job = workspace.worker.submit(lambda other: other.coginiti.sql("select 1"))
    with pytest.raises(DataExploreError) as caught:
        job.result(5)
    assert_unseen(*everything_told(caught.value))


def test_an_error_cannot_carry_the_token_into_a_file(serve, open_workspace):
    """Case 23: a pickled error is as silent as a printed one."""
    with pytest.raises(DataExploreError) as caught:
        open_workspace(serve(answer(500, TOKEN.encode()))).coginiti.sql("select 1")
    assert_unseen(repr(pickle.dumps(caught.value)))


def holders(server, workspace):
    workspace.session("coginiti")
    settings = server.settings()
    return [
        Secret(TOKEN),
        settings,
        replace(settings, url=None),
        server.profile(),
        workspace,
        *workspace._sessions.values(),
    ]


def test_nothing_that_holds_the_token_shows_it(serve, open_workspace):
    """Case 23: repr, str, format and the attributes of each, one level down as debuggers list them."""
    server = serve(answer(200))
    for holder in holders(server, open_workspace(server)):
        assert_unseen(repr(holder), str(holder), f"{holder}", f"{holder!r}")
        attributes = getattr(holder, "__dict__", {})
        assert_unseen(
            repr(attributes),
            repr([vars(value) for value in attributes.values() if hasattr(value, "__dict__")]),
        )
        assert_unseen(repr([attribute(holder, name) for name in dir(holder)]))


def attribute(holder, name):
    """What a reader of the attribute gets: its value, or the sentence why there is none."""
    try:
        return getattr(holder, name, None)
    except DataExploreError as error:
        return error


def test_nothing_that_holds_the_token_can_be_saved(serve, open_workspace):
    """Case 23: pickle and JSON are refused; a copy is as silent as what it copies."""
    server = serve(answer(200))
    for holder in holders(server, open_workspace(server)):
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)) as refused:
            pickle.dumps(holder)
        assert_unseen(str(refused.value))
        with pytest.raises(TypeError) as refused:
            json.dumps(holder)
        assert_unseen(str(refused.value))
    for again in (copy.copy(server.settings()), copy.deepcopy(server.profile())):
        assert_unseen(repr(again))
    assert_unseen(json.dumps(asdict(server.settings()), default=repr))
