"""What the fault tests share: servers that are closed again, and Arrow bytes to break."""

from __future__ import annotations

import pyarrow as pa
import pytest

from dataexplore.secret import Secret
from dataexplore.transport import Session
from dataexplore.workspace import Workspace
from tests.contract.contract_transport import checked_requests
from tests.faults.fault_server import TOKEN, FaultServer


@pytest.fixture
def serve():
    """Start fault servers; they are closed after the test."""
    started = []

    def start(*scripts, **options):
        server = FaultServer(*scripts, **options)
        started.append(server)
        return server

    yield start
    for server in started:
        server.close()


@pytest.fixture
def open_session():
    """Open sessions on a server; they are closed after the test."""
    opened = []

    def start(server, *, service="coginiti", clock=None, cancel=None, tokens=None, **settings):
        # What these servers answer breaks the contract; what the clients of Coalesce and Talend ask must not.
        transport = checked_requests(service) if service in {"coalesce", "talend"} else None
        session = Session(
            server.settings(service, **settings),
            tokens or Secret(TOKEN),
            transport=transport,
            clock=clock,
            cancel=cancel,
        )
        opened.append(session)
        return session

    yield start
    for session in opened:
        session.close()


@pytest.fixture
def open_workspace():
    """Open workspaces on a server; they are closed after the test."""
    opened = []

    def start(server, limits=None, **settings):
        workspace = Workspace(server.profile(limits, **settings))
        opened.append(workspace)
        return workspace

    yield start
    for workspace in opened:
        workspace.close()


@pytest.fixture(scope="session")
def stream():
    """An Arrow stream of three batches, with its end marker."""
    batch = pa.record_batch({"n": pa.array(range(1000), pa.int64())})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        for _ in range(3):
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()
