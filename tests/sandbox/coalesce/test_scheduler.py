"""Starting, repeating and cancelling: what is taken, and in which words the rest is refused."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.coalesce.running import Runner

LOGIN = {"snowflakeUsername": "T", "snowflakePassword": "canary-of-the-login"}
KEY = {"snowflakeAuthType": "KeyPair", "snowflakeUsername": "T", "snowflakeKeyPairKey": "canary-of-the-key"}
STORES = '{ location: "MARTS" name: "dim_stores" }'


@pytest.fixture(scope="module")
def runner(coalesce):
    return Runner(coalesce)


@pytest.fixture(scope="module")
def ended(runner):
    """Numbers of a run that went well, of one that failed and of one that was cancelled."""
    good = runner.start(3, "dim_stores")
    runner.wait(good)
    runner.knob("dim_stores", "fails", environment="3")
    bad = runner.start(3, "dim_stores")
    runner.wait(bad)
    runner.knob("dim_stores", "slow", environment="3", seconds=60)
    gone = runner.start(3, "dim_stores")
    runner.wait_for("dim_stores", gone)
    runner.cancel(gone)
    return {"good": good, "bad": bad, "gone": gone}


def refused(answer, *words):
    """It is a 400 in the shape of the vendor's page; give its sentence."""
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert sorted(error) == ["errorDetail", "errorString"]
    assert error["errorDetail"] == error["errorString"]
    assert error["errorString"].startswith("400: ")
    for word in words:
        assert word in error["errorString"]
    return error["errorString"].removeprefix("400: ")


def test_both_forms_start_a_run_at_both_addresses(runner, server):
    flat = {"environmentID": "3", "jobID": "3", "parallelism": 2}
    nested = {"runDetails": {"environmentID": "3", "jobID": "3"}}
    for base in (server.url, f"{server.url}/api/v1"):
        for body in (flat, nested):
            answer = httpx.post(f"{base}/scheduler/startRun", json=body, headers=server.headers)
            assert answer.status_code == 200, answer.text
            assert list(answer.json()) == ["runCounter"]
            run = runner.wait(answer.json()["runCounter"])
            assert (run["status"], run["runDetails"]["jobID"]) == ("success", 3)
            assert run["runDetails"]["parallelism"] == body.get("parallelism", 16)
            assert set(runner.nodes(run["runCounter"])) == {
                "stg_campaigns",
                "stg_campaign_touches",
                "int_campaign_attribution",
                "campaign_performance",
            }


