"""The vendor's examples at a sandbox, and its requests and answers as the client sends and reads them."""

from __future__ import annotations

import json
import re
import time
from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, quote

import pytest

from dataexplore.clients.coalesce import Credentials
from dataexplore.clients.records import Record, Records
from dataexplore.errors import Invalid, NotFound, Unauthorized
from tests.contract.answering import asked_of
from tests.contract.asking import asking
from tests.contract.coalesce_calls import call, credentials
from tests.contract.coalesce_contract import ALL
from tests.contract.coalesce_samples import SAMPLES, SEEDED, sample

if TYPE_CHECKING:
    import httpx

PLACES = {
    **SEEDED,
    "environment": "7",
    "git_account": "g7",
    "project": "7",
    "node": "n 7/2",
    "job": "7",
    "nodeID": "n%7",
    "run": 42,
    "runID": "42",
    "failed_run": 41,
    "active_run": 42,
}
STATUSES = {"queued", "running", "success", "failed", "cancelled"}
OAUTH = {"snowflakeAuthType": "OAuth"}
# With ids of the sandbox: environment 2 has a connection of its own and the job 4, environment 1 has none.
STARTS = {
    "nested, as the page has it": {
        "runDetails": {"environmentID": "2", "jobID": "4", "parallelism": 16},
        "userCredentials": OAUTH,
        "parameters": {"load_date": "2026-11-20"},
    },
    "nested, without credentials": {"runDetails": {"environmentID": "2", "jobID": "4"}},
    "nested, with a password and no type": {
        "runDetails": {"environmentID": "1"},
        "userCredentials": {
            "snowflakeUsername": "LOADER",
            "snowflakePassword": "canary-password",
            "snowflakeWarehouse": "WH",
            "snowflakeRole": "R",
        },
    },
    "nested, with a key": {
        "runDetails": {"environmentID": "1"},
        "userCredentials": SAMPLES["startRun"]["body"]["userCredentials"],
    },
    "flat, as the listing has it": {
        "environmentID": "2",
        "jobID": "4",
        "parallelism": 4,
        "parameters": {"load_date": "2026-11-20"},
    },
}
BASES = ("/api/v1/scheduler", "/scheduler")
PATIENCE_S = 60


class Server(NamedTuple):
    """A sandbox: asked with the contract between, and without for what the contract would stop.

    ``bases`` are where its scheduler stands.
    """

    asked: httpx.Client
    plain: httpx.Client
    bases: tuple[str, ...]


@pytest.fixture(scope="module", params=["as it is", "--bare"])
def server(request):
    bare = request.param == "--bare"
    sandbox = request.getfixturevalue("bare_sandbox" if bare else "coalesce_sandbox")
    with (
        asking(sandbox, "coalesce --bare" if bare else "coalesce") as asked,
        asking(sandbox) as plain,
    ):
        yield Server(asked, plain, BASES[:1] if bare else BASES)


def ended(server, run):
    """Poll a run as the vendor's example does, until it ended."""
    until = time.monotonic() + PATIENCE_S
    while True:
        told = server.asked.get(f"{server.bases[0]}/runStatus", params={"runCounter": run}).json()
        assert {"runCounter", "status", "completedAt"} <= set(told)
        assert told["runCounter"] == run
        assert told["status"] in STATUSES
        assert (told["completedAt"] is None) == (told["status"] in {"queued", "running"})
        assert ("startedAt" in told) or told["status"] == "queued"
        if told["completedAt"]:
            return told["status"]
        assert time.monotonic() < until, told
        time.sleep(0.05)


@pytest.mark.parametrize("body", STARTS.values(), ids=STARTS)
def test_a_run_starts_in_each_form_of_the_vendor_and_ends_well(body, server):
    for base in server.bases:
        answer = server.asked.post(f"{base}/startRun", json=body)
        assert answer.status_code == 200
        assert list(answer.json()) == ["runCounter"]
        run = answer.json()["runCounter"]
        assert type(run) is int
        assert run > 0
        assert ended(server, run) == "success"
        assert server.asked.get(f"/api/v1/runs/{run}").json()["environmentID"] in {"1", "2"}


