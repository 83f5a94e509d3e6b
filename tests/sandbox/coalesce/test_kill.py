"""A server that is killed, or stopped, in the middle of a run tells the truth when it is back."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.coalesce.running import Runner

SIDE = ("--pace", 0, "--node-wait", 0, "--scale", 0.01)


def sql(server, text):
    body = {"sql": text, "connection": {"name": "warehouse"}}
    answer = httpx.post(f"{server.url}/api/v1/exec/sql", json=body, headers=server.headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]["data"]


def open_runner(server):
    client = httpx.Client(
        base_url=f"{server.url}/api/v1", headers=server.headers, trust_env=False, timeout=30
    )
    return Runner(client)


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_a_run_that_was_broken_off_is_failed_and_every_committed_row_is_there(start, tmp_path, end):
    """Case 44."""
    first = start("--data", tmp_path, *SIDE)
    runner = open_runner(first)
    done = runner.start(3, "dim_products")
    runner.wait(done)
    runner.knob("int_order_revenue", "slow", seconds=60)
    broken = runner.start(3)
    waiting = runner.start(3, "dim_stores")
    committed = {"dim_stores", "dim_customers", "int_order_payments", "stg_orders"}
    runner.wait_for("int_order_revenue", broken)
    while any(runner.statuses(broken)[name] != "success" for name in committed):
        pass
    sql(first, "create table main.kept as select 42 as a")
    rows = {name: runner.nodes(broken)[name]["rowsAffected"] for name in committed - {"stg_orders"}}
    runs = runner.client.get("/runs", params={"limit": 1000}).json()["data"]
    getattr(first.process, end)()
    first.process.wait(10)
    runner.client.close()

    second = start("--data", tmp_path, *SIDE[:4])
    runner = open_runner(second)
    told = runner.run(broken)
    assert (told["status"], told["runFailureReason"]) == ("failed", "The server ended during the run.")
    assert told["startedAt"] <= told["completedAt"]
    statuses = runner.statuses(broken)
    assert statuses["int_order_revenue"] == "failed"
    assert statuses["fact_orders"] == "skipped"
    assert {statuses[name] for name in committed} == {"success"}
    assert not {"running", "queued"} & set(statuses.values())
    never = runner.run(waiting)
    assert (never["status"], never["runFailureReason"]) == (
        "failed",
        "The server ended before the run began.",
    )
    assert runner.run(done)["status"] == "success"
    before = {run["runCounter"]: run for run in runs if run["status"] not in ("running", "queued")}
    after = {
        run["runCounter"]: run for run in runner.client.get("/runs", params={"limit": 1000}).json()["data"]
    }
    assert before.items() <= after.items()
    assert len(after) == len(runs)
    assert sql(second, "select a from main.kept") == [[42]]
    for name, count in rows.items():
        schema = "intermediate" if name.startswith("int_") else "marts"
        assert sql(second, f"select count(*) from {schema}.{name}") == [[count]]
    # It goes on: what was broken off can be run again, the nodes that were done stay done.
    again = runner.rerun(broken)
    assert runner.wait(again)["status"] == "success"
    assert again == max(after) + 1
    assert not committed & set(runner.nodes(again))
    runner.client.close()


def test_what_was_made_and_set_is_there_after_a_restart(start, tmp_path):
    first = start("--data", tmp_path, *SIDE)
    runner = open_runner(first)
    made = runner.client.post("/environments", json={"name": "Preview", "project": "1"}).json()
    runner.deploy(2, made["id"])
    run = runner.start(made["id"], "dim_stores")
    assert runner.wait(run)["status"] == "failed"  # its staging view is not there yet
    runner.wait(runner.start(made["id"]))
    count = sql(first, f"select count(*) from warehouse_dev.env{made['id']}_marts.fact_orders")
    runner.client.close()
    assert first.stop() == 0
    second = start("--data", tmp_path, "--pace", 0)
    runner = open_runner(second)
    kept = runner.client.get(f"/environments/{made['id']}").json()
    assert {**made, "status": kept["status"], "updatedAt": kept["updatedAt"]} == kept
    assert sql(second, f"select count(*) from warehouse_dev.env{made['id']}_marts.fact_orders") == count
    assert runner.run(run)["status"] == "failed"
    runner.client.close()
