"""Tokens of service accounts: given for a secret, good for a while and for Talend alone."""

from __future__ import annotations

import base64

import httpx
import pytest

from dataexplore.sandbox.guard import Issued
from tests.sandbox.talend.conftest import check, speak

TOKEN, KNOB = "/security/oauth/token", "/_sandbox/talend/tokens"
GRANT = {"grant_type": "client_credentials", "audience": "http://127.0.0.1"}
ACCOUNT = "sandbox-service"


@pytest.fixture(scope="module")
def plain(server):
    """Speak to the sandbox without any token."""
    with httpx.Client(
        base_url=server.url, trust_env=False, timeout=30, event_hooks={"response": [check]}
    ) as client:
        yield client


@pytest.fixture
def ask(plain, server):
    def asking(**more):
        return plain.post(TOKEN, **{"auth": (ACCOUNT, server.token), "json": GRANT} | more)

    return asking


@pytest.fixture
def service(ask):
    return {"Authorization": f"Bearer {ask().json()['access_token']}"}


def test_a_service_account_gets_a_token_that_lives_half_an_hour(ask):
    answer = ask()
    assert answer.status_code == 200
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", "1800")
    assert answer.headers["cache-control"] == "no-store"
    assert ask().json()["access_token"] != told["access_token"]


def test_a_form_asks_as_well_as_json(ask):
    assert ask(json=None, data=GRANT).json()["token_type"] == "Bearer"
    for wrong in ({}, {"grant_type": "password", "audience": "x"}, {"grant_type": "client_credentials"}):
        assert ask(json=None, data=wrong).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"grant_type": "client_credentials"},
        {"grant_type": "client_credentials", "audience": " "},
        {"grant_type": "client_credentials", "audience": 5},
        {"grant_type": "password", "audience": "x"},
    ],
)
def test_another_grant_is_refused(ask, refused, body):
    refused(ask(json=body))


def test_another_secret_another_name_or_another_way_gets_no_token(ask, plain, server, refused, talend):
    for auth in ((ACCOUNT, "wrong"), ("other", server.token), (ACCOUNT, ""), ("", server.token)):
        refused(ask(auth=auth), 401)
    refused(plain.post(TOKEN, json=GRANT), 401)
    refused(talend.post(TOKEN, json=GRANT), 401)
    for given in ("Basic", "Basic x", "Basic !!!", "Basic /w==", f"Basic {server.token}"):
        refused(plain.post(TOKEN, json=GRANT, headers={"Authorization": given}), 401)


def test_the_pair_is_good_for_a_token_alone(plain, server, refused):
    pair = base64.b64encode(f"{ACCOUNT}:{server.token}".encode()).decode()
    for path in ("/orchestration/environments", "/processing/executables/plans"):
        refused(plain.get(path, headers={"Authorization": f"Basic {pair}"}), 401)


def test_a_token_is_good_for_talend_and_not_for_its_projects(plain, service, refused):
    for path in ("/orchestration/environments", "/processing/executables/plans"):
        assert plain.get(path, headers=service).status_code == 200
    assert "service account" in refused(plain.get("/orchestration/projects", headers=service), 403)
    for path in ("/api/v1/projects", "/api/v1/audit_logs", "/_sandbox/queries"):
        assert plain.get(path, headers=service).status_code == 401
    key = {"Authorization": service["Authorization"].replace("Bearer", "Key")}
    refused(plain.get("/orchestration/environments", headers=key), 401)


def test_what_a_service_account_says_is_told_as_its_own(plain, service, talend, plans):
    path = f"/orchestration/executables/plans/{plans['Stock count']}"
    assert plain.put(f"{path}/pause", headers=service, json={"pause": False}).status_code == 204
    told = talend.get(path).json()["planPauseDetails"]
    assert (told["user"], told["userType"]) == (ACCOUNT, "SERVICE")


def test_a_service_account_without_a_promotion_cannot_run_it(plain, service, talend, refused):
    (promotion,) = talend.get("/orchestration/executables/promotions", params={"_s": "name==Dev*"}).json()
    ref = promotion["executable"]
    path = f"/orchestration/executables/promotions/{ref}/service-accounts/{ACCOUNT}"
    assert talend.delete(path).status_code == 204
    answer = plain.post("/processing/executions/promotions", headers=service, json={"executable": ref})
    assert ACCOUNT in refused(answer, 403)
    assert talend.put(path).status_code == 204


def test_a_token_ends_when_it_is_told_to(start, refused):
    server = start("--scale", 0.01, "--pace", 0)
    with speak(server) as client:

        def issue():
            answer = client.post(TOKEN, auth=(ACCOUNT, server.token), json=GRANT)
            return answer.json()["expires_in"], {"Authorization": f"Bearer {answer.json()['access_token']}"}

        told, token = issue()
        assert client.get("/orchestration/environments", headers=token).status_code == 200
        assert client.delete(KNOB).status_code == 204
        refused(client.get("/orchestration/environments", headers=token), 401)
        assert client.post(KNOB, json={"seconds": 0}).status_code == 204
        told, token = issue()
        assert told == "0"
        refused(client.get("/orchestration/environments", headers=token), 401)
        for wrong in ({}, {"seconds": -1}, {"seconds": "x"}, {"second": 1}, []):
            assert client.post(KNOB, json=wrong).status_code == 400


def test_tokens_that_have_ended_are_forgotten():
    issued = Issued()
    issued.life_s = 0
    ended = issued.issue("one")
    issued.life_s = 60
    token = issued.issue("two")
    assert (issued.find(ended), issued.find(token), issued.find("")) == (None, "two", None)
    issued.end()
    assert issued.find(token) is None