def test_the_results_of_a_run_have_the_keys_of_the_vendor(server):
    run = server.asked.post(f"{server.bases[0]}/startRun", json=STARTS["nested, without credentials"]).json()
    ended(server, run["runCounter"])
    page = server.asked.get(f"/api/v1/runs/{run['runCounter']}/results").json()
    assert page["next"] is None
    assert {each["status"] for each in page["data"]} == {"success"}
    for each in page["data"]:
        assert {"nodeID", "nodeName", "status"} <= set(each)
    assert any(each.get("rowsAffected", 0) > 0 for each in page["data"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"runDetails": {}},
        {"environmentID": "2", "runDetails": {"environmentID": "2"}},
        {"runDetails": {"environmentID": "77"}},
        {"runDetails": {"environmentID": "2", "parallelism": 0}},
        {"runDetails": {"environmentID": "1"}, "userCredentials": {"snowflakeUsername": "LOADER"}},
        {"runDetails": {"environmentID": "1"}, "userCredentials": {"snowflakeAuthType": "KeyPair"}},
        {"runDetails": {"environmentID": "2", "includeNodesSelector": '{ location: "NO" name: "no" }'}},
    ],
)
def test_a_bad_request_to_the_scheduler_is_told_in_the_nested_form(body, server):
    # Not what our client would send: the contract would stop it.
    for base in server.bases:
        answer = server.plain.post(f"{base}/startRun", json=body)
        assert answer.status_code == 400
        check_nested(answer, "400: ")


def test_a_bad_token_is_told_in_the_form_of_each_place(server):
    wrong = {"Authorization": "Bearer wrong"}
    for base in server.bases:
        answer = server.asked.get(f"{base}/runStatus", params={"runCounter": 1}, headers=wrong)
        assert answer.status_code == 401
        check_nested(answer, "401: ")
    answer = server.asked.get("/api/v1/environments", headers=wrong)
    assert answer.status_code == 401
    assert answer.json()["code"] == "UNAUTHORIZED"
    assert set(answer.json()) == {"error", "code"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("environments", {"limit": "0"}),
        ("environments", {"limit": "many"}),
        ("projects", {"orderBy": "colour"}),
        ("runs", {"orderByDirection": "upwards"}),
        ("users", {"startingFrom": "nowhere"}),
        ("environments", {"detail": "maybe"}),
    ],
)
def test_a_bad_request_elsewhere_is_told_in_the_flat_form(path, query, server):
    answer = server.plain.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "code"}
    assert answer.json()["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "path", ["environments", "environments/1/nodes", "workspaces/1/nodes", "projects", "users", "gitAccounts"]
)
def test_pages_lead_from_one_to_the_next_until_null(path, server):
    whole = server.asked.get(f"/api/v1/{path}", params={"limit": 500}).json()
    assert {"data", "next"} <= set(whole)
    assert whole["next"] is None
    size = max(1, len(whole["data"]) // 3)
    found, cursor = [], {}
    for _ in range(len(whole["data"]) + 1):
        page = server.asked.get(f"/api/v1/{path}", params={"limit": size, **cursor}).json()
        found += page["data"]
        if page["next"] is None:
            break
        assert len(page["data"]) == size
        cursor = {"startingFrom": page["next"]}
    assert [each["id"] for each in found] == [each["id"] for each in whole["data"]]


def test_a_direction_turns_a_listing_round(server):
    asked = {"orderBy": "name"}
    up = server.asked.get("/api/v1/environments", params=asked | {"orderByDirection": "asc"}).json()
    down = server.asked.get("/api/v1/environments", params=asked | {"orderByDirection": "desc"}).json()
    assert up["data"] == down["data"][::-1]


def check_nested(answer, beginning):
    told = answer.json()
    assert list(told) == ["error"]
    assert set(told["error"]) == {"errorString", "errorDetail"}
    for words in told["error"].values():
        assert words.startswith(beginning)
        assert len(words) > len(beginning)


@pytest.mark.parametrize("name", ALL)
def test_the_client_sends_the_request_of_the_vendor_and_reads_its_answer(name):
    given, answer = sample(name, PLACES), SAMPLES[name].get("answer")
    status = 204 if answer is None else 200
    request, read = asked_of("coalesce", answer, lambda ws: call(ws.coalesce, name, given), status=status)

    path, _, query = request.url.raw_path.decode().partition("?")
    expected = ALL[name]["path"]
    for place, value in given["path"].items():
        expected = expected.replace(f"{{{place}}}", quote(value, safe=""))
    assert (request.method, path) == (ALL[name]["method"], expected)
    assert dict(parse_qsl(query)) == {key: str(value) for key, value in given.get("query", {}).items()}
    assert (json.loads(request.content) if request.content else None) == given.get("body")
    if status == 204:
        assert read is None
    else:
        check_read(read, answer)


def check_read(read, answer):
    """What a record has a field for is read, and all is as it came in ``raw``."""
    match read:
        case int():
            assert {"runCounter": read} == answer
        case Records():
            assert [each.raw for each in read] == answer["data"]
            for each in read:
                check_read(each, each.raw)
        case Record():
            assert read.raw == answer
            own = {field.name for field in fields(read)}
            for key, value in answer.items():
                name = re.sub(r"(?<=[a-z])([A-Z]+)", r"_\1", key).lower()
                if name in own and value is not None:
                    assert getattr(read, name) is not None, key


@pytest.mark.parametrize("base", BASES)
def test_the_client_sends_to_the_scheduler_of_its_profile(base):
    request, _ = asked_of(
        "coalesce",
        {"runCounter": 43},
        lambda ws: ws.coalesce.scheduler.start("3", credentials=None),
        scheduler_base="host" if base == "/scheduler" else "api",
    )
    assert request.url.path == f"{base}/startRun"
    assert json.loads(request.content) == {"runDetails": {"environmentID": "3"}}


def test_both_forms_of_a_rerun():
    asked, _ = asked_of("coalesce", {"runCounter": 44}, lambda ws: ws.coalesce.scheduler.rerun(41))
    assert json.loads(asked.content) == {"runCounter": 41}
    login = SAMPLES["startRun"]["body"]["userCredentials"]
    asked, counter = asked_of(
        "coalesce",
        {"runCounter": 44},
        lambda ws: ws.coalesce.scheduler.rerun(
            41, form="details", parameters={"load_date": "2026-11-20"}, credentials=credentials(login)
        ),
    )
    assert counter == 44
    assert json.loads(asked.content) == {
        "runDetails": {"runID": "41"},
        "userCredentials": login,
        "parameters": {"load_date": "2026-11-20"},
    }


def test_both_forms_of_a_cancel():
    asked, _ = asked_of("coalesce", None, lambda ws: ws.coalesce.scheduler.cancel(42), status=204)
    assert json.loads(asked.content) == {"runCounter": 42}
    asked, _ = asked_of(
        "coalesce",
        None,
        lambda ws: ws.coalesce.scheduler.cancel(42, form="run_id", environment_id="3"),
        status=204,
    )
    assert json.loads(asked.content) == {"runID": 42, "environmentID": "3"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Credentials("OAuth"), OAUTH),
        (Credentials("OAuth", role="R"), {**OAUTH, "snowflakeRole": "R"}),
        (None, None),
    ],
)
def test_what_the_client_says_of_the_login(kind, body):
    asked, _ = asked_of(
        "coalesce", {"runCounter": 1}, lambda ws: ws.coalesce.scheduler.start("3", credentials=kind)
    )
    assert json.loads(asked.content).get("userCredentials") == body


