"""Steps: read in either form and spelling, and checked before they are sent."""

from __future__ import annotations

import pytest

from dataexplore.clients.talend import PlanStep, Step
from dataexplore.clients.talend.plan_steps import Part, chart_steps, written
from dataexplore.errors import InputError

FLOWS = [{"id": "t1", "name": "extract", "plan": False}, {"id": "t2", "name": "check"}]
SEED = {"stepId": "s1", "stepName": "Extract", "stepNote": "truncate first", "status": "FAIL", "flows": FLOWS}
LATER = {"id": "s1", "name": "Extract", "note": "truncate first", "status": "FAIL", "flows": FLOWS}


@pytest.mark.parametrize("node", [SEED, LATER, {**LATER, **SEED, "taskIds": ["t1", "t2"]}])
def test_both_spellings_of_a_charts_step_are_one(node):
    step = Step.read(node)
    assert (step.id, step.name, step.note, step.status) == ("s1", "Extract", "truncate first", "FAIL")
    assert step.tasks == (Part("t1", "task", "extract"), Part("t2", "task", "check"))
    assert (step.condition, step.on_failure, step.handler) == (None, (), None)


def test_a_step_with_bare_ids_has_no_names():
    step = Step.read({"name": "Load", "condition": "ALWAYS_PROCEED_ON", "taskIds": ["t1", 7, None]})
    assert step.tasks == (Part("t1", "task"),)
    assert step.condition == "ALWAYS_PROCEED_ON"


def test_a_handler_is_read_from_the_definition_and_from_the_chart():
    defined = Step.read({"handlerOnFailure": {"taskIds": ["t9"], "planIds": ["p9"]}})
    assert defined.on_failure == (Part("t9", "task"), Part("p9", "plan"))
    chain = {"flows": [{"id": "t9", "name": "notify"}], "nextStep": {"flows": [{"id": "p9", "plan": True}]}}
    charted = Step.read({"stepOnException": {**chain, "stepId": "h1", "status": "SUCCESS"}})
    assert charted.on_failure == (Part("t9", "task", "notify"), Part("p9", "plan"))
    assert (charted.handler.id, charted.handler.status) == ("h1", "SUCCESS")


def test_a_charts_steps_come_in_their_order_however_many():
    chart = None
    for number in range(300, 0, -1):
        chart = {"stepId": f"s{number}", "nextStep": chart}
    assert [step.id for step in chart_steps(chart)] == [f"s{number}" for number in range(1, 301)]


@pytest.mark.parametrize("chart", [None, [], "text", 7])
def test_a_chart_that_is_none_has_no_steps(chart):
    assert len(chart_steps(chart)) == 0


@pytest.mark.parametrize(
    "odd",
    [{"flows": 7, "taskIds": "t"}, {"flows": [None, {"id": 7}]}, {"stepOnException": []}, {"nextStep": 1}],
)
def test_odd_fields_do_not_stop_the_reading(odd):
    (step,) = chart_steps(odd)
    assert (step.tasks, step.on_failure) == ((), ())


def test_steps_are_a_table_with_what_runs_and_what_runs_on_failure():
    steps = chart_steps({**SEED, "stepOnException": {"flows": [{"id": "p9", "name": "<b>", "plan": True}]}})
    shown = repr(steps)
    assert "Extract" in shown
    assert "extract, check" in shown
    assert "plan <b>" in shown
    assert "plan &lt;b&gt;" in steps._repr_html_()
    assert steps.to_df()["tasks"].to_list() == ["extract, check"]


STEP = {"name": "Load", "condition": "ALL_SUCCEEDED", "taskIds": ["t1"]}


def test_a_step_may_be_new_or_the_services_own():
    told = Step.read({**STEP, "id": "s1", "createDate": "2026-01-01", "note": None})
    whole = PlanStep(
        "Load",
        ("t1", "t2"),
        "AT_LEAST_ONE_SUCCEEDED",
        on_failure_task_ids=("t9",),
        on_failure_plan_ids=("p9",),
        note="n",
        id="s1",
    )
    assert written([PlanStep("Load", ["t1"]), told, STEP, whole]) == [
        STEP,
        {**STEP, "id": "s1"},
        STEP,
        {
            "name": "Load",
            "condition": "AT_LEAST_ONE_SUCCEEDED",
            "taskIds": ["t1", "t2"],
            "id": "s1",
            "handlerOnFailure": {"taskIds": ["t9"], "planIds": ["p9"]},
            "note": "n",
        },
    ]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([], "A plan needs a step"),
        ("Load", "The steps are no list"),
        (STEP, "The steps are no list"),
        (PlanStep("Load", ["t1"]), "The steps are no list"),
        (["Load"], "A str is no step of a plan"),
        ([STEP, {**STEP, "name": " "}], "The name of step 2 is ' '"),
        ([{**STEP, "condition": "SOMETIMES"}], "The condition of step 1, 'Load', is 'SOMETIMES'. Use ALL_"),
        ([Step.read(LATER)], "The condition of step 1, 'Extract', is None"),
        ([{**STEP, "taskIds": []}], "step 1, 'Load', has no tasks. Give it at least one"),
        ([{**STEP, "taskIds": None}], "step 1, 'Load', has no tasks"),
        ([PlanStep("Load", [])], "step 1, 'Load', has no tasks"),
        ([{**STEP, "taskIds": "t1"}], "The tasks of step 1 are no list"),
        ([{**STEP, "taskIds": [""]}], "The id of the task is empty"),
        ([{**STEP, "task_ids": ["t1"]}], "step 1 has an unknown field 'task_ids'. Did you mean 'taskIds'?"),
        ([{**STEP, "handlerOnFailure": {}}], "The error handler of step 1 runs nothing"),
        ([{**STEP, "handlerOnFailure": {"taskIds": []}}], "The error handler of step 1 runs nothing"),
        ([{**STEP, "handlerOnFailure": []}], "The error handler of step 1 is none"),
        ([{**STEP, "handlerOnFailure": {"tasks": ["t1"]}}], "The error handler of step 1 is none"),
        (
            [{**STEP, "handlerOnFailure": {"planIds": "p1"}}],
            "The plans of the error handler of step 1 are no",
        ),
    ],
)
def test_a_step_that_is_none_is_refused(steps, told):
    with pytest.raises(InputError) as caught:
        written(steps)
    assert str(caught.value).startswith(told)


def test_a_plan_with_a_step_that_is_none_is_not_sent(answered):
    client = answered({})
    with pytest.raises(InputError):
        client.plans.create(name="x", workspace_id="w", steps=[{**STEP, "taskIds": []}])
    with pytest.raises(InputError):
        client.plans.update("p", name="x", workspace_id="w", steps=[])
    assert client.requests == []
