"""Plans: read, found, defined, scheduled, paused."""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.clients.talend import PlanStep
from dataexplore.errors import InputError, Malformed

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PRODUCTION = {"id": "w1", "name": "Retail", "environment": {"id": "e1", "name": "Production"}}
LISTED = {
    "executable": "p1",
    "name": "Nightly load",
    "workspace": PRODUCTION,
    "status": "execution_failed",
    "planPauseDetails": {
        "pause": True,
        "pauseContext": "audit",
        "user": "ada",
        "pauseDate": "2026-01-05T06:00:00.000Z",
    },
}
CHART = {"id": "s1", "name": "Load", "taskIds": ["t1"]}
DEFINED = {
    "id": "p1",
    "name": "Nightly load",
    "workspace": PRODUCTION,
    "createDate": "2026-01-05T06:00:00.000Z",
    "author": "ada",
    "steps": [{"id": "s1", "name": "Load", "condition": "ALL_SUCCEEDED", "taskIds": ["t1"]}],
}


def listing(*plans):
    return {"items": list(plans), "limit": 100, "offset": 0, "total": len(plans)}


def test_list_filters_as_the_service_does(answered):
    """listPlans."""
    client = answered(listing(LISTED), listing())
    (plan,) = client.plans.list(environment_id="e1", workspace_id="w1", task_id="t1", name="Night")
    assert client.asked[:2] == ("GET", "/orchestration/executables/plans")
    params = {"environmentId": "e1", "workspaceId": "w1", "taskId": "t1", "name": "Night"}
    assert params.items() <= dict(client.requests[0].url.params).items()
    assert (plan.id, plan.status, plan.paused, plan.pause_context) == (
        "p1",
        "execution_failed",
        True,
        "audit",
    )
    assert (plan.workspace, plan.environment) == ("Retail", "Production")
    assert plan.paused_at == dt.datetime(2026, 1, 5, 6, tzinfo=dt.UTC)
    assert len(plan.steps) == len(plan.chart) == 0


def test_get_has_the_chart(answered):
    """getPlan."""
    client = answered({**LISTED, "chart": CHART})
    plan = client.plans.get("p1")
    assert client.asked == ("GET", "/orchestration/executables/plans/p1", "")
    assert plan.steps[0].name == "Load"
    assert set(plan.chart) == {"s1", "s1/t1"}
    assert plan.raw["chart"] == CHART


@pytest.mark.parametrize("wanted", ["p1", "Nightly load", "nightly LOAD"])
def test_find_takes_an_id_or_a_name_and_reads_the_chart(answered, wanted):
    client = answered(listing(LISTED), {"items": [], "total": 1}, {**LISTED, "chart": CHART})
    assert client.plans.find(wanted).steps[0].name == "Load"
    assert client.asked[1] == "/orchestration/executables/plans/p1"


def test_find_tells_the_near_names(answered):
    client = answered(listing(LISTED), {"items": [], "total": 1})
    with pytest.raises(InputError, match=r"Did you mean 'Nightly load'\? Known: Nightly load \(p1\)\."):
        client.plans.find("nightly laod")


def test_namesakes_are_told_apart_by_their_environment(answered):
    elsewhere = {"id": "w2", "name": "Retail", "environment": {"id": "e2", "name": "Development"}}
    both = listing(LISTED, {**LISTED, "executable": "p2", "workspace": elsewhere})
    end = {"items": [], "total": 2}
    with pytest.raises(InputError, match=r"Use an id: p1 \(Production\), p2 \(Development\)\."):
        answered(both, end).plans.find("Nightly load")
    for environment in ("e2", "development"):
        client = answered(both, end, {"executable": "p2", "chart": CHART})
        assert client.plans.find("Nightly load", environment=environment).id == "p2"
    with pytest.raises(InputError, match=r"environment 'Test'\. Known: Development, Production\."):
        answered(both, end).plans.find("Nightly load", environment="Test")


