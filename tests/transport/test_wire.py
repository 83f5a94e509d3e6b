"""TLS, proxies and kept connections, over real sockets."""

from __future__ import annotations

import ssl
import time
from pathlib import Path

import httpx
import pytest

from dataexplore.errors import ConfigError, DeadlineExceeded, Unreachable
from dataexplore.transport import Operation
from dataexplore.transport.wire import environment_proxy, trusted_context
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import TOKEN, Peer, answer, silence

TLS = Path(__file__).parent / "tls"
CA = TLS / "ca.pem"
LIST = Operation("listThings", "GET", "/things", repeatable=True)
RUN = Operation("startRun", "POST", "/startRun", repeatable=False)
PROXIES = [f"{name}_PROXY" for name in ("HTTP", "HTTPS", "ALL", "NO")]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem")
    return context


def test_an_untrusted_certificate_is_unreachable_and_names_the_setting(serve, open_session, tls):
    session = open_session(serve(answer(200), tls=tls), clock=FakeClock())
    with pytest.raises(Unreachable, match=r"certificate of 127\.0\.0\.1:\d+ is not trusted .* Set ca_bundle"):
        session.fetch(RUN)


def test_a_certificate_of_the_ca_bundle_is_trusted(serve, open_session, tls):
    server = serve(answer(200, b"[1]"), tls=tls)
    assert open_session(server, ca_bundle=CA).fetch(LIST) == [1]


def test_a_certificate_for_another_host_is_not_trusted(serve, open_session, tls):
    """127.0.0.2 is this machine too, but not what the certificate says."""
    server = serve(answer(200), tls=tls)
    session = open_session(
        server, clock=FakeClock(), ca_bundle=CA, url=server.url.replace("127.0.0.1", "[::ffff:127.0.0.1]")
    )
    with pytest.raises(Unreachable, match="is not trusted"):
        session.fetch(LIST)
    assert server.requests == []


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_bundle_that_cannot_be_read_is_a_config_error(tmp_path, content):
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(ConfigError, match=r"cannot be read as PEM certificates\. Check the path"):
        trusted_context(bundle)


def test_a_handshake_that_never_ends_stops_at_the_deadline(serve, open_session):
    server = serve(silence)
    session = open_session(server, url=server.url.replace("http:", "https:"))
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        session.fetch(LIST, deadline_s=0.4)
    assert time.monotonic() - started < 1


def tunnel(tls, then):
    """A proxy that answers CONNECT and is the host at the other end itself: only it knows coginiti.test."""

    def script(peer):
        peer.receive()
        peer.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        with tls.wrap_socket(peer.connection, server_side=True) as inner:
            then(Peer(inner, peer._closed, peer._requests))

    return script


def test_a_host_elsewhere_is_reached_through_the_https_proxy(monkeypatch, serve, open_session, tls):
    """The proxy sees the host's name, and the token only inside of TLS."""
    proxy = serve(tunnel(tls, answer(200, b"[1]")))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    assert open_session(proxy, url="https://coginiti.test", ca_bundle=CA).fetch(LIST) == [1]
    connect, inner = proxy.requests
    assert connect.startswith(b"CONNECT coginiti.test:443 ")
    assert TOKEN.encode() not in connect
    assert inner.startswith(b"GET /things ")
    assert TOKEN.encode() in inner


def test_a_proxy_without_a_scheme_and_with_a_password_works(monkeypatch, serve, open_session):
    """As many write it; plain http goes through as a forwarded request."""
    proxy = serve(answer(200, b"[1]"))
    monkeypatch.setenv("HTTP_PROXY", f"user:pass@127.0.0.1:{proxy.port}")
    assert open_session(proxy, url="http://coginiti.test", insecure_http=True).fetch(LIST) == [1]
    assert proxy.requests[0].startswith(b"GET http://coginiti.test/things ")
    assert b"\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n" in proxy.requests[0]


def test_a_proxy_behind_tls_is_trusted_as_a_service_is(monkeypatch, serve, open_session, tls):
    proxy = serve(answer(200, b"[1]"), tls=tls)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    session = open_session(proxy, url="http://coginiti.test", insecure_http=True, ca_bundle=CA)
    assert session.fetch(LIST) == [1]


def test_a_proxy_that_refuses_means_that_nothing_was_sent(monkeypatch, serve, open_session):
    proxy = serve(answer(407))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    with pytest.raises(Unreachable, match="407"):
        open_session(proxy, url="https://coginiti.test", clock=FakeClock()).fetch(RUN)
    assert all(request.startswith(b"CONNECT ") for request in proxy.requests)


def test_no_proxy_is_obeyed(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", "coginiti.test,.inside.test")
    assert environment_proxy(httpx.URL("https://coginiti.test/x")) is None
    assert environment_proxy(httpx.URL("https://a.inside.test")) is None
    proxy = environment_proxy(httpx.URL("https://elsewhere.test"))
    assert proxy is not None
    assert str(proxy.url) == "http://proxy.test:3128"


def test_a_proxy_that_is_not_http_is_a_config_error(monkeypatch, serve, open_session):
    monkeypatch.setenv("ALL_PROXY", "socks5://user:pass@proxy.test")
    with pytest.raises(ConfigError, match="not an http one") as caught:
        open_session(serve(answer(200)), url="https://coginiti.test")
    assert "pass" not in str(caught.value)


def keeping(times):
    """A script that answers several requests on one connection, then closes it."""

    def script(peer):
        for _ in range(times):
            peer.receive()
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]")

    return script


def test_a_connection_is_used_again(serve, open_session):
    server = serve(keeping(3))
    session = open_session(server)
    for _ in range(3):
        session.fetch(RUN)
    assert server.connections == 1


def test_a_statement_does_not_go_into_a_connection_that_was_closed(serve, open_session):
    """The server closed the idle connection: that is seen before sending, and nothing is in doubt."""
    server = serve(keeping(1))
    session = open_session(server)
    session.fetch(RUN)
    time.sleep(0.05)  # the close arrives
    session.fetch(RUN)
    assert (server.connections, len(server.requests)) == (2, 2)


def test_an_unread_answer_closes_its_connection(serve, open_session):
    """What is left of a large answer is not read just to keep the connection."""
    server = serve(answer(200, bytes(2**24)))
    session = open_session(server)
    with session.open(LIST) as unread:
        assert unread.wire_bytes == 0
    assert session._client._transport._pool.connections == []


def test_closing_a_session_closes_its_connections(serve, open_session):
    def kept(peer):
        keeping(1)(peer)
        peer.await_close()

    server = serve(kept)
    session = open_session(server)
    session.fetch(RUN)
    session.close()
    assert server.saw_close(1)
