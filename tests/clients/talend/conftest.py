"""A Talend client over a real session, whose socket side is a script of answers."""

from __future__ import annotations

import pytest

from dataexplore.clients.talend import TalendClient
from dataexplore.secret import Secret
from dataexplore.settings import ServiceSettings
from tests.clients.scripted import TOKEN, Asking


class Asked(Asking, TalendClient):
    """A client that tells what it asked."""

    def __init__(self):
        """It is made when its session is open."""


@pytest.fixture
def answered(scripted):
    """Open clients whose service gives these answers; they are closed after the test."""

    def start(*answers, clock=None, cancel=None):
        settings = ServiceSettings("talend", "scripted", url="http://127.0.0.1", token=Secret(TOKEN))
        client = scripted(*answers, settings=settings, kind=Asked, clock=clock, cancel=cancel)
        TalendClient.__init__(client, client.session)
        return client

    return start


@pytest.fixture
def on_server(open_session):
    """Open clients on a fault server."""

    def start(server, clock=None, cancel=None):
        return TalendClient(open_session(server, service="talend", clock=clock, cancel=cancel))

    return start
