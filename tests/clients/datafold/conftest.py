"""A Datafold client over a real session, whose socket side is a script of answers."""

from __future__ import annotations

import json

import httpx
import pytest

from dataexplore.clients.datafold import DatafoldClient
from dataexplore.secret import Secret
from dataexplore.settings import Limits, sandbox_profile
from dataexplore.transport import Session
from tests.faults.conftest import open_session, serve  # noqa: F401 - fixtures, found by their names
from tests.faults.fake_clock import FakeClock

TOKEN = "canary-7f3a9Zq"


class Script(httpx.BaseTransport):
    """Answers with what it is given, the last again and again; keeps the requests.

    An answer is a JSON value, bytes, or a pair of a status and one of them.
    """

    def __init__(self, answers):
        self.answers = list(answers)
        self.requests = []

    def handle_request(self, request):
        request.read()
        self.requests.append(request)
        told = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        status, body = told if isinstance(told, tuple) else (200, told)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))


class Asked(DatafoldClient):
    """A client that tells what it asked."""

    def __init__(self, script, limits, clock, cancel):
        settings = sandbox_profile("http://127.0.0.1", Secret(TOKEN)).services["datafold"]
        self.session = Session(settings, Secret(TOKEN), transport=script, clock=clock, cancel=cancel)
        self.clock = clock
        self.script = script
        super().__init__(self.session, limits)

    @property
    def requests(self):
        return self.script.requests

    @property
    def asked(self):
        """Method, path and query of the last request, as they went out."""
        request = self.requests[-1]
        path, _, query = request.url.raw_path.decode().partition("?")
        return request.method, path, query

    @property
    def sent(self):
        """The body of the last request."""
        return json.loads(self.requests[-1].content)


@pytest.fixture
def answered():
    """Open clients whose service gives these answers; they are closed after the test."""
    opened = []

    def start(*answers, limits=None, clock=None, cancel=None):
        opened.append(Asked(Script(answers), limits or Limits(), clock or FakeClock(), cancel))
        return opened[-1]

    yield start
    for client in opened:
        client.session.close()