def test_selectors_include_and_exclude(runner):
    include = '{ location: "STAGING" } OR { location: "MARTS" name: "dim_stores" }'
    run = runner.start(
        3,
        includeNodesSelector=include,
        excludeNodesSelector='{ name: "stg_orders" } OR { name: stg_refunds }',
    )
    assert runner.wait(run)["runDetails"]["includeNodesSelector"] == include
    names = set(runner.nodes(run))
    assert "dim_stores" in names
    assert len(names) == 15
    assert not names & {"stg_orders", "stg_refunds"}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Give either runDetails or environmentID, and not both"),
        ({"runDetails": {"environmentID": "3"}, "environmentID": "3"}, "and not both"),
        ({"runDetails": {}}, "environmentID is missing"),
        ({"runDetails": None}, "runDetails must be an object"),
        ({"environmentID": 3}, "environmentID must be text"),
        ({"environmentID": "99"}, "There is no environment 99"),
        ({"environmentID": "prod"}, "There is no environment prod"),
        ({"environmentID": "\uff13"}, "There is no environment \uff13"),
        ({"environmentID": "3", "jobID": "99"}, "The environment prod has no job 99"),
        ({"environmentID": "2", "jobID": "1"}, "The environment qa has no job 1"),
        ({"environmentID": "3", "parallelism": 0}, "parallelism"),
        ({"environmentID": "3", "parallelism": -4}, "parallelism"),
        ({"environmentID": "3", "parallelism": "4"}, "parallelism must be a whole number"),
        ({"environmentID": "3", "parallelism": 1.5}, "parallelism must be a whole number"),
        ({"environmentID": "3", "parallelism": True}, "parallelism must be a whole number"),
        ({"environmentID": "3", "parameters": {"day": 3}}, "parameters.day must be text"),
        ({"environmentID": "3", "parameters": "a"}, "parameters must be an object"),
        (
            {"runDetails": {"environmentID": "3", "includeNodesSelector": '{ name: "nowhere" }'}},
            "The selectors match no node of prod that can run",
        ),
        (
            {"runDetails": {"environmentID": "3", "includeNodesSelector": '{ location: "RAW" }'}},
            "match no node of prod that can run",
        ),
        (
            {
                "runDetails": {
                    "environmentID": "3",
                    "includeNodesSelector": STORES,
                    "excludeNodesSelector": STORES,
                }
            },
            "match no node",
        ),
        (
            {"runDetails": {"environmentID": "3", "includeNodesSelector": "{ nam: x }"}},
            "cannot be read at character 3",
        ),
        (
            {"runDetails": {"environmentID": "3", "jobID": "1", "includeNodesSelector": STORES}},
            "Give either jobID or selectors",
        ),
        ({"runDetails": {"environmentID": "1"}}, "The environment dev has no OAuth connection"),
        ({"environmentID": "1"}, "give userCredentials"),
    ],
)
def test_what_cannot_start_is_refused_in_one_sentence(runner, body, sentence):
    before = len(runner.client.get("/runs", params={"limit": 1000}).json()["data"])
    refused(runner.client.post("/scheduler/startRun", json=body), sentence)
    assert len(runner.client.get("/runs", params={"limit": 1000}).json()["data"]) == before


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"a"', b"\xff", b"[" * 100_000])
@pytest.mark.parametrize("operation", ["startRun", "rerun", "cancelRun"])
def test_a_body_that_is_no_object_is_refused(runner, operation, body):
    answer = runner.client.post(f"/scheduler/{operation}", content=body)
    assert refused(answer) == "The body must be a JSON object"


@pytest.mark.parametrize(
    ("credentials", "sentence"),
    [
        ({}, "Basic credentials need snowflakeUsername and snowflakePassword"),
        ({"snowflakeUsername": "T"}, "Basic credentials need snowflakePassword"),
        (
            {"snowflakeAuthType": "KeyPair", "snowflakeUsername": "T"},
            "KeyPair credentials need snowflakeKeyPairKey",
        ),
        ({**KEY, "snowflakeUsername": " "}, "snowflakeUsername must not be blank"),
        ({**LOGIN, "snowflakeAuthType": "Cloud"}, "snowflakeAuthType"),
        (None, "userCredentials must be an object"),
        ("canary-of-the-login", "userCredentials must be an object"),
    ],
)
def test_credentials_that_lack_what_their_type_needs_are_refused(runner, credentials, sentence):
    body = {"runDetails": {"environmentID": "3"}, "userCredentials": credentials}
    told = refused(runner.client.post("/scheduler/startRun", json=body), sentence)
    assert "canary" not in told


@pytest.mark.parametrize("credentials", [LOGIN, KEY, {"snowflakeAuthType": "OAuth", "snowflakeRole": "R"}])
def test_of_credentials_only_who_and_how_is_told_again(runner, credentials):
    run = runner.start(3, "dim_stores", credentials=credentials)
    told = runner.wait(run)["userCredentials"]
    assert told.pop("snowflakeAuthType") == credentials.get("snowflakeAuthType", "Basic")
    assert told.items() <= credentials.items()
    assert not {"snowflakePassword", "snowflakeKeyPairKey"} & set(told)
    assert "canary" not in runner.client.get("/runs", params={"limit": 1000}).text