NESTED = {"error": {"errorString": "400: Error Message", "errorDetail": "400: Error Message"}}
DENIED = "Unable to authenticate, please ensure your token is valid."


@pytest.mark.parametrize(
    ("status", "answer", "kind", "words"),
    [
        (400, NESTED, Invalid, "Error Message"),
        (400, {"error": "Bad request", "code": "BAD_REQUEST"}, Invalid, "Bad request"),
        (400, {"error": "No environment 77", "code": "NOT_FOUND"}, NotFound, "No environment 77"),
        (404, {"error": "No environment 77", "code": "NOT_FOUND"}, NotFound, "No environment 77"),
        (
            401,
            {"error": {"errorString": f"401: {DENIED}", "errorDetail": f"401: {DENIED}"}},
            Unauthorized,
            "",
        ),
        (401, {"error": "Unauthorized", "code": "UNAUTHORIZED"}, Unauthorized, ""),
    ],
)
def test_the_client_reads_both_shapes_of_an_error(status, answer, kind, words):
    with pytest.raises(kind) as told:
        asked_of("coalesce", answer, lambda ws: ws.coalesce.environments.get("77"), status=status)
    assert words in str(told.value)
    assert told.value.status == status


@pytest.mark.parametrize("word", sorted(STATUSES))
def test_the_client_reads_each_status_of_the_vendor(word):
    _, run = asked_of("coalesce", {"runCounter": 1, "status": word}, lambda ws: ws.coalesce.runs.get(1))
    assert (run.status, run.ended) == (word, word in {"success", "failed", "cancelled"})


@pytest.mark.parametrize(
    ("word", "plain_word"),
    [
        ("initializing", "queued"),
        ("waitingToRun", "queued"),
        ("rendering", "running"),
        ("running", "running"),
        ("completed", "success"),
        ("failed", "failed"),
        ("canceled", "cancelled"),
    ],
)
def test_the_client_reads_the_words_that_the_scheduler_was_seen_to_say(word, plain_word):
    answer = {"runStatus": word, "runType": "refresh", "runLink": "https://app/runs/1"}
    _, told = asked_of("coalesce", answer, lambda ws: ws.coalesce.scheduler.status(1))
    assert (told.run_counter, told.status, told.run_status) == (1, plain_word, word)
