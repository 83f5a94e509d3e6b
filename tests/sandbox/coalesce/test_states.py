"""Any sequence of starts, cancels, reruns and looks leaves every run in a state that it may be in."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.sandbox.coalesce.running import Runner

# What may be told of a run after it was told to be something else.
FOLLOWS = {
    "queued": {"queued", "running", "success", "failed", "cancelled"},
    "running": {"running", "success", "failed", "cancelled"},
    "success": {"success"},
    "failed": {"failed"},
    "cancelled": {"cancelled"},
}
OF_NODES = {
    "success": {"success"},
    "failed": {"success", "failed", "skipped"},
    "cancelled": {"success", "failed", "skipped", "cancelled"},
}
ENDED = set(OF_NODES)
NODES = ("dim_stores", "stg_stores", "stg_employees", "int_category_paths", "dim_products")


class Runs(RuleBasedStateMachine):
    """A model of the scheduler: what it knows of each run is the last state told."""

    runner: Runner
    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[int, str] = {}
        self.nodes: dict[int, set[str]] = {}
        self.first = self.highest()

    def highest(self) -> int:
        newest = {"limit": 1, "orderByDirection": "desc"}
        return int(self.runner.client.get("/runs", params=newest).json()["data"][0]["runCounter"])

    def look(self, run: int) -> str:
        told = self.runner.run(run)
        status = str(told["status"])
        assert status in FOLLOWS[self.states[run]], f"{run} was {self.states[run]} and is {status}"
        assert (told["completedAt"] is not None) == (status in ENDED)
        assert "startedAt" in told or status in ("queued", "cancelled")
        self.states[run] = status
        return status

    @rule(
        target=runs,
        environment=st.sampled_from((2, 3)),
        nodes=st.sets(st.sampled_from(NODES), min_size=1),
        knob=st.sampled_from((None, None, "fails", "slow", "empty")),
        workers=st.integers(1, 4),
    )
    def start(self, environment, nodes, knob, workers):
        if knob:
            self.runner.knob(min(nodes), knob, environment=str(environment), seconds=0.3)
        run = self.runner.start(environment, *nodes, parallelism=workers)
        self.states[run], self.nodes[run] = "queued", nodes
        return run

    @rule(run=runs)
    def cancel(self, run):
        before = self.look(run)
        answer = self.runner.client.post("/scheduler/cancelRun", json={"runCounter": run})
        after = self.look(run)
        if before in ENDED:
            assert answer.status_code == 400
        else:  # it may have ended just before
            assert (answer.status_code == 204) == (after == "cancelled")
        assert after in ENDED

    @rule(target=runs, run=runs)
    def rerun(self, run):
        before = self.look(run)
        answer = self.runner.client.post("/scheduler/rerun", json={"runCounter": run})
        if answer.status_code == 400:
            assert before != "failed"
            return multiple()
        assert self.look(run) == "failed"
        again = int(answer.json()["runCounter"])
        self.states[again] = "queued"
        left = {name for name, status in self.runner.statuses(run).items() if status != "success"}
        self.nodes[again] = left
        return again

    @rule(run=consumes(runs))
    def wait(self, run):
        self.runner.wait(run, 30)
        status = self.look(run)
        nodes = self.runner.statuses(run)
        assert set(nodes) == self.nodes[run]
        assert set(nodes.values()) <= OF_NODES[status]
        assert (status == "failed") == ("failed" in nodes.values() and "cancelled" not in nodes.values())

    @invariant()
    def every_run_is_where_it_may_be(self):
        for run, state in list(self.states.items()):
            if state not in ENDED:
                self.look(run)
        assert self.highest() == self.first + len(self.states)

    def teardown(self):
        for run in self.states:
            if self.look(run) not in ENDED:
                self.runner.client.post("/scheduler/cancelRun", json={"runCounter": run})
        # What was set for nodes that never began.
        assert self.runner.client.delete(self.runner.beside("coalesce/next")).status_code == 204


@pytest.mark.parametrize("examples", [15, pytest.param(150, marks=pytest.mark.long)])
def test_every_sequence_of_starts_cancels_and_reruns_keeps_the_states_right(coalesce, examples):
    class Against(Runs):
        runner = Runner(coalesce)

    run_state_machine_as_test(
        Against,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=examples == 15,
        ),
    )
