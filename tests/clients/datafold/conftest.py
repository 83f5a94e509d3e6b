"""A Datafold client over a real session, whose socket side is a script of answers."""

from __future__ import annotations

import pytest

from dataexplore.clients.datafold import DatafoldClient
from dataexplore.settings import Limits
from tests.clients.scripted import Asking


class Asked(Asking, DatafoldClient):
    """A client that tells what it asked."""

    def __init__(self):
        """It is made when its session is open."""


@pytest.fixture
def answered(scripted):
    """Open clients whose service gives these answers; they are closed after the test."""

    def start(*answers, limits=None, clock=None, cancel=None):
        client = scripted(*answers, kind=Asked, clock=clock, cancel=cancel)
        DatafoldClient.__init__(client, client.session, limits or Limits())
        return client

    return start
