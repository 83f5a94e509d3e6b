"""A server that has one answer, for a client whose request and reading are looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx

from dataexplore.secret import Secret
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.contract_transport import ContractTransport

if TYPE_CHECKING:
    from collections.abc import Callable


def asked_of(
    service: str,
    answer: Any,
    ask: Callable[[Workspace], Any],
    *,
    status: int = 200,
    rest: Any = (),
    **settings: Any,
) -> tuple[httpx.Request, Any]:
    """Let a client ask a server that has this answer and no more; give the request and what was read.

    ``ask`` gets a workspace whose service has these settings; an answer of None has no body. ``rest`` is what
    is answered after the first request.
    """
    requests: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if answer is None:
            return httpx.Response(status)
        return httpx.Response(status, json=answer if len(requests) == 1 else rest)

    transport = ContractTransport(service, httpx.MockTransport(serve))
    profile = sandbox_profile("http://127.0.0.1:1", Secret("canary"))
    services = profile.services | {service: replace(profile.services[service], **settings)}
    with Workspace(replace(profile, services=services), transport=lambda _service: transport) as workspace:
        read = ask(workspace)
    return requests[0], read
