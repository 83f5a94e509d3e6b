"""What the clients' tests share."""

from __future__ import annotations

import pytest

from tests.clients.scripted import Asking, settings_of
from tests.faults.conftest import open_session, serve  # noqa: F401 - fixtures, found by their names


@pytest.fixture
def scripted():
    """Open sessions, or clients over them, whose service gives these answers; closed after the test.

    ``kind`` is a class beside or below :class:`Asking`, made without arguments.
    """
    opened = []

    def start(*answers, service="datafold", settings=None, clock=None, cancel=None, kind=Asking):
        client = kind()
        client.open(settings or settings_of(service), answers, clock, cancel)
        opened.append(client)
        return client

    yield start
    for client in opened:
        client.session.close()
