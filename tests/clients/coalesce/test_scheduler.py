"""The scheduler: what is checked before, what goes out, what comes back."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from dataexplore.clients.coalesce import Credentials
from dataexplore.errors import ConfigError, InputError, Invalid, Malformed
from dataexplore.secret import Secret

STARTED = {"runCounter": 43}
BASIC = Credentials("Basic", "LOADER", Secret("pw"), warehouse="WH", role="R")
NO_LOGIN = {"snowflake_auth_type": None, "snowflake_user": None, "snowflake_password": None}
SELECTOR = '{ location: "MARTS" name: "fact_orders" }'


def test_start_sends_the_details_form_and_gives_the_counter(answered):
    """startRun."""
    client = answered(STARTED)
    started = client.scheduler.start(
        3,
        include_nodes_selector=SELECTOR,
        exclude_nodes_selector=f"{SELECTOR} OR {SELECTOR}",
        parallelism=8,
        force_ignore_workspace_status=True,
        parameters={"load_date": "2026-11-20"},
        credentials=BASIC,
    )
    assert started == 43
    assert client.asked == ("POST", "/api/v1/scheduler/startRun", "")
    assert client.sent == {
        "runDetails": {
            "environmentID": "3",
            "includeNodesSelector": SELECTOR,
            "excludeNodesSelector": f"{SELECTOR} OR {SELECTOR}",
            "parallelism": 8,
            "forceIgnoreWorkspaceStatus": True,
        },
        "userCredentials": {
            "snowflakeAuthType": "Basic",
            "snowflakeUsername": "LOADER",
            "snowflakePassword": "pw",
            "snowflakeWarehouse": "WH",
            "snowflakeRole": "R",
        },
        "parameters": {"load_date": "2026-11-20"},
    }


def test_a_job_is_named_by_its_id_as_text(answered):
    client = answered(STARTED)
    client.scheduler.start("3", job_id=7, credentials=None)
    assert client.sent == {"runDetails": {"environmentID": "3", "jobID": "7"}}


@pytest.mark.parametrize(("base", "path"), [("host", "/scheduler"), ("api", "/api/v1/scheduler")])
def test_the_scheduler_stands_where_the_profile_says(answered, base, path):
    client = answered({**STARTED, "runStatus": "running"}, scheduler_base=base)
    client.scheduler.start(3)
    assert client.asked == ("POST", f"{path}/startRun", "")
    client.scheduler.status(42)
    assert client.asked == ("GET", f"{path}/runStatus", "runCounter=42")
    client.scheduler.rerun(42)
    assert client.asked == ("POST", f"{path}/rerun", "")
    client.scheduler.cancel(42)
    assert client.asked == ("POST", f"{path}/cancelRun", "")


def test_request_shows_the_body_and_sends_nothing(answered):
    client = answered(STARTED)
    body = client.scheduler.request(3, parallelism="4", credentials=BASIC)
    assert body["runDetails"] == {"environmentID": "3", "parallelism": 4}
    assert body["userCredentials"]["snowflakePassword"] == Secret("pw")
    assert "pw" not in repr(body)
    assert client.requests == []


def test_the_profiles_login_is_sent_unless_another_or_none_is_passed(answered):
    client = answered(STARTED, snowflake_role="R")
    login = client.scheduler.request(3)["userCredentials"]
    assert (login["snowflakeUsername"], login["snowflakeRole"]) == ("sandbox", "R")
    assert client.scheduler.request(3, credentials=BASIC)["userCredentials"]["snowflakeUsername"] == "LOADER"
    assert "userCredentials" not in client.scheduler.request(3, credentials=None)


def test_a_profile_without_a_login_leaves_it_to_the_environments_connection(answered):
    client = answered(STARTED, **NO_LOGIN)
    assert client.scheduler.request(3) == {"runDetails": {"environmentID": "3"}}


def test_a_profile_with_half_a_login_says_what_is_missing_before_anything_is_sent(answered):
    client = answered(STARTED, snowflake_password=None)
    with pytest.raises(ConfigError, match=r"No Snowflake password of sandbox.*SNOWFLAKE_PASSWORD"):
        client.scheduler.start(3)
    assert client.requests == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"parallelism": 0}, "parallelism is 0. Use a whole number from 1."),
        ({"parallelism": -1}, "parallelism is -1"),
        ({"parallelism": True}, "parallelism is True"),
        ({"parallelism": 1.5}, "parallelism is 1.5"),
        ({"parallelism": "many"}, "parallelism is 'many'"),
        ({"parallelism": [4]}, "parallelism is [4]"),
        ({"job_id": ""}, "The id of the job is empty"),
        ({"job_id": True}, "True is no id of a job"),
        ({"job_id": 1, "include_nodes_selector": SELECTOR}, "A job has its own selectors."),
        ({"job_id": 1, "exclude_nodes_selector": SELECTOR}, "A job has its own selectors."),
        ({"include_nodes_selector": ""}, "include_nodes_selector is ''. Leave it out to run every node."),
        ({"include_nodes_selector": " "}, "include_nodes_selector is ' '"),
        ({"exclude_nodes_selector": ["a"]}, "exclude_nodes_selector is ['a']"),
        ({"force_ignore_workspace_status": 1}, "force_ignore_workspace_status is 1"),
        ({"force_ignore_workspace_status": "yes"}, "force_ignore_workspace_status is 'yes'"),
        ({"parameters": "load_date=1"}, "The parameters are 'load_date=1'"),
        ({"parameters": [("a", "b")]}, "The parameters are"),
        ({"parameters": {"a": None}}, "The parameter 'a' is None"),
        ({"parameters": {"a": ["x"]}}, "The parameter 'a' is ['x']"),
        ({"parameters": {"a": float("nan")}}, "The parameter 'a' is nan"),
        ({"parameters": {1: "a"}}, "The parameter's name is 1"),
        ({"parameters": {"": "a"}}, "The parameter's name is ''"),
        ({"parameters": {"a": Secret("hidden")}}, "The parameter 'a' is Secret(***)"),
        ({"credentials": "Basic"}, "The credentials are none."),
        ({"credentials": {"snowflakePassword": "hidden"}}, "The credentials are none."),
    ],
)
def test_what_cannot_be_sent_is_refused_before(answered, arguments, told):
    client = answered(STARTED)
    with pytest.raises(InputError) as caught:
        client.scheduler.start(3, **arguments)
    assert told in str(caught.value)
    assert "hidden" not in str(caught.value)
    assert client.requests == []


@pytest.mark.parametrize("environment", ["", " ", None, True, 3.0])
def test_a_run_needs_an_environment(answered, environment):
    client = answered(STARTED)
    with pytest.raises(InputError, match="environment"):
        client.scheduler.start(environment)
    assert client.requests == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-11-20", "2026-11-20"),
        ("", ""),
        (7, "7"),
        (0.5, "0.5"),
        (Decimal("1.10"), "1.10"),
        (True, "true"),
        (False, "false"),
    ],
)
def test_parameters_become_text(answered, value, text):
    client = answered(STARTED)
    client.scheduler.start(3, parameters={"p": value}, credentials=None)
    assert client.sent["parameters"] == {"p": text}


def test_a_counter_may_come_as_text(answered):
    assert answered({"runCounter": "43"}).scheduler.start(3) == 43


@pytest.mark.parametrize("answer", [{}, [], None, {"runCounter": 0}, {"runCounter": "x"}, {"id": 4}, b"<p>"])
def test_an_answer_without_a_counter_says_where_to_look(answered, answer):
    client = answered(answer)
    with pytest.raises(Malformed, match=r"ws\.coalesce\.runs\.list\(limit=5\)") as caught:
        client.scheduler.start(3)
    assert caught.value.operation == "startRun"
    assert len(client.requests) == 1


def test_a_refusal_is_told_in_the_services_words_without_the_status_in_front(answered):
    words = {"errorString": "400: No job 99.", "errorDetail": "400: No job 99."}
    with pytest.raises(Invalid, match=r"^No job 99\.$"):
        answered((400, {"error": words})).scheduler.start(3)


@pytest.mark.parametrize(
    "answer",
    [
        {"runCounter": 42, "status": "running", "startedAt": "2026-11-21T06:00:00Z", "completedAt": None},
        {"runStatus": "rendering", "runType": "refresh", "runLink": "https://app.example/runs/42"},
    ],
)
def test_status_reads_both_shapes_and_knows_its_counter(answered, answer):
    """getRunStatus."""
    client = answered(answer)
    status = client.scheduler.status("42")
    assert client.asked == ("GET", "/api/v1/scheduler/runStatus", "runCounter=42")
    assert (status.run_counter, status.status, status.ended) == (42, "running", False)
    assert status.raw == answer
    assert status.run_link == answer.get("runLink")


def test_rerun_by_its_counter_sends_the_contracts_body(answered):
    """retryRun."""
    client = answered(STARTED)
    assert client.scheduler.rerun(41) == 43
    assert client.asked == ("POST", "/api/v1/scheduler/rerun", "")
    assert client.sent == {"runCounter": 41}


def test_rerun_with_details_sends_a_login_and_parameters(answered):
    client = answered(STARTED)
    assert client.scheduler.rerun("41", form="details", parameters={"p": 1}, credentials=BASIC) == 43
    assert client.sent == {
        "runDetails": {"runID": "41"},
        "userCredentials": {
            "snowflakeAuthType": "Basic",
            "snowflakeUsername": "LOADER",
            "snowflakePassword": "pw",
            "snowflakeWarehouse": "WH",
            "snowflakeRole": "R",
        },
        "parameters": {"p": "1"},
    }
    client.scheduler.rerun(41, form="details", credentials=None)
    assert client.sent == {
        "runDetails": {"runID": "41"},
        "userCredentials": {"snowflakeAuthType": "OAuth"},
    }


def test_cancel_has_two_forms(answered):
    """cancelRun."""
    client = answered((204, b""))
    assert client.scheduler.cancel(42) is None
    assert client.asked == ("POST", "/api/v1/scheduler/cancelRun", "")
    assert client.sent == {"runCounter": 42}
    client.scheduler.cancel("42", form="run_id")
    assert client.sent == {"runID": 42}
    client.scheduler.cancel(42, form="run_id", environment_id=3)
    assert client.sent == {"runID": 42, "environmentID": "3"}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda scheduler: scheduler.rerun(41, parameters={"p": "1"}), "neither parameters nor credentials"),
        (lambda scheduler: scheduler.rerun(41, credentials=BASIC), 'Use form="details"'),
        (lambda scheduler: scheduler.rerun(41, form="run_id"), "There is no form 'run_id'"),
        (lambda scheduler: scheduler.cancel(41, environment_id=3), 'Use form="run_id"'),
        (lambda scheduler: scheduler.cancel(41, form="details"), "Use 'counter' or 'run_id'"),
        (lambda scheduler: scheduler.cancel(""), "run_counter is ''"),
        (lambda scheduler: scheduler.rerun(0), "run_counter is 0"),
        (lambda scheduler: scheduler.rerun("x"), "run_counter is 'x'"),
        (lambda scheduler: scheduler.status(True), "run_counter is True"),
        (lambda scheduler: scheduler.status("9" * 40), "run_counter is '999"),
    ],
)
def test_rerun_cancel_and_status_refuse_what_is_no_run(answered, call, told):
    client = answered(STARTED)
    with pytest.raises(InputError) as caught:
        call(client.scheduler)
    assert told in str(caught.value)
    assert client.requests == []


@pytest.mark.parametrize(
    ("act", "path"),
    [
        (lambda scheduler: scheduler.start(3, parameters={"p": 1}, credentials=BASIC), "startRun"),
        (lambda scheduler: scheduler.rerun(41), "rerun"),
        (lambda scheduler: scheduler.rerun(41, form="details", credentials=BASIC), "rerun"),
        (lambda scheduler: scheduler.cancel(42, form="run_id"), "cancelRun"),
    ],
)
@pytest.mark.parametrize(("base", "root"), [("host", "/scheduler"), ("api", "/api/v1/scheduler")])
def test_a_rehearsal_gives_the_very_request_and_sends_nothing(answered, act, path, base, root):
    client = answered(STARTED, scheduler_base=base)
    order = client.scheduler.rehearse(act)
    assert client.requests == []
    act(client.scheduler)
    assert (order.method, order.path) == client.asked[:2] == ("POST", f"{root}/{path}")
    assert json.loads(order.json.replace("***", "pw")) == client.sent
    assert '"pw"' not in order.json


def test_a_rehearsal_refuses_what_the_call_refuses(answered):
    with pytest.raises(InputError, match="parallelism is 0"):
        answered(STARTED).scheduler.rehearse(lambda scheduler: scheduler.start(3, parallelism=0))
