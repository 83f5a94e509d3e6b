"""Plans: written, read with their charts, refused when they lead nowhere or in circles."""

from __future__ import annotations

import uuid

import pytest

from tests.sandbox.talend.conftest import speak

PLANS = "/orchestration/executables/plans"
CONDITIONS = ("ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON")


@pytest.fixture(scope="module")
def step(tasks):
    """Write a step, of a task that is there unless others are named."""

    def writing(name="Only", *names, **more):
        ids = [tasks[one] for one in names or ("extract_orders",)]
        return {"name": name, "condition": "ALL_SUCCEEDED", "taskIds": ids, **more}

    return writing


@pytest.fixture(scope="module")
def body(places):
    """Write a plan of Production, or of where it is said."""

    def writing(name, *steps, place="Production/Retail", **more):
        return {"name": name, "workspaceId": places[place], "steps": list(steps), **more}

    return writing


@pytest.fixture(scope="module")
def step_and_body(step, body):
    return step, body


@pytest.fixture
def make(talend, made, body):
    """Make plans that go again with the test."""
    ids = []

    def making(name, *steps, **more):
        plan = made("executables/plans", **body(name, *steps, **more))
        ids.append(plan["id"])
        return plan

    yield making
    for one in reversed(ids):
        talend.delete(f"{PLANS}/{one}")


def test_the_nightly_load_is_there_with_its_chart(talend, plans, tasks):
    plan = talend.get(f"{PLANS}/{plans['Nightly retail load']}").json()
    extract = plan["chart"]
    check, publish = extract["nextStep"], extract["nextStep"]["nextStep"]
    assert [one["name"] for one in (extract, check, publish)] == ["Extract", "Check", "Publish"]
    assert "nextStep" not in publish
    for node in (extract, check, publish):
        assert (node["stepId"], node["stepName"], node["stepNote"]) == (
            node["id"],
            node["name"],
            node["note"],
        )
        assert [flow["id"] for flow in node["flows"]] == node["taskIds"]
        assert all(tasks[flow["name"]] == flow["id"] for flow in node["flows"])
    assert len(extract["flows"]) == 12
    handler = extract["stepOnException"]
    assert [flow["name"] for flow in handler["flows"]] == ["notify_on_call"]
    assert talend.get(f"{PLANS}/{plans['Nightly retail load']}").json() == plan


def test_the_last_run_is_told_of_a_plan_and_of_its_steps_whoever_asks_first(start):
    with speak(start("--scale", 0.01, "--pace", 0)) as client:
        plans = client.get(PLANS).json()["items"]
        told = {one["name"]: one["status"] for one in plans if "status" in one}
        assert set(told) >= {"Nightly retail load", "Web events"}
        assert set(told.values()) <= {"execution_successful", "execution_failed"}
        nightly = client.get(f"{PLANS}/{plans[0]['executable']}").json()
        assert nightly["chart"]["status"] in ("SUCCESS", "PARTIAL_SUCCESS", "FAIL", "PROCEED")


def test_an_error_handler_may_run_a_plan(talend, plans):
    chart = talend.get(f"{PLANS}/{plans['Web events']}").json()["chart"]
    (flow,) = chart["stepOnException"]["flows"]
    assert (flow["id"], flow["name"], flow["plan"]) == (
        plans["Clean up web events"],
        "Clean up web events",
        True,
    )


def test_a_pause_is_told_with_its_context_and_a_plan_without_one_says_so(talend, plans):
    found = {one["executable"]: one for one in talend.get(PLANS).json()["items"]}
    paused = found[plans["Finance close"]]["planPauseDetails"]
    assert (paused["pause"], paused["userType"]) == (True, "HUMAN")
    assert "audit" in paused["pauseContext"]
    assert found[plans["Web events"]]["planPauseDetails"]["pause"] is False


def test_a_plan_is_created_read_changed_and_removed(talend, refused, make, step, name):
    plan = make(name, step("First", note="again"), step("Second"), description="d")
    assert (plan["name"], plan["description"], plan["author"]) == (name, "d", "ada.okafor")
    path = f"{PLANS}/{plan['id']}"
    told = talend.get(path).json()
    assert told["executable"] == plan["id"]
    assert "status" not in told
    assert told["chart"]["note"] == "again"
    first, second = plan["steps"]
    body = {
        "name": f"{name} 2",
        "workspaceId": plan["workspace"]["id"],
        "steps": [second, step("Third"), first],
    }
    changed = talend.put(path, json=body).json()
    assert [one["name"] for one in changed["steps"]] == ["Second", "Third", "First"]
    assert [one["id"] for one in changed["steps"]][::2] == [second["id"], first["id"]]
    assert changed["createDate"] == plan["createDate"]
    assert talend.delete(path).status_code == 204
    for answer in (talend.get(path), talend.delete(path), talend.put(path, json=body)):
        assert "There is no plan" in refused(answer, 404)