def test_create_sends_the_steps_in_the_services_words(answered):
    """createPlan."""
    client = answered((201, DEFINED))
    steps = [PlanStep("Load", ["t1"], on_failure_plan_ids=["p9"], note="truncate first")]
    plan = client.plans.create(name="Nightly load", workspace_id="w1", steps=steps, description="orders")
    assert client.asked == ("POST", "/orchestration/executables/plans", "")
    assert client.sent == {
        "name": "Nightly load",
        "workspaceId": "w1",
        "description": "orders",
        "steps": [
            {
                "name": "Load",
                "condition": "ALL_SUCCEEDED",
                "taskIds": ["t1"],
                "handlerOnFailure": {"planIds": ["p9"]},
                "note": "truncate first",
            }
        ],
    }
    assert (plan.id, plan.author, plan.steps[0].condition) == ("p1", "ada", "ALL_SUCCEEDED")
    assert plan.chart.nodes["s1"]["kind"] == "step"


def test_update_takes_the_steps_that_the_service_told(answered):
    """updatePlan."""
    client = answered(DEFINED)
    plan = client.plans.update("p1", name="Nightly", workspace_id="w1", steps=DEFINED["steps"])
    client.plans.update("p1", name="Nightly", workspace_id="w1", steps=plan.steps)
    assert client.asked == ("PUT", "/orchestration/executables/plans/p1", "")
    assert client.sent["steps"] == DEFINED["steps"]


def test_delete_gives_nothing(answered):
    """deletePlan."""
    client = answered((204, b""))
    assert client.plans.delete("p1") is None
    assert client.asked == ("DELETE", "/orchestration/executables/plans/p1", "")


TRIGGER = {"type": "DAILY", "interval": 1, "startDate": "2026-01-05", "timeZone": "Europe/London"}
CONFIG = {"trigger": TRIGGER, "runtime": {"type": "CLOUD"}, "parallelExecutionAllowed": False}


def test_run_config_reads_trigger_and_runtime(answered):
    """getPlanRunConfig."""
    client = answered(CONFIG)
    config = client.plans.run_config("p1")
    assert client.asked == ("GET", "/orchestration/executables/plans/p1/run-config", "")
    assert (config.trigger_type, config.interval, config.time_zone) == ("DAILY", 1, "Europe/London")
    assert (config.runtime_type, config.parallel_execution_allowed) == ("CLOUD", False)


def test_put_run_config_sends_what_the_contract_wants(answered):
    """putPlanRunConfig."""
    client = answered(CONFIG)
    config = client.plans.put_run_config("p1", trigger=TRIGGER)
    assert client.asked == ("PUT", "/orchestration/executables/plans/p1/run-config", "")
    assert client.sent == {"trigger": TRIGGER, "runtime": {"type": "CLOUD"}}
    client.plans.put_run_config("p1", trigger=config, runtime=config, parallel_execution_allowed=True)
    assert client.sent == {**CONFIG, "parallelExecutionAllowed": True}
    dated = {**TRIGGER, "startDate": dt.date(2026, 1, 5)}
    client.plans.put_run_config("p1", trigger=dated)
    assert client.sent["trigger"] == TRIGGER


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"type": "HOURLY"}, "The trigger's type is 'HOURLY'. Use ONCE, DAILY"),
        ({"type": None}, "The trigger's type is None"),
        ({"timeZone": ""}, "The trigger's timeZone is ''"),
        ({"startDate": None}, "The trigger's startDate is None"),
        ({"startDate": "5.1.2026"}, "The trigger's startDate is '5.1.2026'"),
        ({"startDate": "20260105"}, "The trigger's startDate is '20260105'"),
        ({"startDate": NOW}, "The trigger's startDate is datetime"),
        ({"interval": None}, "The trigger's interval is None. DAILY needs a whole number"),
        ({"interval": 0}, "The trigger's interval is 0"),
        ({"type": "CRON"}, "The trigger's cronExpression is None"),
    ],
)
def test_a_trigger_that_is_none_is_refused_before_it_is_sent(answered, changed, told):
    client = answered(CONFIG)
    with pytest.raises(InputError) as caught:
        client.plans.put_run_config("p1", trigger={**TRIGGER, **changed})
    assert str(caught.value).startswith(told)
    assert client.requests == []


