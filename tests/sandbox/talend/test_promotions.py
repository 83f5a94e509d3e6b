"""Promotions: who may run them, what they would do, and that they do it."""

from __future__ import annotations

import pytest

from tests.sandbox.talend.conftest import speak

PROMOTIONS, RUNS = "/orchestration/executables/promotions", "/processing/executions/promotions"
LISTS = ("flows", "plans", "actions", "connections", "resources")
NIGHTLY = "Nightly retail load"


@pytest.fixture(scope="module")
def seeded(talend):
    (found,) = talend.get(PROMOTIONS, params={"_s": "name==Development to Production"}).json()
    return found


@pytest.fixture
def own(start):
    """A sandbox of one's own, whose Production is not that of other tests."""
    with speak(start("--scale", 0.01, "--pace", 0)) as client:
        yield client


def changes(workspaces, report):
    """Give what is not simply there already: its list, name and status; what other tests made apart."""
    return {
        (noun, one["name"]): one[report]["status"]
        for workspace in workspaces
        for noun in LISTS
        for one in workspace[noun]
        if one[report]["status"] != "REUSED" and not one["name"].startswith("test ")
    }


def run(client, **body):
    promotion = body.pop("executable", None) or client.get(PROMOTIONS).json()[0]["executable"]
    answer = client.post(RUNS, json={"executable": promotion, **body})
    assert answer.status_code == 201, answer.text
    told = answer.json()["executionReport"]
    assert client.get(f"{RUNS}/{told['executionId']}").json() == told
    return told


def find(client, noun, name, environment):
    items = client.get(f"/orchestration/{noun}", params={"name": name}).json()["items"]
    return next(
        one for one in items if one["name"] == name and one["workspace"]["environment"]["name"] == environment
    )


def test_promotions_are_filtered_and_told_without_descriptions(talend, refused, seeded):
    assert "description" not in seeded
    assert talend.get(f"{PROMOTIONS}/{seeded['executable']}").json()["description"]
    ask = "sourceEnvironment.name==Dev*;targetEnvironment.name==Prod*"
    assert talend.get(PROMOTIONS, params={"_s": ask}).json() == [seeded]
    assert talend.get(PROMOTIONS, params={"_s": f"id=={seeded['executable']}"}).json() == [seeded]
    assert talend.get(PROMOTIONS, params={"_s": "name==Production*"}).json() == []
    refused(talend.get(PROMOTIONS, params={"_s": "name=="}))


def test_a_promotion_is_created_described_and_removed(talend, refused, made, name, places):
    new = made("environments", name=name, workspaceName="x")
    ends = {"sourceEnvironmentId": places["Production"], "targetEnvironmentId": new["id"]}
    promotion = made("executables/promotions", **ends, description="d")
    path = f"{PROMOTIONS}/{promotion['executable']}"
    assert promotion["name"] == f"Production to {name}"
    assert talend.get(path).json() == promotion
    assert name in refused(talend.post(PROMOTIONS, json=ends), 409)
    assert talend.delete(f"/orchestration/environments/{new['id']}").status_code == 403
    assert talend.patch(path, json={"description": "new"}).status_code == 204
    assert talend.get(path).json() == promotion | {"description": "new"}
    refused(talend.patch(path, json={}))
    assert talend.delete(path).status_code == 204
    for answer in (talend.get(path), talend.delete(path), talend.post(path, json={})):
        assert "no promotion" in refused(answer, 404)
    assert talend.delete(f"/orchestration/environments/{new['id']}").status_code == 204


def test_a_promotion_leads_from_an_environment_to_another(talend, refused, places):
    here = places["Production"]
    body = {"sourceEnvironmentId": here, "targetEnvironmentId": here}
    assert "another" in refused(talend.post(PROMOTIONS, json=body))
    for end in body:
        assert "no environment" in refused(talend.post(PROMOTIONS, json=body | {end: "nowhere"}), 404)
        refused(talend.post(PROMOTIONS, json=body | {end: ""}))


def test_who_may_run_it_is_added_and_taken_away(talend, refused, seeded):
    path = f"{PROMOTIONS}/{seeded['executable']}"
    before = talend.get(f"{path}/users").json()
    assert before["executable"] == seeded["executable"]
    assert talend.put(f"{path}/users/mei.tanaka").status_code == 204
    assert "already" in refused(talend.put(f"{path}/users/mei.tanaka"), 409)
    for _ in range(2):
        assert talend.put(f"{path}/service-accounts/deploy-service").status_code == 204
    now = talend.get(f"{path}/users").json()
    assert now["userIds"] == [*before["userIds"], "mei.tanaka"]
    assert now["serviceAccountIds"] == [*before["serviceAccountIds"], "deploy-service"]
    for one in ("users/mei.tanaka", "service-accounts/deploy-service"):
        assert talend.delete(f"{path}/{one}").status_code == 204
        assert "does not have" in refused(talend.delete(f"{path}/{one}"), 404)
    assert talend.get(f"{path}/users").json() == before
    for one in ("users/nobody", "service-accounts/mei.tanaka", "users/%C3%A9"):
        assert "There is no" in refused(talend.put(f"{path}/{one}"), 404)


