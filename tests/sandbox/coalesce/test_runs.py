"""Listings of runs, their filters and orders, and what a run and its results tell."""

from __future__ import annotations

import pytest

from tests.sandbox.coalesce.running import Runner

SEED = {"runCounter", "status", "environmentID", "startedAt", "completedAt"}


@pytest.fixture(scope="module")
def runner(coalesce):
    return Runner(coalesce)


@pytest.fixture
def listed(coalesce):
    """List runs, all of them."""

    def listing(**query):
        found, asked = [], {"limit": 1000, **query}
        while True:
            answer = coalesce.get("/runs", params=asked)
            assert answer.status_code == 200, answer.text
            found += answer.json()["data"]
            if answer.json()["next"] is None:
                return found
            asked["startingFrom"] = answer.json()["next"]

    return listing


def test_the_pages_of_a_listing_hold_every_run_once_while_others_start(runner):
    seen, query = [], {"limit": 100, "orderBy": "id", "orderByDirection": "desc"}
    newest = runner.start(3, "dim_stores")
    while True:
        page = runner.client.get("/runs", params=query).json()
        seen += [run["runCounter"] for run in page["data"]]
        if page["next"] is None:
            break
        query["startingFrom"] = page["next"]
        runner.start(3, "dim_stores")
    assert seen == list(range(newest, 0, -1))


def test_filters_that_the_service_was_seen_to_take_narrow_the_listing(listed):
    runs = listed()
    for name, value, of in (
        ("environmentID", "2", lambda run: run["environmentID"]),
        ("runType", "deploy", lambda run: run["runType"]),
        ("runStatus", "canceled", lambda run: run["runStatus"]),
    ):
        found = listed(**{name: value})
        assert 0 < len(found) < len(runs)
        assert {run["runCounter"] for run in found} == {run["runCounter"] for run in runs if of(run) == value}
    assert len(listed(projectID="1")) == len(runs)
    assert listed(projectID="2") == []
    assert listed(environmentID="99") == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"runStatus": "success"}, "runStatus must be one of"),
        ({"runType": "build"}, "runType must be deploy or refresh"),
        ({"orderBy": "duration"}, "orderBy must be one of id, runCounter"),
        ({"orderByDirection": "down"}, "asc or desc"),
        ({"limit": "0"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"startingFrom": "41"}, "startingFrom"),
    ],
)
def test_a_listing_that_cannot_be_asked_for_is_refused(coalesce, refused, query, told):
    assert told in refused(coalesce.get("/runs", params=query))


def test_a_cursor_of_another_listing_is_refused(coalesce, refused):
    cursor = coalesce.get("/runs", params={"limit": 1}).json()["next"]
    assert coalesce.get("/runs", params={"limit": 1, "startingFrom": cursor}).json()["data"]
    for path, query in (
        ("/environments", {}),
        ("/runs", {"environmentID": "3"}),
        ("/runs", {"orderByDirection": "desc"}),
        ("/runs", {"orderBy": "startedAt"}),
    ):
        assert "startingFrom" in refused(coalesce.get(path, params={"startingFrom": cursor, **query}))


@pytest.mark.parametrize(
    "order", ["runStartTime", "startedAt", "completedAt", "runEndTime", "status", "runType"]
)
def test_runs_are_listed_in_the_order_that_is_asked_for(listed, order):
    values = [run[order] for run in listed(orderBy=order) if run.get(order)]
    assert values == sorted(values)
    assert len(values) > 500


def test_an_unknown_run_is_absent_and_a_text_is_no_run(coalesce, refused):
    for path in ("/runs/1000000", "/runs/1000000/results"):
        assert refused(coalesce.get(path), 404, "NOT_FOUND") == "There is no run 1000000"
    for odd in ("abc", "0", "-1", "1.5", "%20", "1%2F2", "٣", "9" * 40):
        assert coalesce.get(f"/runs/{odd}").status_code in (400, 404)
        assert coalesce.get(f"/runs/{odd}/results").status_code in (400, 404)
    assert refused(coalesce.get("/runs/abc")) == "runID must be the number of a run"


def test_bare_answers_hold_what_the_contract_has_and_nothing_more(coalesce_of):
    client = coalesce_of("--bare", "--pace", 0, "--node-wait", 0)
    runner = Runner(client)
    page = client.get("/runs", params={"limit": 500, "runType": "deploy", "detail": "true"}).json()
    assert set(page) == {"data", "next"}
    assert all(set(run) == SEED for run in page["data"])
    assert len(page["data"]) == 500  # the filter is none of the contract's
    run = client.post("/scheduler/startRun", json={"environmentID": "1"}).json()["runCounter"]
    assert set(runner.wait(run)) == SEED
    told = client.get("/scheduler/runStatus", params={"runCounter": run}).json()
    assert set(told) == SEED - {"environmentID"}
    results = client.get(f"/runs/{run}/results").json()["data"]
    assert {frozenset(result) for result in results} == {
        frozenset({"nodeID", "nodeName", "status"}),
        frozenset({"nodeID", "nodeName", "status", "rowsAffected"}),
    }
    assert client.get("/runs/1000000").status_code == 400
    root = str(client.base_url).replace("/api/v1/", "")
    assert client.get(f"{root}/scheduler/runStatus?runCounter={run}").status_code == 404
    seen = {"runDetails": {"runID": str(run)}, "userCredentials": {"snowflakeAuthType": "OAuth"}}
    assert client.post("/scheduler/rerun", json=seen).status_code == 400
    assert client.post("/scheduler/cancelRun", json={"runID": run}).status_code == 400
