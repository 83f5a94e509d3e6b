"""What tests and demonstrations may set without touching code."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.coalesce.running import Runner


@pytest.fixture
def runner(coalesce):
    return Runner(coalesce)


def test_what_waits_for_its_node_is_listed_and_used_once(runner):
    runner.knob("dim_products", "fails", environment="2")
    listed = runner.client.get(runner.beside("coalesce/knobs")).json()["next"]
    assert [(knob["node"], knob["outcome"], knob["environment"]) for knob in listed] == [
        ("dim_products", "fails", "2")
    ]
    assert runner.wait(runner.start(3, "dim_products"))["status"] == "success"  # another environment
    assert runner.wait(runner.start(2, "dim_products"))["status"] == "failed"
    assert runner.wait(runner.start(2, "dim_products"))["status"] == "success"
    assert runner.client.get(runner.beside("coalesce/knobs")).json() == {"next": []}
    runner.knob("dim_products", "fails", environment="2")
    assert runner.client.delete(runner.beside("coalesce/next")).status_code == 204
    assert runner.wait(runner.start(2, "dim_products"))["status"] == "success"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"node": "nowhere", "outcome": "fails"}, "No node nowhere"),
        ({"node": "dim_stores", "outcome": "fails", "environment": "99"}, "No node dim_stores"),
        ({"node": "dim_stores", "outcome": "explodes"}, "outcome"),
        ({"node": "dim_stores", "outcome": "slow", "seconds": -1}, "seconds"),
        ({"outcome": "fails"}, "node is missing"),
    ],
)
def test_a_knob_that_fits_nothing_is_refused(runner, body, told):
    answer = runner.client.post(runner.beside("coalesce/next"), json=body)
    assert answer.status_code == 400
    assert told in answer.json()["message"]


def test_a_deployment_to_nowhere_is_refused(runner):
    for body in ({"workspaceID": "9", "environmentID": "1"}, {"workspaceID": "1", "environmentID": "x"}):
        answer = runner.client.post(runner.beside("coalesce/deploy"), json=body)
        assert answer.status_code == 400


def test_a_knob_wants_the_token_as_everything_does(runner, server):
    answer = httpx.post(runner.beside("coalesce/next"), json={"node": "dim_stores", "outcome": "fails"})
    assert answer.status_code == 401