def test_a_trigger_or_runtime_that_is_no_dict_is_refused(answered):
    client = answered(CONFIG)
    with pytest.raises(InputError, match="The trigger is 'DAILY'"):
        client.plans.put_run_config("p1", trigger="DAILY")
    with pytest.raises(InputError, match="The runtime's type is None"):
        client.plans.put_run_config("p1", trigger=TRIGGER, runtime={})
    assert client.requests == []


def test_stop_schedule_drops_the_run_config(answered):
    """stopPlanSchedule."""
    client = answered((204, b""))
    assert client.plans.stop_schedule("p1") is None
    assert client.asked == ("DELETE", "/orchestration/executables/plans/p1/run-config", "")


def events(*instants, total=None):
    return {"items": list(instants), "limit": 100, "offset": 0, "total": total or len(instants)}


def test_events_asks_in_milliseconds_and_gives_instants_in_utc(answered):
    """listPlanEvents."""
    client = answered(
        events("2026-01-02T05:30:00Z", "2026-01-01T06:30:00+01:00"), events("2026-01-02T05:30:00Z"), events()
    )
    found = client.plans.events("p1", since=NOW, to=NOW + dt.timedelta(days=7))
    assert client.asked[:2] == ("GET", "/orchestration/executables/plans/p1/run-config/events")
    first = dict(client.requests[0].url.params)
    assert first == {"from": "1767225600000", "to": "1767830400000", "limit": "100", "offset": "0"}
    assert found == [NOW.replace(hour=5, minute=30), NOW.replace(day=2, hour=5, minute=30)]
    assert {each.tzinfo for each in found} == {dt.UTC}


def test_an_instant_of_two_triggers_stands_once(answered):
    twice = ["2026-01-02T05:30:00Z", "2026-01-02T05:30:00Z"]
    assert len(answered(events(*twice), events(total=2)).plans.events("p1", to=NOW)) == 1


def test_events_without_a_beginning_leave_it_to_the_service(answered):
    client = answered(events())
    assert client.plans.events("p1", to=NOW) == []
    assert "from" not in client.requests[0].url.params


def test_a_window_that_is_none_is_refused_before_anything_is_sent(answered):
    client = answered(events())
    for window, told in (
        ({"to": None}, "to is None"),
        ({"to": NOW.replace(tzinfo=None)}, "to, .* has no time zone"),
        ({"to": NOW, "since": NOW.replace(tzinfo=None)}, "since, .* has no time zone"),
        ({"to": NOW, "since": NOW + dt.timedelta(milliseconds=1)}, "since is after to"),
    ):
        with pytest.raises(InputError, match=told):
            client.plans.events("p1", **window)
    with pytest.raises(TypeError):
        client.plans.events("p1")
    assert client.requests == []


@pytest.mark.parametrize("items", [None, ["tomorrow"], [1767225600000], [None], {}])
def test_events_that_are_no_instants_are_refused(answered, items):
    with pytest.raises(Malformed) as caught:
        answered({"items": items, "total": 1}).plans.events("p1", to=NOW)
    assert caught.value.operation == "listPlanEvents"


@pytest.mark.parametrize("status", [202, 204])
def test_pause_says_why(answered, status):
    """pausePlan."""
    client = answered((status, b""))
    assert client.plans.pause("p1", context="audit") is None
    assert client.asked == ("PUT", "/orchestration/executables/plans/p1/pause", "")
    assert client.sent == {"pause": True, "pauseContext": "audit"}


def test_resume_may_say_why(answered):
    """pausePlan."""
    client = answered((204, b""))
    client.plans.resume("p1")
    assert client.sent == {"pause": False}
    client.plans.resume("p1", context="audit over")
    assert client.sent == {"pause": False, "pauseContext": "audit over"}


@pytest.mark.parametrize("context", ["", "  ", None, 7])
def test_a_pause_needs_a_reason(answered, context):
    client = answered((204, b""))
    with pytest.raises(InputError, match="The context is"):
        client.plans.pause("p1", context=context)
    with pytest.raises(TypeError):
        client.plans.pause("p1")
    assert client.requests == []
