"""A plan as a graph."""

from __future__ import annotations

import networkx as nx

from dataexplore.clients.talend import Plan, PlanExecutable

CHART = {
    "stepId": "s1",
    "stepName": "Extract",
    "status": "SUCCESS",
    "stepNote": "truncate first",
    "flows": [{"id": "t1", "name": "orders"}, {"id": "t2", "name": "stock"}],
    "stepOnException": {"stepId": "h1", "stepName": "Tell", "flows": [{"id": "t9", "name": "notify"}]},
    "nextStep": {
        "id": "s2",
        "name": "Load",
        "status": "FAIL",
        "taskIds": ["t1"],
        "stepOnException": {"flows": [{"id": "p9", "name": "Clean up", "plan": True}]},
    },
}
DEFINITION = {
    "id": "p1",
    "steps": [
        {
            "id": "s1",
            "name": "Extract",
            "condition": "AT_LEAST_ONE_SUCCEEDED",
            "taskIds": ["t1", "t2"],
            "handlerOnFailure": {"taskIds": ["t9"]},
        },
        {
            "id": "s2",
            "name": "Load",
            "condition": "ALL_SUCCEEDED",
            "taskIds": ["t1"],
            "handlerOnFailure": {"planIds": ["p9"]},
        },
    ],
}
EDGES = {
    ("s1", "s2"): "next",
    ("s1", "s1/t1"): "runs",
    ("s1", "s1/t2"): "runs",
    ("s1", "s1!"): "fails",
    ("s1!", "s1!/t9"): "runs",
    ("s2", "s2/t1"): "runs",
    ("s2", "s2!"): "fails",
    ("s2!", "s2!/p9"): "runs",
}


def edges(chart):
    return {(start, end): kind for start, end, kind in chart.edges(data="kind")}


def test_a_chart_and_a_definition_give_the_same_graph():
    charted = PlanExecutable.read({"executable": "p1", "chart": CHART}).chart
    defined = Plan.read(DEFINITION).chart
    assert edges(charted) == edges(defined) == EDGES
    assert nx.is_directed_acyclic_graph(charted)
    assert set(charted) == set(defined)


def test_the_edge_to_the_next_step_has_the_condition_that_a_definition_tells():
    assert Plan.read(DEFINITION).chart.edges["s1", "s2"]["condition"] == "AT_LEAST_ONE_SUCCEEDED"
    assert PlanExecutable.read({"chart": CHART}).chart.edges["s1", "s2"]["condition"] is None


def test_each_node_says_what_it_is():
    nodes = PlanExecutable.read({"chart": CHART}).chart.nodes
    assert nodes["s1"] == {
        "kind": "step",
        "id": "s1",
        "name": "Extract",
        "status": "SUCCESS",
        "note": "truncate first",
        "step": "s1",
        "position": 1,
    }
    assert nodes["s1/t2"] == {
        "kind": "task",
        "id": "t2",
        "name": "stock",
        "status": None,
        "note": None,
        "step": "s1",
        "position": 1,
    }
    assert (nodes["s1!"]["kind"], nodes["s1!"]["id"], nodes["s1!"]["name"]) == ("handler", "h1", "Tell")
    assert (nodes["s2!/p9"]["kind"], nodes["s2!/p9"]["name"], nodes["s2!/p9"]["step"]) == (
        "plan",
        "Clean up",
        "s2",
    )
    assert {key for key, kind in nodes(data="kind") if kind == "step"} == {"s1", "s2"}


def test_a_task_of_two_steps_is_two_nodes_and_steps_without_ids_are_kept_apart():
    nameless = {"flows": [{"id": "t1"}], "nextStep": {"flows": [{"id": "t1"}]}}
    assert set(PlanExecutable.read({"chart": nameless}).chart) == {
        "step 1",
        "step 1/t1",
        "step 2",
        "step 2/t1",
    }
    twice = {"id": "s", "nextStep": {"id": "s", "nextStep": {"id": "s"}}}
    chart = PlanExecutable.read({"chart": twice}).chart
    assert list(chart) == ["s", "s (2)", "s (3)"]
    assert list(chart.edges) == [("s", "s (2)"), ("s (2)", "s (3)")]


def test_a_plan_without_a_chart_is_an_empty_graph():
    assert len(PlanExecutable.read({}).chart) == len(Plan.read({}).chart) == 0