def test_an_analysis_tells_what_would_change_and_changes_nothing(talend, seeded):
    before = [talend.get(f"/orchestration/{noun}").json() for noun in ("artifacts", "executables/tasks")]
    path = f"{PROMOTIONS}/{seeded['executable']}"
    told = talend.post(path, json={"keepTargetResources": True, "context": "for the minutes"}).json()
    assert (told["status"], told["defective"], told["context"]) == ("ANALIZED", False, "for the minutes")
    assert told["promotionId"] == seeded["executable"]
    found = changes(told["workspaces"], "analyzeReport")
    assert found["flows", "check_refunds"] == "CREATED"
    assert found["flows", "extract_orders"] == found["actions", "extract_orders_job"] == "REPLACED"
    assert found["plans", NIGHTLY] == "REPLACED"
    assert ("flows", "extract_payments") not in found
    assert not any(noun in ("connections", "resources") for noun, _ in found)
    kept = [
        one["analyzeReport"]["messages"][0]["info"]
        for workspace in told["workspaces"]
        for one in workspace["connections"]
        if not one["name"].startswith("test ")
    ]
    assert set(kept) == {"The target's own is kept"}
    again = talend.post(path, json={}).json()["workspaces"]
    assert changes(again, "analyzeReport")["connections", "Shop database"] == "REPLACED"
    assert before == [
        talend.get(f"/orchestration/{noun}").json() for noun in ("artifacts", "executables/tasks")
    ]


@pytest.mark.parametrize(
    "info",
    [
        {"type": "PLAN"},
        {"id": "nobody", "type": "PLAN"},
        {"id": "65f0a1b20e06000000000001", "type": "PLAN"},
        {"id": "65f0a1b20e06000000000001", "type": "FLOW"},
        {"id": "65f0a1b20e06000000000001", "type": "TASK"},
        {"id": "65f0a1b20e06000000000001"},
    ],
)
def test_an_analysis_of_what_is_not_in_the_source_is_refused(talend, refused, seeded, info):
    path = f"{PROMOTIONS}/{seeded['executable']}"
    refused(talend.post(path, json={"promotionAdvancedInfo": info}))


@pytest.mark.parametrize(
    "body", [{"keepTargetResources": "yes"}, {"context": "x" * 256}, {"promotionAdvancedInfo": 5}]
)
def test_a_promotion_that_says_something_wrong_is_refused(talend, refused, seeded, body):
    refused(talend.post(f"{PROMOTIONS}/{seeded['executable']}", json=body))
    if "promotionAdvancedInfo" not in body:
        refused(talend.post(RUNS, json={"executable": seeded["executable"]} | body))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"executable": ""}, 400),
        ({"executable": "nobody"}, 404),
        ({"executable": "5b1f0c52-8c3e-4a5e-9d4e-000000000001"}, 404),
    ],
)
def test_a_run_of_no_promotion_is_refused(talend, refused, body, status):
    refused(talend.post(RUNS, json=body), status)
    refused(talend.get(f"{RUNS}/nobody"), 404)


def test_a_run_copies_and_a_second_one_finds_all_there(own):
    before = find(own, "executables/plans", NIGHTLY, "Production")["executable"]
    schedule = own.get(f"/orchestration/executables/plans/{before}/run-config").json()
    told = run(own)
    assert (told["status"], told["userId"], told["defective"]) == ("PROMOTED", "ada.okafor", False)
    assert changes(told["workspaces"], "promotionReport")["flows", "check_refunds"] == "CREATED"
    task = find(own, "executables/tasks", "check_refunds", "Production")
    artifact = own.get(f"/orchestration/artifacts/{task['artifactId']}").json()
    assert artifact["workspace"]["environment"]["name"] == "Production"
    plan = own.get(f"/orchestration/executables/plans/{before}").json()
    assert task["executable"] in plan["chart"]["nextStep"]["taskIds"]
    assert own.get(f"/orchestration/executables/plans/{before}/run-config").json() == schedule
    whole = own.get(f"/orchestration/executables/tasks/{task['executable']}").json()
    assert whole["artifact"]["id"] == artifact["id"]
    again = run(own)
    assert changes(again["workspaces"], "promotionReport") == {}
    assert again["workspaces"][0]["promotionReport"] == {"status": "REUSED", "messages": []}


