"""A real session whose socket side is a script of answers, and what its client asked.

The answers may break the contract on purpose; the requests to Coalesce and Talend are held against it.
"""

from __future__ import annotations

import json

import httpx

from dataexplore.secret import Secret
from dataexplore.settings import sandbox_profile
from dataexplore.transport import Session
from tests.contract.contract_transport import RequestsChecked
from tests.faults.fake_clock import FakeClock

TOKEN = "canary-7f3a9Zq"


class Script(httpx.BaseTransport):
    """Answers with what it is given, the last again and again; keeps the requests.

    An answer is a JSON value, bytes, a pair of a status and one of them, or an exception that is raised.
    """

    def __init__(self, answers):
        self.answers = list(answers)
        self.requests = []

    def handle_request(self, request):
        request.read()
        self.requests.append(request)
        told = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(told, BaseException):
            raise told
        status, body = told if isinstance(told, tuple) else (200, told)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))


def settings_of(service):
    return sandbox_profile("http://127.0.0.1", Secret(TOKEN)).services[service]


class Asking:
    """Tells what went out over a script; a client inherits it first."""

    def open(self, settings, answers, clock=None, cancel=None):
        self.script = Script(answers)
        self.clock = clock or FakeClock()
        # Datafold's calls here are partly made up; the contract's own tests send each of them as it must be.
        checked = settings.name in {"coalesce", "talend"}
        wire = RequestsChecked(settings.name, self.script) if checked else self.script
        self.session = Session(settings, Secret(TOKEN), transport=wire, clock=self.clock, cancel=cancel)

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