def test_a_step_s_id_is_kept_once_and_only_if_it_is_the_plan_s_own(talend, make, step, name):
    other = make(f"{name} other", step())
    plan = make(name, step(id="mine"))
    own = plan["steps"][0]["id"]
    assert own != "mine"
    ids = [own, own, other["steps"][0]["id"]]
    steps = [step(f"step {at}", id=one) for at, one in enumerate(ids)]
    body = {"name": name, "workspaceId": plan["workspace"]["id"], "steps": steps}
    kept = [one["id"] for one in talend.put(f"{PLANS}/{plan['id']}", json=body).json()["steps"]]
    assert kept[0] == own
    assert len({*kept, *ids}) == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"taskIds": []}, "has no task"),
        ({"taskIds": ["nobody"]}, "no task"),
        ({"taskIds": ["65f0a1b20e06000000000001"] * 2}, "twice"),
        ({"condition": "SOMETIMES"}, "condition"),
        ({"name": " "}, "blank"),
        ({"handlerOnFailure": {"taskIds": ["nobody"]}}, "no task"),
        ({"handlerOnFailure": {"planIds": ["65f0a1b20e06000000000001"]}}, "no plan"),
        ({"handlerOnFailure": {"planIds": "x"}}, "list"),
        ({"taskIds": None}, "taskIds must"),
        ({"taskIds": [5]}, "text"),
    ],
)
def test_a_step_that_cannot_be_is_refused(talend, refused, step_and_body, change, told):
    step, body = step_and_body
    assert told in refused(talend.post(PLANS, json=body("never there", step() | change)))
    assert talend.get(PLANS, params={"name": "never there"}).json()["items"] == []


@pytest.mark.parametrize("steps", [[], None, {}, "x"])
def test_a_plan_without_steps_is_refused(talend, refused, body, steps):
    assert "steps" in refused(talend.post(PLANS, json=body("never there") | {"steps": steps}))


def test_a_chart_is_only_so_deep(talend, refused, make, step_and_body, name):
    step, body = step_and_body
    steps = [step(str(number)) for number in range(101)]
    plan = make(name, *steps[1:])
    assert talend.get(f"{PLANS}/{plan['id']}").status_code == 200
    assert "100" in refused(talend.post(PLANS, json=body(f"{name} 2", *steps)))


def test_what_a_plan_runs_is_in_its_own_environment(talend, refused, step, body):
    elsewhere = body("Nightly retail load", step(), place="Development/Personal")
    assert "another environment" in refused(talend.post(PLANS, json=elsewhere))


def test_a_plan_stays_in_its_environment(talend, refused, make, step_and_body, name):
    step, body = step_and_body
    path = f"{PLANS}/{make(name, step())['id']}"
    moved = talend.put(path, json=body(name, step(), place="Production/Personal"))
    assert moved.json()["workspace"]["name"] == "Personal"
    refused(talend.put(path, json=body(name, step(), place="Development/Retail")))
    refused(talend.put(path, json=body(name, step()) | {"workspaceId": "nowhere"}))


def test_a_name_belongs_to_one_plan_of_a_workspace(talend, refused, make, step_and_body, name):
    step, body = step_and_body
    path, own = f"{PLANS}/{make(name, step())['id']}", body(name, step())
    assert name in refused(talend.post(PLANS, json=own))
    assert talend.put(path, json=own).status_code == 200
    assert "Web events" in refused(talend.put(path, json=own | {"name": "Web events"}))


@pytest.mark.parametrize("length", [1, 2, 5])
def test_handlers_that_lead_back_are_refused(talend, refused, make, step, length):
    name = f"test {uuid.uuid4().hex}"
    chain = [make(name, step())]
    for number in range(1, length):
        handler = {"planIds": [chain[-1]["id"]]}
        chain.append(make(f"{name} {number}", step(handlerOnFailure=handler)))
    first, last = chain[0], chain[-1]
    steps = [step(), step(handlerOnFailure={"taskIds": [], "planIds": [last["id"]]})]
    body = {"name": name, "workspaceId": first["workspace"]["id"], "steps": steps}
    assert "back to the plan itself" in refused(talend.put(f"{PLANS}/{first['id']}", json=body))
    # Two ways to one plan are no circle.
    both = [step(handlerOnFailure={"planIds": [one["id"] for one in chain]})]
    make(f"{name} both", *both)


def test_a_plan_that_another_one_s_handler_runs_stays_and_says_whose(talend, refused, plans):
    path = f"{PLANS}/{plans['Clean up web events']}"
    assert "Web events" in refused(talend.delete(path), 409)


def test_plans_filter_by_a_task_of_theirs_that_of_a_handler_too(talend, refused, tasks):
    def ask(task):
        items = talend.get(PLANS, params={"taskId": tasks[task]}).json()["items"]
        return {one["name"] for one in items}

    assert {"Marketing touches"} == ask("publish_marketing")
    assert {"Web events", "Clean up web events"} <= ask("notify_web_team")
    refused(talend.get(PLANS, params={"taskId": "nobody"}))
    refused(talend.get(PLANS, params={"taskId": ""}))
