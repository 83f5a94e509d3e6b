"""A sandbox of the module's own, for these tests leave much behind, and the objects it is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from dataexplore.embedded import Sandbox
from tests.contract.contract_transport import contract_transport
from tests.contract.datafold_samples import Places, create_objects

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def datafold_sandbox() -> Iterator[Sandbox]:
    running = Sandbox.start(scale=0.01, seed=1, pace=0, node_wait=0)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def datafold_server(datafold_sandbox) -> Iterator[httpx.Client]:
    """A bare HTTP client of that sandbox, with the contract between."""
    headers = {"Authorization": f"Key {datafold_sandbox.token.reveal()}", "Accept": "application/json"}
    with httpx.Client(
        base_url=datafold_sandbox.url, headers=headers, transport=contract_transport("datafold"), timeout=30
    ) as client:
        yield client


@pytest.fixture(scope="module")
def places(datafold_server) -> Places:
    """The ids and names of objects that exist there, by the name of the path parameter."""
    return create_objects(datafold_server)
