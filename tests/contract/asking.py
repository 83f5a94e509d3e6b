"""A plain HTTP client of a sandbox, as any program would be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.contract.contract_transport import contract_transport

if TYPE_CHECKING:
    from dataexplore.embedded import Sandbox


def asking(sandbox: Sandbox, service: str | None = None, scheme: str = "Bearer") -> httpx.Client:
    """Make a client with the sandbox's token; with a service its contract stands between."""
    return httpx.Client(
        base_url=sandbox.url,
        headers={"Authorization": f"{scheme} {sandbox.token.reveal()}", "Accept": "application/json"},
        transport=None if service is None else contract_transport(service),
        timeout=60,
        trust_env=False,
    )
