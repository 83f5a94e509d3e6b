"""The socket side: an httpx transport whose reads end at the call's deadline or cancel, and tick meanwhile.

httpx's own timeouts are per read: a server that drips one byte now and then outlives any of them. httpcore
hands the request's "timeout" values unread to the network stream, so what is put there is the
:class:`~dataexplore.transport.clock.Call` itself, and the stream asks it how long it may still wait.
"""

from __future__ import annotations

import contextlib
import ssl
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx
import truststore

from dataexplore.errors import ConfigError
from dataexplore.transport.clock import TICK_S, Call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["WireTransport", "environment_proxy", "trusted_context"]

CONNECT_TIMEOUT_S = 10.0
_WRITE_TIMEOUT_S = 60.0
# Below the 5 s after which common servers close an idle connection: a statement sent into a closing one would
# end as "outcome unknown".
_KEEPALIVE_S = 3.0
_MAX_CONNECTIONS = 32


class WireTransport(httpx.BaseTransport):
    """An httpx transport over an httpcore pool with our own network backend."""

    def __init__(self, ssl_context: ssl.SSLContext, proxy: httpx.Proxy | None = None) -> None:
        common: dict[str, Any] = {
            "ssl_context": ssl_context,
            "max_connections": _MAX_CONNECTIONS,
            "keepalive_expiry": _KEEPALIVE_S,
            "network_backend": _Backend(),
        }
        if proxy is None:
            self._pool = httpcore.ConnectionPool(**common)
        else:
            own_tls = ssl_context if proxy.url.scheme == "https" else None
            self._pool = httpcore.HTTPProxy(
                str(proxy.url), proxy_auth=proxy.raw_auth, proxy_ssl_context=own_tls, **common
            )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and give the answer as soon as its headers are there."""
        url = request.url
        assert isinstance(request.stream, httpx.SyncByteStream)
        with _httpx_errors():
            answer = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._stream

    def close(self) -> None:
        with _httpx_errors():
            self._stream.close()


@contextlib.contextmanager
def _httpx_errors() -> Iterator[None]:
    """Turn httpcore's errors into httpx's, which have the same names."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
    ) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error


class _Backend(httpcore.NetworkBackend):
    """httpcore's own backend, with streams that know their call."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Any = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        seconds = _seconds(timeout, at_most=CONNECT_TIMEOUT_S)
        return _Stream(self._plain.connect_tcp(host, port, seconds, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, plain: httpcore.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: Any = None) -> bytes:
        if not isinstance(timeout, Call):
            return self._plain.read(max_bytes, timeout)
        while True:
            # Asked before each read, not only after a silent one: a drip never makes a read time out.
            if timeout.over:
                raise httpcore.ReadTimeout("the call is over")
            try:
                return self._plain.read(max_bytes, _seconds(timeout, at_most=TICK_S))
            except httpcore.ReadTimeout:
                timeout.tick()

    def write(self, buffer: bytes, timeout: Any = None) -> None:
        # Not in ticks: a write cut by a timeout cannot tell how much of it went out.
        self._plain.write(buffer, _seconds(timeout, at_most=_WRITE_TIMEOUT_S))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: Any = None
    ) -> httpcore.NetworkStream:
        seconds = _seconds(timeout, at_most=CONNECT_TIMEOUT_S)
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


def _seconds(timeout: Any, *, at_most: float) -> float:
    left = timeout.remaining() if isinstance(timeout, Call) else timeout
    # Not 0: that would make the socket non-blocking instead of timing out.
    return at_most if left is None else max(0.001, min(left, at_most))


def trusted_context(ca_bundle: Path | None) -> ssl.SSLContext:
    """Give a TLS context that trusts the system's store, and ``ca_bundle`` (PEM) besides.

    Raises:
        ConfigError: the bundle cannot be read.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=str(ca_bundle))
        except (OSError, ssl.SSLError):
            raise ConfigError(
                f"The ca_bundle {ca_bundle} cannot be read as PEM certificates.",
                "Check the path and its contents.",
            ) from None
    return context


def environment_proxy(url: httpx.URL) -> httpx.Proxy | None:
    """Give the proxy that the environment names for ``url``; never to be asked for loopback.

    Raises:
        ConfigError: it is not an http proxy.
    """
    if proxy_bypass(url.raw_host.decode("ascii")):
        return None
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy:
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        raise ConfigError(
            "The proxy of the environment is not an http one.", "Set HTTPS_PROXY to an http:// address."
        )
    return httpx.Proxy(proxy)
