"""The doctor's lines: what it finds, and the fix for it."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

from dataexplore.doctor import Check, examine
from dataexplore.secret import Secret
from dataexplore.settings import ServiceSettings, load, sandbox_profile
from dataexplore.workspace import Workspace
from tests.contract.contract_transport import checked_requests, contract_transport, contract_workspace


@pytest.fixture(scope="module")
def careless():
    """A sandbox that pastes params into the SQL as bare text; it ends when its stdin closes."""
    with subprocess.Popen(
        [sys.executable, "-m", "dataexplore.sandbox", "--scale", "0.01", "--paste-params"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        ready = json.loads(process.stdout.readline())
        yield sandbox_profile(ready["url"], Secret(ready["token"]))
        process.stdin.close()


@contextmanager
def serving(status, body, content_type="text/html"):
    """A web server that is no service of ours; gives its profile."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the server looks for this name

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield sandbox_profile(f"http://127.0.0.1:{server.server_port}", Secret("canary"))
        server.shutdown()


def profile_of(sandbox, **changes):
    profile = sandbox_profile(sandbox.url, sandbox.token)
    services = dict(profile.services)
    services["coginiti"] = replace(services["coginiti"], **changes)
    return replace(profile, services=services)


def coginiti_line(profile, **options):
    with Workspace(profile, transport=checked_requests) as workspace:
        return examine(workspace, **options)[0]


def sql_line(profile):
    with Workspace(profile, transport=checked_requests) as workspace:
        return examine(workspace, sql=True)[-1]


def test_list_catalog_is_the_one_question_to_coginiti_and_keeps_to_the_contract(sandbox):
    made = {}
    profile = sandbox_profile(sandbox.url, sandbox.token)
    with Workspace(
        profile, transport=lambda service: made.setdefault(service, contract_transport(service))
    ) as workspace:
        examine(workspace)
    assert made["coginiti"].seen == {"listCatalog": 1}
    assert made["coalesce"].seen == {"listEnvironments": 1}
    assert made["talend"].seen == {"listEnvironments": 1}
    assert made["datafold"].seen == {"list_data_sources_api_v1_data_sources_get": 1}


def test_a_service_that_works_is_told_with_host_latency_and_the_tokens_source(sandbox):
    check = coginiti_line(sandbox_profile(sandbox.url, sandbox.token))
    assert check.ok
    assert check.text.startswith(sandbox.url.removeprefix("http://"))
    assert " ms · token from the sandbox itself" in check.text
    assert str(check).startswith("✓ coginiti")
    assert check.fix == ""


def test_services_that_are_not_configured_are_no_fault(sandbox):
    profile = sandbox_profile(sandbox.url, sandbox.token)
    without = {**profile.services, "talend": ServiceSettings("talend", "sandbox")}
    with Workspace(replace(profile, services=without), transport=contract_transport) as workspace:
        checks = {check.service: check for check in examine(workspace)}
    assert checks["talend"].ok is None
    assert "not configured" in str(checks["talend"])


@pytest.mark.parametrize("service", ["coalesce", "datafold", "talend"])
def test_a_service_is_asked_for_what_costs_it_nothing(sandbox, service):
    with contract_workspace(sandbox) as workspace:
        check = next(check for check in examine(workspace) if check.service == service)
    assert check.ok, check
    assert " · authorised · " in check.text


def test_a_wrong_token_is_told_without_showing_it(sandbox):
    check = coginiti_line(profile_of(sandbox, token=Secret("canary-token")))
    assert check.ok is False
    assert "does not accept the token" in check.text
    assert check.fix
    assert "canary" not in str(check)


def test_a_missing_token_lists_where_it_was_looked_for(monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_COGINITI_URL", "https://coginiti.example.com")
    check = coginiti_line(load())
    assert check.ok is False
    for source in ("DATAEXPLORE_COGINITI_TOKEN", "keyring", "nobody can answer"):
        assert source in check.text


def test_the_source_of_a_token_is_named(sandbox, monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_COGINITI_URL", sandbox.url)
    monkeypatch.setenv("DATAEXPLORE_COGINITI_TOKEN", sandbox.token.reveal())
    assert "token from environment variable DATAEXPLORE_COGINITI_TOKEN" in coginiti_line(load()).text


def test_a_service_that_is_not_there_is_unreachable():
    check = coginiti_line(sandbox_profile("http://127.0.0.1:1", Secret("canary")))
    assert check.ok is False
    assert "127.0.0.1:1" in check.text
    assert check.fix


def test_plain_http_is_announced(sandbox):
    check = coginiti_line(profile_of(sandbox, insecure_http=True))
    assert check.ok
    assert "plain http, allowed by insecure_http" in check.text


@pytest.mark.parametrize("status", [200, 404])
def test_a_web_page_at_the_address_is_not_taken_for_the_service(status):
    with serving(status, b"<html><title>Welcome to nginx!</title></html>") as profile:
        check = coginiti_line(profile)
    assert check.ok is False
    assert check.fix


def test_a_service_that_knows_the_token_but_has_no_such_folder_works():
    body = b'{"message": "Not Found", "detail": "Path not found: @Personal"}'
    with serving(404, body, "application/json") as profile:
        assert coginiti_line(profile).ok


def test_sql_runs_only_when_it_is_asked_for(sandbox):
    with contract_workspace(sandbox) as workspace:
        assert [check.service for check in examine(workspace)] == [
            "coginiti",
            "coalesce",
            "datafold",
            "talend",
        ]


def test_a_server_that_quotes_params_is_told(sandbox):
    check = sql_line(profile_of(sandbox))
    assert check.ok
    assert "the server quotes the params" in check.text


@pytest.mark.parametrize(("params", "ok"), [("client", True), ("server", False)])
def test_a_server_that_pastes_params_as_text_is_told(params, ok, careless):
    services = {**careless.services, "coginiti": replace(careless.services["coginiti"], params=params)}
    check = sql_line(replace(careless, services=services))
    assert check.ok is ok
    assert "pastes params as text" in check.text
    assert 'params = "client"' in check.fix


def test_a_connection_that_does_not_work_is_told_in_the_databases_words(sandbox):
    check = sql_line(profile_of(sandbox, connection="broken"))
    assert check.ok is False
    assert "Failed to connect" in check.text


def test_without_a_default_connection_sql_cannot_be_tried(sandbox):
    check = sql_line(profile_of(sandbox, connection=None))
    assert check.ok is False
    assert "connection" in check.fix


def test_a_failing_service_is_not_said_to_paste_params(sandbox):
    """Only the database's refusal of the probe says that it was pasted, not any fault on the way."""
    with serving(503, b'{"message": "down"}', "application/json") as profile:
        check = sql_line(profile)
    assert check.ok is False
    assert "pastes" not in str(check)


def test_a_check_is_one_line_and_says_its_fix():
    assert str(Check("talend", ok=False, text="what", fix="do")) == "✗ talend    what  → do"
    assert "\n" not in str(Check("talend", ok=None, text="what"))