def test_a_rerun_wants_a_run_that_failed(runner, ended):
    for which, word in (("good", "success"), ("gone", "cancelled")):
        answer = runner.client.post("/scheduler/rerun", json={"runCounter": ended[which]})
        assert refused(answer) == f"Run {ended[which]} has not failed: it is {word}"
    answer = runner.client.post("/scheduler/rerun", json={"runCounter": 10**9})
    assert refused(answer) == "There is no run 1000000000"
    seen = {"runDetails": {"runID": str(ended["bad"])}, "userCredentials": LOGIN, "parameters": {"day": "x"}}
    run = runner.wait(runner.ask("rerun", **seen)["runCounter"])
    assert (run["status"], run["runTimeParameters"], run["reRunID"]) == (
        "success",
        {"day": "x"},
        str(ended["bad"]),
    )


def test_a_cancel_wants_a_run_that_is_active(runner, ended):
    for which, word in (("good", "success"), ("bad", "failed"), ("gone", "cancelled")):
        for form in ({"runCounter": ended[which]}, {"runID": ended[which], "orgID": "o"}):
            answer = runner.client.post("/scheduler/cancelRun", json=form)
            assert refused(answer) == f"Run {ended[which]} is not active: it is {word}"
    for body in ({"runCounter": "x"}, {"runID": "x"}, {"runID": 1, "runCounter": 1}, {"run": 1}):
        refused(runner.client.post("/scheduler/cancelRun", json=body))


@pytest.mark.parametrize("counter", [None, "", "abc", "-1", "0", "1.0", "٣", "9" * 40])
def test_the_status_of_no_run_is_refused(runner, counter):
    params = {} if counter is None else {"runCounter": counter}
    refused(runner.client.get("/scheduler/runStatus", params=params))


def test_the_status_of_a_run_is_told_in_both_vocabularies(runner, ended):
    for which, words in (
        ("good", ("success", "completed")),
        ("bad", ("failed", "failed")),
        ("gone", ("cancelled", "canceled")),
    ):
        told = runner.client.get("/scheduler/runStatus", params={"runCounter": ended[which]}).json()
        assert (told["status"], told["runStatus"]) == words
        assert told["runType"] == "refresh"
        assert told["runLink"].endswith(f"/runs/{ended[which]}")


def test_a_run_after_a_failed_deployment_wants_to_be_forced(coalesce_for_dev):
    runner = Runner(coalesce_for_dev)
    runner.deploy(1, 2, "fails")
    assert runner.client.get("/environments/2").json()["status"] == "Failed Deploy"
    refused(runner.client.post("/scheduler/startRun", json={"environmentID": "2"}), "deployment to qa failed")
    run = runner.start(2, "dim_stores", forceIgnoreWorkspaceStatus=True)
    assert runner.wait(run)["status"] == "success"


def test_a_new_environment_runs_what_was_deployed_to_it_in_schemas_of_its_own(coalesce_for_dev):
    runner = Runner(coalesce_for_dev)
    made = runner.client.post("/environments", json={"name": "Preview", "project": "1"}).json()["id"]
    refused(
        runner.client.post("/scheduler/startRun", json={"environmentID": made}),
        "Nothing is deployed to Preview",
    )
    deployed = runner.deploy(1, made)
    assert runner.run(deployed)["runType"] == "deploy"
    assert runner.nodes(deployed) == {}
    assert runner.wait(runner.start(made))["status"] == "success"
    node = next(
        each
        for each in runner.client.get(f"/environments/{made}/nodes?limit=500").json()["data"]
        if each["name"] == "fact_orders"
    )
    assert (node["database"], node["schema"]) == ("warehouse_dev", f"env{made}_marts")
    columns = runner.client.get(f"/environments/{made}/nodes/{node['id']}").json()["metadata"]["columns"]
    assert columns[0]["name"] == "order_id"


def test_an_environment_that_runs_something_is_neither_deployed_to_nor_deleted(coalesce_for_dev):
    runner = Runner(coalesce_for_dev)
    runner.knob("dim_stores", "slow", seconds=60)
    run = runner.start(1, "dim_stores")
    runner.wait_for("dim_stores", run)
    deploy = {"workspaceID": "1", "environmentID": "1"}
    answer = runner.client.post(runner.beside("coalesce/deploy"), json=deploy)
    assert (answer.status_code, answer.json()["message"]) == (400, "The environment dev is busy")
    assert runner.client.delete("/environments/1").status_code == 400
    runner.cancel(run)
