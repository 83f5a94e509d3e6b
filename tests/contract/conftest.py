"""A sandbox of the module's own, for these tests leave much behind, and the objects it is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataexplore.embedded import Sandbox
from tests.contract.asking import asking
from tests.contract.coalesce_samples import Objects
from tests.contract.datafold_samples import Places, create_objects
from tests.contract.talend_samples import Objects as TalendObjects

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


@pytest.fixture(scope="module")
def datafold_sandbox() -> Iterator[Sandbox]:
    running = Sandbox.start(scale=0.01, seed=1, pace=0, node_wait=0)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def datafold_server(datafold_sandbox) -> Iterator[httpx.Client]:
    """A bare HTTP client of that sandbox, with the contract between."""
    with asking(datafold_sandbox, "datafold", scheme="Key") as client:
        yield client


@pytest.fixture(scope="module")
def places(datafold_server) -> Places:
    """The ids and names of objects that exist there, by the name of the path parameter."""
    return create_objects(datafold_server)


@pytest.fixture(scope="module")
def coalesce_sandbox() -> Iterator[Sandbox]:
    """A sandbox in which nothing starts by itself and no node waits for a warehouse."""
    running = Sandbox.start(scale=0.01, seed=1, pace=0, node_wait=0)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def bare_sandbox() -> Iterator[Sandbox]:
    """The same with what the vendors promise and nothing more."""
    running = Sandbox.start(scale=0.01, seed=1, pace=0, node_wait=0, bare=True)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def objects(coalesce_sandbox) -> Iterator[Objects]:
    """What exists in that sandbox's Coalesce, and what one makes more of."""
    with asking(coalesce_sandbox, "coalesce") as client, asking(coalesce_sandbox) as knobs:
        made = Objects(client, knobs)
        made.make()
        yield made


@pytest.fixture(scope="module")
def bare_objects(bare_sandbox) -> Iterator[Objects]:
    """The same at the sandbox with --bare."""
    with asking(bare_sandbox, "coalesce --bare") as client, asking(bare_sandbox) as knobs:
        made = Objects(client, knobs, bare=True)
        made.make()
        yield made


@pytest.fixture(scope="module")
def talend_sandbox() -> Iterator[Sandbox]:
    """A sandbox in which nothing starts by itself and no task waits."""
    running = Sandbox.start(scale=0.01, seed=1, pace=0, node_wait=0)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def talend_objects(talend_sandbox) -> Iterator[TalendObjects]:
    """What exists in that sandbox's Talend, and what one makes more of."""
    with asking(talend_sandbox, "talend") as client, asking(talend_sandbox) as knobs:
        made = TalendObjects(client, knobs)
        made.make()
        yield made


@pytest.fixture(scope="module")
def bare_talend_objects(bare_sandbox) -> Iterator[TalendObjects]:
    """The same at the sandbox with --bare."""
    with asking(bare_sandbox, "talend --bare") as client, asking(bare_sandbox) as knobs:
        made = TalendObjects(client, knobs, bare=True)
        made.make()
        yield made
