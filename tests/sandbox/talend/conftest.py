"""Talend of a real sandbox, every answer held against its contract; and the platform in this process."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dataexplore.sandbox.jobs import Jobs
from dataexplore.sandbox.lineage import Ledger
from dataexplore.sandbox.platform import Platform
from dataexplore.sandbox.records import Records
from dataexplore.sandbox.stream import Executions
from dataexplore.sandbox.warehouse import Warehouse
from tests.contract.breach import ContractBrokenError
from tests.contract.talend_contract import BARE, CONTRACT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def check(answer: httpx.Response) -> None:
    """Hold an answer against the contract: its status, its type, its body."""
    try:
        name = CONTRACT.operation_of(answer.request)
    except ContractBrokenError:
        return  # the knobs, and paths that nothing is at
    answer.read()
    CONTRACT.check_headers(name, answer.request, answer)
    CONTRACT.check_body(name, answer.status_code, answer.content)


def check_bare(answer: httpx.Response) -> None:
    """Hold an answer against what the contract alone promises."""
    try:
        name = BARE.operation_of(answer.request)
    except ContractBrokenError:
        return
    answer.read()
    BARE.check_body(name, answer.status_code, answer.content)


def speak(server: Any, hook: Callable[[httpx.Response], None] = check, **more: Any) -> httpx.Client:
    return httpx.Client(
        **{"base_url": server.url, "headers": server.headers, **more},
        trust_env=False,
        timeout=30,
        event_hooks={"response": [hook]},
    )


@pytest.fixture(scope="session")
def talend(server) -> Iterator[httpx.Client]:
    """Speak to Talend: paths are those of its contract."""
    with speak(server) as client:
        yield client


@pytest.fixture(scope="session")
def places(talend) -> dict[str, str]:
    """The ids of environments, and of workspaces as ``Production/Retail``."""
    found = {one["name"]: one["id"] for one in talend.get("/orchestration/environments").json()}
    for one in talend.get("/orchestration/workspaces").json():
        found[f"{one['environment']['name']}/{one['name']}"] = one["id"]
    return found


@pytest.fixture(scope="session")
def tasks(talend, places) -> dict[str, str]:
    """The ids of Production's tasks by name."""
    query = {"workspaceId": places["Production/Retail"]}
    items = talend.get("/orchestration/executables/tasks", params=query).json()["items"]
    return {one["name"]: one["executable"] for one in items}


@pytest.fixture(scope="session")
def plans(talend, places) -> dict[str, str]:
    """The ids of Production's plans by name."""
    query = {"environmentId": places["Production"]}
    items = talend.get("/orchestration/executables/plans", params=query).json()["items"]
    return {one["name"]: one["executable"] for one in items}


@pytest.fixture
def name() -> str:
    """A name that nothing has in a sandbox which other tests use, too."""
    return f"test {uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def made(talend) -> Callable[..., dict[str, Any]]:
    """Create something that must be taken; give the answer."""

    def making(path: str, **body: Any) -> dict[str, Any]:
        answer = talend.post(f"/orchestration/{path}", json=body)
        assert answer.status_code == 201, answer.text
        given: dict[str, Any] = answer.json()
        return given

    return making


@pytest.fixture(scope="session")
def refused() -> Callable[..., str]:
    """Check an answer that refuses; give what it says to the developer."""

    def checking(answer: httpx.Response, status: int = 400) -> str:
        assert answer.status_code == status, answer.text
        body = answer.json()
        assert sorted(body) == ["detail", "message", "requestId", "status"]
        assert body["status"] == status
        assert uuid.UUID(body["requestId"])
        sentence: str = body["detail"]
        return sentence

    return checking


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
    yield made
    made.jobs.close()
    made.records.close()
