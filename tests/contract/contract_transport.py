"""An httpx transport that holds every request, and every answer, against the contract's facts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from dataexplore.settings import sandbox_profile
from dataexplore.transport.wire import WireTransport, trusted_context
from dataexplore.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dataexplore.embedded import Sandbox

FACTS = yaml.safe_load(Path(__file__).with_name("coginiti.yaml").read_text(encoding="utf-8"))
OPERATIONS: Mapping[str, Mapping[str, Any]] = FACTS["operations"]


class ContractBrokenError(AssertionError):
    """A client asked, or a server answered, what the contract does not have."""


class ContractTransport(httpx.BaseTransport):
    """Passes requests on to ``inner`` after checking them; ``seen`` counts the calls of each operation."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.seen: dict[str, int] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = operation_of(request)
        check_request(name, request)
        self.seen[name] = self.seen.get(name, 0) + 1
        response = self._inner.handle_request(request)
        check_headers(name, request, response)
        if not response.headers["content-type"].startswith("application/json"):
            return response  # an Arrow stream or CSV passes untouched, as it arrives
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_CheckedJson(name, response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._inner.close()


class _CheckedJson(httpx.SyncByteStream):
    """Lets a JSON body pass as it comes and checks it when its last byte has passed."""

    def __init__(self, name: str, response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        self._name, self._status, self._stream = name, response.status_code, response.stream

    def __iter__(self) -> Iterator[bytes]:
        body = bytearray()
        for piece in self._stream:
            body += piece
            yield piece
        check_body(self._name, self._status, bytes(body))

    def close(self) -> None:
        self._stream.close()


def contract_transport(_service: str) -> ContractTransport:
    """Make the checked socket side of a client, for ``Workspace(..., transport=contract_transport)``."""
    return ContractTransport(WireTransport(trusted_context(None)))


def contract_workspace(sandbox: Sandbox) -> Workspace:
    """Open a workspace on a sandbox whose every request and answer is checked."""
    return Workspace(sandbox_profile(sandbox.url, sandbox.token), transport=contract_transport)


def operation_of(request: httpx.Request) -> str:
    """Find the operation a request is for, by its method and path."""
    path = request.url.raw_path.decode("ascii")
    _demand("?" not in path, f"no operation has query parameters, but {path} was asked")
    for name, facts in OPERATIONS.items():
        pattern = re.escape(facts["path"]).replace(r"\{\+path\}", r"[^?#]+")
        if request.method == facts["method"] and re.fullmatch(pattern, path):
            return name
    raise ContractBrokenError(f"{request.method} {path} is no operation of the contract")


def check_request(name: str, request: httpx.Request) -> None:
    facts, headers = OPERATIONS[name], request.headers
    unknown = sorted(set(headers) - set(FACTS["request_headers"]))
    _demand(not unknown, f"{name} was asked with the headers {unknown}")
    # Never show the header itself: it holds the token.
    _demand(
        re.fullmatch(FACTS["authorization"], headers.get("authorization", "")) is not None,
        f"{name} was asked without `Authorization: Bearer TOKEN`",
    )
    _demand(
        headers.get("accept") in {*facts["answers"], "*/*"}, f"{name} cannot answer {headers.get('accept')}"
    )
    body = request.read()
    if "request" not in facts:
        _demand(not body, f"{name} takes no body")
        return
    _demand(
        headers.get("content-type") == "application/json", f"{name} was asked with another body than JSON"
    )
    check_schema(facts["request"], _parsed(name, body))


def check_headers(name: str, request: httpx.Request, response: httpx.Response) -> None:
    facts, status = OPERATIONS[name], response.status_code
    documented = status in facts["statuses"] or (status >= 500 and "5XX" in facts["statuses"])
    _demand(documented, f"{name} answered {status}")
    kind = response.headers.get("content-type", "").partition(";")[0]
    if status != httpx.codes.OK:
        _demand(kind == "application/json", f"the error of {name} came as {kind}")
        return
    # A test report is JSON whatever was asked for.
    wanted = {request.headers.get("accept"), "application/json"} - {"*/*"}
    _demand(kind in wanted, f"{name} was asked for {wanted} and answered {kind}")
    for header, schema in facts.get("headers", {}).items():
        check_schema(schema, response.headers.get(header))


def check_body(name: str, status: int, body: bytes) -> None:
    check_schema(OPERATIONS[name]["json"] if status == httpx.codes.OK else "Error", _parsed(name, body))


def check_schema(name: str, value: object) -> None:
    try:
        Draft202012Validator({"schemas": FACTS["schemas"], "$ref": f"#/schemas/{name}"}).validate(value)
    except ValidationError as error:
        raise ContractBrokenError(f"not a {name}: {error.json_path} {error.message[:300]}") from None


def _parsed(name: str, body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise ContractBrokenError(f"{name}: the body is not JSON") from None


def _demand(met: bool, complaint: str) -> None:
    if not met:
        raise ContractBrokenError(complaint)