def test_a_run_fills_an_environment_that_has_nothing(own):
    source = next(one for one in own.get("/orchestration/environments").json() if one["default"])
    new = own.post("/orchestration/environments", json={"name": "Test", "workspaceName": "Other"}).json()
    ends = {"sourceEnvironmentId": source["id"], "targetEnvironmentId": new["id"]}
    promotion = own.post(PROMOTIONS, json=ends).json()["executable"]
    told = run(own, executable=promotion)
    assert {one["name"]: one["promotionReport"]["status"] for one in told["workspaces"]} == {
        "Retail": "CREATED",
        "Personal": "CREATED",
    }
    assert set(changes(told["workspaces"], "promotionReport").values()) == {"CREATED"}
    for noun in ("executables/plans", "executables/tasks", "artifacts", "connections", "resources"):
        there, here = (
            own.get(f"/orchestration/{noun}", params={"environmentId": one}).json()["items"]
            for one in (source["id"], new["id"])
        )
        assert sorted(one["name"] for one in here) == sorted(one["name"] for one in there)
    plan = find(own, "executables/plans", "Web events", "Test")["executable"]
    chart = own.get(f"/orchestration/executables/plans/{plan}").json()["chart"]
    (handled,) = chart["stepOnException"]["flows"]
    assert handled["id"] == find(own, "executables/plans", "Clean up web events", "Test")["executable"]
    assert changes(run(own, executable=promotion)["workspaces"], "promotionReport") == {}


def test_a_run_about_one_thing_brings_what_that_needs_and_no_more(own):
    web = find(own, "executables/plans", "Web events", "Development")["executable"]
    told = run(own, advanced={"artifactId": web, "artifactType": "PLAN"}, context="web alone")
    assert told["advanced"] == {"artifactId": web, "artifactType": "PLAN"}
    assert told["context"] == "web alone"
    (retail,) = told["workspaces"]
    assert {one["name"] for one in retail["plans"]} == {"Web events", "Clean up web events"}
    tasks = {"extract_web_events", "check_web_events", "publish_web", "notify_web_team"}
    assert {one["name"] for one in retail["flows"]} == tasks
    assert {one["name"] for one in retail["actions"]} == {f"{one}_job" for one in tasks}
    assert {one["name"] for one in retail["connections"]} == {"Shop database", "On call"}
    artifact = find(own, "artifacts", "check_refunds_job", "Development")["id"]
    alone = run(own, advanced={"artifactId": artifact, "artifactType": "ACTION"})
    assert changes(alone["workspaces"], "promotionReport") == {("actions", "check_refunds_job"): "CREATED"}
    home = retail["id"]
    whole = run(own, advanced={"artifactId": home, "artifactType": "WORKSPACE"})
    assert [one["name"] for one in whole["workspaces"]] == ["Retail"]


def test_a_schedule_goes_along_unless_the_target_s_is_kept(own):
    here, there = (
        find(own, "executables/plans", NIGHTLY, one)["executable"] for one in ("Development", "Production")
    )
    configs = [f"/orchestration/executables/plans/{one}/run-config" for one in (here, there)]
    trigger = {"type": "MANUAL", "startDate": "2026-01-05", "timeZone": "UTC"}
    new = own.put(configs[0], json={"trigger": trigger, "runtime": {"type": "CLOUD"}}).json()
    before = own.get(configs[1]).json()
    run(own, keepTargetRunProfiles=True)
    assert own.get(configs[1]).json() == before
    run(own)
    assert own.get(configs[1]).json() == new


def test_what_cannot_be_brought_is_told_with_all_that_needs_it(own):
    shop = find(own, "connections", "Shop database", "Production")
    path = f"/orchestration/connections/{shop['id']}"
    assert own.put(path, json={"name": "Old shop"}).status_code == 200
    body = {"name": "Shop database", "app": "MySQL", "parameters": []}
    own.post("/orchestration/connections", json=body | {"workspaceId": shop["workspace"]["id"]})
    promotion = own.get(PROMOTIONS).json()[0]["executable"]
    analysis = own.post(f"{PROMOTIONS}/{promotion}", json={}).json()
    assert (analysis["status"], analysis["defective"]) == ("ANALIZED", True)
    told = run(own)
    assert (told["status"], told["defective"]) == ("PROMOTION_WARNING", True)
    assert "could not be brought" in told["statusMessage"]
    found = changes(told["workspaces"], "promotionReport")
    assert found == changes(analysis["workspaces"], "analyzeReport")
    assert found["connections", "Shop database"] == "FAILED"
    assert found["flows", "extract_orders"] == found["plans", NIGHTLY] == "SKIPPED"
    assert found["flows", "check_refunds"] == "CREATED"
    plan = find(own, "executables/plans", NIGHTLY, "Development")["executable"]
    asked = {"artifactId": plan, "artifactType": "PLAN"}
    assert run(own, advanced=asked)["status"] == "PROMOTION_FAILED"


def test_whoever_does_not_have_the_promotion_cannot_run_it(own, refused):
    promotion = own.get(PROMOTIONS).json()[0]["executable"]
    assert own.delete(f"{PROMOTIONS}/{promotion}/users/ada.okafor").status_code == 204
    assert "ada.okafor" in refused(own.post(RUNS, json={"executable": promotion}), 403)
