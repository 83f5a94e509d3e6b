"""The platform in this process, without a server: what the parts of Datafold stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataexplore.sandbox.datafold import sources
from dataexplore.sandbox.jobs import Jobs
from dataexplore.sandbox.lineage import Ledger
from dataexplore.sandbox.platform import Platform
from dataexplore.sandbox.records import Records
from dataexplore.sandbox.stream import Executions
from dataexplore.sandbox.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def warehouse() -> Iterator[Warehouse]:
    built = Warehouse(None, scale=0.01, seed=1, memory="512MB")
    yield built
    built.close()


@pytest.fixture
def platform(warehouse) -> Iterator[Platform]:
    """Records and jobs of its own over the company's warehouse."""
    records = Records(None)
    made = Platform(warehouse, Executions(), records, Jobs(warehouse), Ledger(warehouse, records))
    sources.seed(made.records)
    yield made
    made.jobs.close()
    made.records.close()
