"""The service's words for how far a run is as ours, and ours as those it filters by."""

from __future__ import annotations

import pytest

from dataexplore.clients.talend.plan_runs import PlanRun
from dataexplore.clients.talend.promotion_runs import PromotionRun
from dataexplore.clients.talend.step_runs import StepRun
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.clients.talend.words import one_of, status_filter
from dataexplore.errors import InputError
from tests.contract.talend_contract import PROCESSING

SCHEMAS = PROCESSING.facts["components"]["schemas"]
END = "2026-11-20T05:34:12.020Z"


@pytest.mark.parametrize(
    ("told", "ours", "ended"),
    [
        ("dispatching", "queued", False),
        ("executing", "running", False),
        ("execution_successful", "succeeded", True),
        ("execution_failed", "failed", True),
        ("deploy_failed", "failed", True),
        ("terminated", "cancelled", True),
        ("terminated_timeout", "failed", True),
        ("terminated_shutdown", "failed", True),
        ("execution_rejected", "misfired", True),
        ("Executing", "running", False),
        ("hibernating", "hibernating", False),
        ("", None, False),
        (7, None, False),
        (None, None, False),
    ],
)
def test_a_task_runs_status_is_one_of_six_words_and_an_unknown_one_stays(told, ours, ended):
    run = TaskRun.read({"status": told})
    assert (run.status, run.ended) == (ours, ended)
    assert TaskRun.read({"status": told, "finishTimestamp": END}).ended


def test_every_status_of_the_contract_is_known():
    ours = {"queued", "running", "succeeded", "failed", "cancelled", "misfired"}
    for schema in ("TaskExecutionDetail", "TaskStatus", "PlanStatus"):
        for word in SCHEMAS[schema]["enum"]:
            assert TaskRun.read({"status": word}).status in ours
    for word in SCHEMAS["PromotionExecutionStatus"]["properties"]["status"]["enum"]:
        assert PromotionRun.read({"status": word}).status in ours


def test_the_fine_status_of_a_task_run_says_the_same_as_the_plain_one():
    for plain in SCHEMAS["TaskStatus"]["enum"]:
        fine = {"dispatching": "DISPATCHING_FLOW", "executing": "STARTING_FLOW_EXECUTION"}.get(plain)
        told = fine or plain.upper().replace("TERMINATED", "EXECUTION_TERMINATED").replace("SSFUL", "SS")
        assert told in SCHEMAS["TaskExecutionDetail"]["enum"]
        assert TaskRun.read({"executionStatus": told}).status == TaskRun.read({"status": plain}).status


@pytest.mark.parametrize(
    ("plain", "fine", "ours"),
    [
        ("executing", "STARTED", "running"),
        (None, "STARTED", "running"),
        (None, "EXECUTION_MISFIRED", "misfired"),
        ("going_on", "EXECUTION_SUCCESS", "succeeded"),
        (None, "UNDEFINED", "UNDEFINED"),
        (None, "FINISHED", "FINISHED"),
        (None, None, None),
    ],
)
def test_a_plan_runs_status_is_read_from_either_field(plain, fine, ours):
    run = PlanRun.read({"status": plain, "executionStatus": fine})
    assert (run.status, run.raw_status, run.detail) == (ours, plain or fine, fine)


@pytest.mark.parametrize(
    ("raw", "ours", "ended"),
    [
        ({"executionStatus": "SUCCESS"}, "succeeded", True),
        ({"executionStatus": "FAIL"}, "failed", True),
        ({"executionStatus": "FAILED"}, "failed", True),
        ({"executionStatus": "PARTIAL_SUCCESS"}, "partial", True),
        ({"executionStatus": "PROCEED"}, "partial", True),
        ({"executionStatus": "STARTED"}, "running", False),
        ({"executionStatus": "MAYBE"}, "MAYBE", False),
        ({"executionStatus": "MAYBE", "finishTimestamp": END}, "MAYBE", True),
        ({"startTimestamp": END}, "running", False),
        ({"startTimestamp": END, "finishTimestamp": END}, "ended", True),
        ({}, "queued", False),
    ],
)
def test_a_steps_status_is_its_word_or_follows_from_its_times(raw, ours, ended):
    step = StepRun.read(raw)
    assert (step.status, step.ended) == (ours, ended)


@pytest.mark.parametrize(
    ("kind", "wanted", "sent", "kept"),
    [
        ("plan", None, None, None),
        ("plan", "running", "executing", None),
        ("plan", "Succeeded", "execution_successful", None),
        ("plan", "execution_misfired", "execution_misfired", None),
        ("task", "queued", "dispatching", None),
        ("task", "cancelled", "terminated", None),
        ("task", "failed", None, "failed"),
        ("task", "deploy_failed", "deploy_failed", None),
        ("task", "misfired", "execution_rejected", None),
    ],
)
def test_a_filter_goes_out_in_the_services_word_where_one_word_says_it(kind, wanted, sent, kept):
    found = status_filter(wanted, kind)
    assert (found.sent, found.kept) == (sent, kept)


@pytest.mark.parametrize(
    ("kind", "wanted", "hint"),
    [
        ("plan", "runing", r"Did you mean 'running'\? Use one of running, succeeded, failed, misfired\.$"),
        ("task", "canceled", r"Did you mean 'cancelled'\?"),
        ("plan", "queued", r"^No plan run has the status 'queued'\. Use one of"),
        ("task", "zzz", r"'zzz'\. Use one of queued, running"),
        ("task", "", "status is ''"),
        ("task", 7, "status is 7"),
    ],
)
def test_a_status_nobody_knows_is_refused_with_the_near_one(kind, wanted, hint):
    with pytest.raises(InputError, match=hint):
        status_filter(wanted, kind)


def test_a_word_of_the_service_is_found_in_any_letters():
    assert one_of("warn", ("OFF", "WARN"), "log_level") == "WARN"
    with pytest.raises(InputError, match=r"log_level is 'warm'\. Did you mean 'WARN'\? Use one of OFF, WARN"):
        one_of("warm", ("OFF", "WARN"), "log_level")
