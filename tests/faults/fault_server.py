"""A server that misbehaves as told: a raw socket on loopback, one script for each connection."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from typing import TYPE_CHECKING, Self

from dataexplore.secret import Secret
from dataexplore.settings import SERVICES, Limits, Profile, ServiceSettings

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    Script = Callable[["Peer"], None]

TOKEN = "canary-7f3a9Zq+/=token"
PATIENCE_S = 10.0


class Peer:
    """One accepted connection, as a script sees it."""

    def __init__(self, connection: socket.socket, closed: threading.Event, requests: list[bytes]) -> None:
        self.connection = connection
        self._closed = closed
        self._requests = requests
        connection.settimeout(PATIENCE_S)

    def receive(self) -> bytes:
        """Receive one whole request; empty when the peer closed instead."""
        received = b""
        while b"\r\n\r\n" not in received:
            piece = self.connection.recv(65536)
            if not piece:
                return b""
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        while length and len(body) < int(length[1]):
            body += self.connection.recv(65536)
        request = head + b"\r\n\r\n" + body
        self._requests.append(request)
        return request

    def send(self, *pieces: bytes) -> None:
        self.connection.sendall(b"".join(pieces))

    def send_forever(self, piece: bytes, pause_s: float = 0.0) -> None:
        """Send the same piece until the peer closes."""
        try:
            while not self._gone(pause_s):
                self.send(piece)
        except OSError:
            self._closed.set()

    def await_close(self) -> None:
        """Say nothing until the peer closes."""
        self._gone(PATIENCE_S)

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _gone(self, wait_s: float) -> bool:
        self.connection.settimeout(max(wait_s, 0.0001))
        try:
            gone = self.connection.recv(1) == b""
        except TimeoutError:
            gone = False
        except OSError:
            gone = True
        self.connection.settimeout(PATIENCE_S)
        if gone:
            self._closed.set()
        return gone


class FaultServer:
    """Listens on a free port of 127.0.0.1; connection n gets script n, later ones the last script.

    Attributes:
        requests: every whole request received, as bytes.
        connections: connections accepted so far.
        closed: set when a script saw its peer close.
    """

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None, listening: bool = True) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.closed = threading.Event()
        self._scripts = scripts
        self._tls = tls
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._threads: list[threading.Thread] = []
        if listening:
            self.listen()

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Begin to accept; before, connecting is refused."""
        self._socket.listen(64)
        self._begin(self._accept)

    def settings(self, service: str = "coginiti", **more: object) -> ServiceSettings:
        return ServiceSettings(
            service, "faulty", **{"url": self.url, "token": Secret(TOKEN), "connection": "warehouse", **more}
        )

    def profile(self, limits: Limits | None = None, **more: object) -> Profile:
        services = {name: ServiceSettings(name, "faulty") for name in SERVICES}
        for name in ("coginiti", "coalesce", "datafold"):
            services[name] = self.settings(name, **more)
        return Profile("faulty", "a test", services, limits or Limits())

    def saw_close(self, within_s: float) -> bool:
        return self.closed.wait(within_s)

    def _begin(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            self._begin(self._serve, connection, script)

    def _serve(self, connection: socket.socket, script: Script) -> None:
        # A peer that goes away in the middle is what most scripts are about.
        with contextlib.suppress(OSError), connection:
            stream = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with stream:
                script(Peer(stream, self.closed, self.requests))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        end = time.monotonic() + PATIENCE_S
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def head(status: int = 200, *lines: str, kind: str = "application/json") -> bytes:
    """Give a status line and headers, up to the empty line."""
    return "\r\n".join(
        [f"HTTP/1.1 {status} Something", f"Content-Type: {kind}", "Connection: close", *lines, "", ""]
    ).encode("latin-1")


def answer(status: int = 200, body: bytes = b"{}", *lines: str, kind: str = "application/json") -> Script:
    """Give the script of a well-formed answer with a length."""

    def script(peer: Peer) -> None:
        peer.receive()
        peer.send(head(status, f"Content-Length: {len(body)}", *lines, kind=kind), body)

    return script


def body_until_close(body: bytes, kind: str = "application/json", *lines: str) -> Script:
    """Give the script of an answer without length, ended by closing."""

    def script(peer: Peer) -> None:
        peer.receive()
        peer.send(head(200, *lines, kind=kind), body)

    return script


def vanish(peer: Peer) -> None:
    """Take the request and close without a word."""
    peer.receive()


def reset(peer: Peer) -> None:
    """Take the request and reset the connection."""
    peer.receive()
    peer.reset()


def silence(peer: Peer) -> None:
    """Take the request and never answer."""
    peer.receive()
    peer.await_close()
