"""What is said of a plan beside what it does: when it runs, on what, and whether it is held."""

from __future__ import annotations

import pytest

PLANS = "/orchestration/executables/plans"
TRIGGER = {
    "type": "DAILY",
    "interval": 1,
    "startDate": "2026-01-05",
    "timeZone": "Europe/London",
    "atTimes": {"type": "AT_TIME", "time": "05:30"},
}
CLOUD = {"type": "CLOUD"}


@pytest.fixture
def path(talend, made, name, places, tasks):
    step = {"name": "Only", "condition": "ALL_SUCCEEDED", "taskIds": [tasks["extract_orders"]]}
    plan = made("executables/plans", name=name, workspaceId=places["Production/Retail"], steps=[step])
    yield f"{PLANS}/{plan['id']}"
    talend.delete(f"{PLANS}/{plan['id']}")


def test_a_run_configuration_is_put_read_and_dropped(talend, refused, path):
    address = f"{path}/run-config"
    for answer in (talend.get(address), talend.delete(address)):
        assert "no run configuration" in refused(answer, 404)
    config = {"trigger": TRIGGER, "runtime": CLOUD, "parallelExecutionAllowed": True}
    assert talend.put(address, json=config).json() == config
    assert talend.get(address).json() == config
    put = talend.put(address, json={"trigger": TRIGGER, "runtime": CLOUD})
    assert put.json() == config | {"parallelExecutionAllowed": False}
    assert talend.delete(address).status_code == 204
    assert talend.get(address).status_code == 404


def test_plans_of_the_company_run_by_themselves_but_for_the_one_that_cleans_up(talend, plans):
    found = {
        name: talend.get(f"{PLANS}/{plan}/run-config").status_code
        for name, plan in plans.items()
        if not name.startswith("test")
    }
    assert found.pop("Clean up web events") == 404
    assert set(found.values()) == {200}


@pytest.mark.parametrize(
    "change",
    [
        {"trigger": None},
        {"trigger": {}},
        {"trigger": TRIGGER | {"timeZone": "Mars/Base"}},
        {"trigger": TRIGGER | {"type": "HOURLY"}},
        {"trigger": TRIGGER | {"startDate": "soon"}},
        {"trigger": TRIGGER | {"interval": 0}},
        {"trigger": TRIGGER | {"atTimes": {"type": "AT_TIME", "time": "25:00"}}},
        {"runtime": None},
        {"runtime": {}},
        {"runtime": {"type": "cloud"}},
        {"runtime": {"type": "REMOTE_ENGINE", "id": "nobody"}},
        {"parallelExecutionAllowed": "yes"},
    ],
)
def test_a_run_configuration_that_cannot_be_is_refused(talend, refused, path, change):
    address = f"{path}/run-config"
    refused(talend.put(address, json={"trigger": TRIGGER, "runtime": CLOUD} | change))
    assert talend.get(address).status_code == 404


def test_a_plan_is_held_and_let_go_with_what_was_said(talend, path):
    def pause(**body):
        assert talend.put(f"{path}/pause", json=body).status_code == 204
        return talend.get(path).json()["planPauseDetails"]

    held = pause(pause=True, pauseContext="The shop moves")
    assert held.pop("pauseDate")
    assert held == {
        "pause": True,
        "pauseContext": "The shop moves",
        "user": "ada.okafor",
        "userType": "HUMAN",
    }
    gone = pause(pause=False)
    assert gone["pause"] is False
    assert "pauseContext" not in gone
    assert pause(pause=False, pauseContext="It has moved")["pauseContext"] == "It has moved"


@pytest.mark.parametrize("body", [{}, {"pause": None}, {"pause": "true"}, {"pause": True, "pauseContext": 5}])
def test_a_pause_that_says_nothing_is_refused(talend, refused, path, body):
    refused(talend.put(f"{path}/pause", json=body))
    assert talend.get(path).json()["planPauseDetails"] == {"pause": False}


def test_what_a_plan_does_may_change_without_its_schedule(talend, path):
    config = talend.put(f"{path}/run-config", json={"trigger": TRIGGER, "runtime": CLOUD}).json()
    assert talend.put(f"{path}/pause", json={"pause": True}).status_code == 204
    told = talend.get(path).json()
    steps = [{"name": "New", "condition": "ALWAYS_PROCEED_ON", "taskIds": told["chart"]["taskIds"]}]
    body = {"name": told["name"], "workspaceId": told["workspace"]["id"], "steps": steps}
    assert talend.put(path, json=body).status_code == 200
    assert talend.get(f"{path}/run-config").json() == config
    assert talend.get(path).json()["planPauseDetails"]["pause"] is True


@pytest.mark.parametrize(("method", "part"), [("GET", "run-config"), ("DELETE", "run-config")])
def test_a_plan_that_is_not_there_has_no_schedule(talend, refused, method, part):
    assert "no plan" in refused(talend.request(method, f"{PLANS}/nobody/{part}"), 404)
    refused(talend.put(f"{PLANS}/nobody/run-config", json={"trigger": TRIGGER, "runtime": CLOUD}), 404)
    refused(talend.put(f"{PLANS}/nobody/pause", json={"pause": True}), 404)
