"""A Coalesce client over a real session, whose socket side is a script of answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dataexplore.clients.coalesce import CoalesceClient
from tests.clients.scripted import Asking, settings_of


class Asked(Asking, CoalesceClient):
    """A client that tells what it asked."""

    def __init__(self):
        """It is made when its session is open."""


@pytest.fixture
def answered(scripted):
    """Open clients whose service gives these answers; they are closed after the test."""

    def start(*answers, clock=None, cancel=None, **changed):
        settings = replace(settings_of("coalesce"), **changed)
        client = scripted(*answers, settings=settings, kind=Asked, clock=clock, cancel=cancel)
        CoalesceClient.__init__(client, client.session, settings)
        return client

    return start


@pytest.fixture
def on_server(open_session):
    """Open clients on a fault server."""

    def start(server, clock=None, cancel=None):
        settings = server.settings("coalesce", connection=None)
        return CoalesceClient(open_session(server, service="coalesce", clock=clock, cancel=cancel), settings)

    return start
