"""Answers that are not what they say, refusals that say too much: cases 17 to 19."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from dataexplore.errors import AnswerError, Invalid, Malformed, Redirected, RequestError, ServerFault
from dataexplore.transport import Operation
from tests.faults.fault_server import TOKEN, answer, head

LIST = Operation("listThings", "GET", "/things", repeatable=True)
RUN = Operation("startRun", "POST", "/startRun", repeatable=False)
LOGIN = b"<!DOCTYPE html><html><head><title>Sign in</title></head>" + b"<p>x</p>" * 1000


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (LOGIN, "text/html; charset=utf-8", "text/html: <!DOCTYPE html><html><head><title>Sign in"),
        (b"", "application/json", "an empty body"),
        (b'{"a": NaN}', "application/json", "NaN is no JSON number"),
        (b'{"a": 1, "a": 2}', "application/json", "a name stands twice"),
        (b"[" * 100_000, "application/json", "nested too deeply"),
        (b'{"a": "\xff"}', "application/json", "not UTF-8"),
        (b'{"a": 1}\x1b[2J{', "application/json", "\\x1b[2J"),
        (b'{"a": 1', "application/json", "not JSON"),
        (b"x", "", "no content type: x"),
    ],
    ids=["login page", "empty", "NaN", "twice", "deep", "bad UTF-8", "escape", "cut", "bare"],
)
def test_a_200_that_is_not_json_is_malformed(serve, open_session, open_workspace, *, body, kind, told):
    """Case 17: with the content type and at most 80 safe characters of the body."""
    server = serve(answer(200, body, kind=kind))
    session, client = open_session(server), open_workspace(server).coginiti.client
    for ask in (lambda: session.fetch(LIST), lambda: client.exec_sql("select 1", connection="warehouse")):
        with pytest.raises(Malformed) as caught:
            ask()
        assert told in str(caught.value)
        assert "\x1b" not in str(caught.value)
        assert len(str(caught.value)) < 300
        assert caught.value.service == "coginiti"


def test_a_content_type_is_cut_and_cleaned_too(serve, open_session):
    """Case 17: a header is as foreign as the body."""
    server = serve(answer(200, b"x", kind="text/\u202ehtml".encode().decode("latin-1") + "x" * 9000))
    with pytest.raises(Malformed) as caught:
        open_session(server).fetch(LIST)
    assert "\u202e" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "body",
    [
        b"<html>" + b"x" * 5_000_000,
        b'{"message": "' + b"y" * 50_000 + b'"}',
        b"\x1b[31mred\x1b]0;title\x07\r\x08\xe2\x80\xae" * 10,
    ],
    ids=["5 MB", "long words", "ANSI"],
)
@pytest.mark.parametrize("status", [400, 500])
def test_an_error_body_is_cut_and_cleaned(serve, open_session, body, status):
    """Case 18: an error is a screenful of safe characters, however long and wild its body."""
    server = serve(answer(status, body, kind="text/html"))
    with pytest.raises((Invalid, ServerFault)) as caught:
        open_session(server).fetch(RUN)
    told = str(caught.value)
    assert len(told) < 4500
    assert not set("\x1b\x07\x08\r\u202e").intersection(told)


@pytest.mark.parametrize(
    "echo",
    [TOKEN, quote(TOKEN, safe=""), base64.b64encode(TOKEN.encode()).decode()],
    ids=["as it is", "percent-encoded", "base64"],
)
@pytest.mark.parametrize(
    "body",
    [
        "no such token: {}",
        '{{"error": {{"errorString": "bad", "errorDetail": "token {}"}}}}',
        '{{"message": "{}"}}',
        '{{"detail": [{{"loc": ["header"], "msg": "{}"}}]}}',
        "{pad}{}",  # cut in the middle of the token
    ],
    ids=["text", "coalesce", "message", "datafold", "at the cut"],
)
def test_an_echoed_token_is_masked(serve, open_session, body, echo):
    """Case 18: whatever echoes the token, in whatever form, no beginning of it of 12 characters is shown."""
    text = body.format(echo, pad="z" * 60).encode()
    statuses = [400, 401, 412, 500, 504] if text[:1] == b"{" else [200, 400, 401, 412, 500, 504]
    server = serve(*(answer(status, text, f"X-Request-Id: {echo}", kind="text/plain") for status in statuses))
    session = open_session(server)
    for _ in statuses:
        with pytest.raises((RequestError, AnswerError)) as caught:
            session.fetch(RUN)
        assert echo[:12] not in repr(caught.value) + str(caught.value) + repr(vars(caught.value))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:{other}/x", "https://127.0.0.1:{other}/", "http://localhost:{own}/", "/elsewhere"],
)
def test_a_redirect_is_never_followed(serve, open_session, status, target):
    """Case 19: another host, port or scheme, or the same: the second server gets nothing."""
    other = serve(answer(200))

    def moved(peer):
        answer(status, b"", "Location: " + target.format(other=other.port, own=server.port))(peer)

    server = serve(moved)
    with pytest.raises(Redirected, match="redirects are never followed") as caught:
        open_session(server).fetch(RUN, json={"sql": "select 1"})
    assert other.connections == 0
    assert server.connections == 1
    assert "/elsewhere" not in str(caught.value)


@pytest.mark.parametrize(
    "location", ["", "Location: http://[", f"Location: https://{TOKEN}@evil.example/{TOKEN}"]
)
def test_a_redirect_names_only_a_host(serve, open_session, location):
    """Case 19: a Location that cannot be read is an error like any other, and its secrets stay unsaid."""

    def script(peer):
        peer.receive()
        peer.send(head(302, "Content-Length: 0", *([location] if location else [])))

    with pytest.raises(Redirected) as caught:
        open_session(serve(script)).fetch(LIST)
    assert TOKEN not in str(caught.value)
