"""Where a request may go, and with what: cases 20 to 22 and 24 to 26."""

from __future__ import annotations

import socket
from urllib.parse import unquote

import pytest

from dataexplore.errors import ConfigError, InputError, Unauthorized
from dataexplore.secret import Secret
from dataexplore.settings import load
from dataexplore.transport import Operation, Session
from dataexplore.workspace import connect
from tests.faults.fault_server import TOKEN, answer

LIST = Operation("listThings", "GET", "/things", repeatable=True)
CATALOG = Operation("listCatalog", "GET", "/api/v1/catalog/list/{+path}", repeatable=True)
ASSET = Operation("getAsset", "GET", "/api/v1/assets/{name}/owner", repeatable=True)


@pytest.fixture
def no_sockets(monkeypatch):
    """Count the look-ups and sockets made; the real ones are not called."""
    made = []

    def refuse(*arguments, **_options):
        made.append(arguments)
        raise OSError("no socket in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return made


@pytest.mark.parametrize(
    "url",
    [
        "http://coginiti.example.com",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "https://user:password@coginiti.example.com",
        "http://127.0.0.1@evil.example",
        "file:///etc/passwd",
        "file:/etc/passwd",
        "https://c\u043eginiti.example.com",
        "https://coginiti\u3002example.com",
        "https://evil.example\\@coginiti.example.com",
        "https://coginiti.example.com\r\nHost: evil.example",
    ],
)
def test_an_address_that_could_leak_the_token_is_refused_before_any_socket(monkeypatch, no_sockets, url):
    """Case 20: plain http off loopback, userinfo, another scheme, a look-alike."""
    monkeypatch.setenv("DATAEXPLORE_COGINITI_URL", url)
    monkeypatch.setenv("DATAEXPLORE_COGINITI_TOKEN", TOKEN)
    with pytest.raises(ConfigError) as caught, connect() as workspace:
        workspace.coginiti.sql("select 1")
    assert no_sockets == []
    assert "password" not in str(caught.value).replace("user name or password", "")


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(monkeypatch, serve, open_session):
    """Case 21: with every proxy variable set, a loopback server is reached directly."""
    proxy, server = serve(answer(502)), serve(answer(200, b"[1]"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert open_session(server).fetch(LIST) == [1]
    assert open_session(server, url=f"http://localhost:{server.port}").fetch(LIST) == [1]
    assert proxy.connections == 0


@pytest.mark.parametrize(
    "token",
    [f"{TOKEN}\n", f"{TOKEN} ", f" {TOKEN}", f"{TOKEN}é", f"{TOKEN}\r\nX-Evil: 1", f"{TOKEN}\x7f", "a b", ""],
)
def test_a_token_that_cannot_travel_is_refused_before_any_socket(monkeypatch, no_sockets, serve, token):
    """Case 22: by the profile and by the session itself; its value is not in the text."""
    server = serve(answer(200))
    monkeypatch.setenv("DATAEXPLORE_COGINITI_URL", server.url)
    monkeypatch.setenv("DATAEXPLORE_COGINITI_TOKEN", token)
    for use in (load, lambda: Session(server.settings(), Secret(token))):
        with pytest.raises(ConfigError, match="token from") as caught:
            use()
        assert TOKEN not in str(caught.value)
    assert no_sockets == []


@pytest.mark.parametrize(
    "path",
    [
        "@Personal/../Shared/x",
        "@Shared/./x",
        "@Shared//x",
        "@Shared/%2e%2e/x",
        "@Shared/%2E./x",
        "@Shared/%252e%252e/x",
        "@Shared/a%2f..%2fb",
        "/@Shared/x",
        "@Shared/x/",
        "..",
        "",
        "@Shared\\x",
        "@Shared/%5cx",
        "@Shared/x\x00",
        "@Shared/x%00",
        "@Shared/x\r\nHost: evil",
        "@Shared/\ud800",
    ],
)
def test_a_path_that_would_become_another_is_refused(serve, open_session, open_workspace, path):
    """Case 24: in a URL and in a body; nothing is sent."""
    server = serve(answer(200))
    client = open_workspace(server).coginiti.client
    for send in (
        lambda: open_session(server).fetch(CATALOG, {"path": path}),
        lambda: client.exec_script(path, connection="warehouse"),
        lambda: client.exec_block(path, "block", connection="warehouse"),
    ):
        with pytest.raises(InputError):
            send()
    assert server.connections == 0


def decoded_path(request):
    """What a server makes of the request's path."""
    return [unquote(part, errors="strict") for part in request.split()[1].decode("ascii").split("/")]


@pytest.mark.parametrize(
    "name",
    [
        "Revenue by day",
        "a#b",
        "a?b=c&d",
        "100%",
        "50%25",
        "é ß ñ",
        "🦆",
        "👩\u200d💻",
        "@me",
        "a\u00a0b",
        "{name}",
        "a;b,c:d+e=f",
        '"quoted" <b>',
        "...",
    ],
)
def test_a_name_reaches_the_server_as_it_is(serve, open_session, name):
    """Case 25: each segment is quoted once, and decoding it once gives the name."""
    server = serve(answer(200))
    session = open_session(server)
    session.fetch(CATALOG, {"path": f"@Shared/{name}/x"})
    session.fetch(ASSET, {"name": name})
    assert decoded_path(server.requests[0]) == ["", "api", "v1", "catalog", "list", "@Shared", name, "x"]
    assert decoded_path(server.requests[1]) == ["", "api", "v1", "assets", name, "owner"]


def test_a_slash_in_a_name_makes_no_segment(serve, open_session):
    """Case 25: a name with a slash stays one segment where the contract has one."""
    server = serve(answer(200))
    open_session(server).fetch(ASSET, {"name": "Revenue/Cost"})
    assert server.requests[0].split()[1] == b"/api/v1/assets/Revenue%2FCost/owner"


def test_a_connection_name_reaches_the_server_as_it_is(serve, open_workspace, stream):
    """Case 25: in a body too, as JSON of the same letters."""
    server = serve(answer(200, stream, kind="application/vnd.apache.arrow.stream"))
    open_workspace(server).coginiti.client.exec_sql("select 'é'", connection='Snow "flake" é 🦆 #%')
    assert '"name":"Snow \\"flake\\" é 🦆 #%"'.encode() in server.requests[0]


@pytest.mark.parametrize(
    "name", ["http://evil.example/x", "//evil.example/x", "https:evil.example", "@evil.example"]
)
def test_no_path_leaves_the_base_address(serve, open_session, name):
    """Case 26: an absolute URL as a name is a name, or refused; the second server gets nothing."""
    other = serve(answer(200))
    server = serve(answer(200))
    session = open_session(server)
    absolute = name.replace("evil.example", f"127.0.0.1:{other.port}")
    for operation, names in ((CATALOG, {"path": absolute}), (ASSET, {"name": absolute})):
        try:
            session.fetch(operation, names)
        except InputError:
            continue
    assert other.connections == 0
    assert all(request.startswith(b"GET /api/v1/") for request in server.requests)
    assert all(f"Host: 127.0.0.1:{server.port}".encode() in request for request in server.requests)


def test_a_base_address_with_a_path_keeps_it(serve, open_session):
    """Case 26: a service behind a prefix is asked below it."""
    server = serve(answer(200, b"[]"))
    open_session(server, url=f"{server.url}/gateway/coginiti").fetch(
        LIST, params={"next": "https://evil.example/"}
    )
    assert server.requests[0].startswith(b"GET /gateway/coginiti/things?next=https%3A%2F%2Fevil.example%2F ")


@pytest.mark.parametrize(("service", "scheme"), [("coginiti", "Bearer"), ("datafold", "Key")])
def test_the_token_travels_in_one_header(serve, open_session, service, scheme):
    """Case 22: the word before it is the service's, and a 401 says what to do without showing it."""
    server = serve(answer(401, b'{"message": "no"}'))
    with pytest.raises(Unauthorized, match="does not accept the token"):
        open_session(server, service=service).fetch(LIST)
    assert server.requests[0].count(TOKEN.encode()) == 1
    assert f"\r\nAuthorization: {scheme} {TOKEN}\r\n".encode() in server.requests[0]
