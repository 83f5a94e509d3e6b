"""An httpx transport that holds every request, and every answer, against a service's contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import httpx

from dataexplore.settings import sandbox_profile
from dataexplore.transport.wire import WireTransport, trusted_context
from dataexplore.workspace import Workspace
from tests.contract import coalesce_contract, coginiti_contract, datafold_contract, talend_contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dataexplore.embedded import Sandbox


class Checks(Protocol):
    """What a contract is asked: a module or an object."""

    def operation_of(self, request: httpx.Request, /) -> str: ...
    def check_request(self, name: str, request: httpx.Request, /) -> None: ...
    def check_headers(self, name: str, request: httpx.Request, response: httpx.Response, /) -> None: ...
    def check_body(self, name: str, status: int, body: bytes, /) -> None: ...


CONTRACTS: Mapping[str, Checks] = {
    "coalesce": coalesce_contract.CONTRACT,
    "coalesce --bare": coalesce_contract.AT_BARE,
    "coginiti": coginiti_contract,
    "datafold": datafold_contract.CONTRACT,
    "talend": talend_contract.CONTRACT,
    "talend --bare": talend_contract.AT_BARE,
}


class ContractTransport(httpx.BaseTransport):
    """Passes requests on to ``inner`` after checking them; ``seen`` counts the calls of each operation."""

    def __init__(self, service: str, inner: httpx.BaseTransport) -> None:
        self._contract = CONTRACTS[service]
        self._inner = inner
        self.seen: dict[str, int] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = self._contract.operation_of(request)
        self._contract.check_request(name, request)
        self.seen[name] = self.seen.get(name, 0) + 1
        response = self._inner.handle_request(request)
        self._contract.check_headers(name, request, response)
        if not response.headers.get("content-type", "application/json").startswith("application/json"):
            return response  # an Arrow stream or CSV passes untouched, as it arrives
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_CheckedBody(self._contract, name, response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._inner.close()


class _CheckedBody(httpx.SyncByteStream):
    """Lets a JSON body pass as it comes and checks it when its last byte has passed."""

    def __init__(self, contract: Checks, name: str, response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        self._contract, self._name = contract, name
        self._status, self._stream = response.status_code, response.stream

    def __iter__(self) -> Iterator[bytes]:
        body = bytearray()
        for piece in self._stream:
            body += piece
            yield piece
        self._contract.check_body(self._name, self._status, bytes(body))

    def close(self) -> None:
        self._stream.close()


class RequestsChecked(httpx.BaseTransport):
    """Passes checked requests on to ``inner``; what comes back may break the contract on purpose."""

    def __init__(self, service: str, inner: httpx.BaseTransport) -> None:
        self._contract = CONTRACTS[service]
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._contract.check_request(self._contract.operation_of(request), request)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def contract_transport(service: str) -> ContractTransport:
    """Make the checked socket side of a client, for ``Workspace(..., transport=contract_transport)``."""
    return ContractTransport(service, WireTransport(trusted_context(None)))


def checked_requests(service: str) -> RequestsChecked:
    """Make the socket side of a client whose server misbehaves, while the client may not."""
    return RequestsChecked(service, WireTransport(trusted_context(None)))


def contract_workspace(sandbox: Sandbox) -> Workspace:
    """Open a workspace on a sandbox whose every request and answer is checked, of every service."""
    return Workspace(sandbox_profile(sandbox.url, sandbox.token), transport=contract_transport)
