"""Nodes really run: in their order, several at a time, with the rows they wrote."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from tests.sandbox.coalesce.running import Runner, times

WORKERS = 8
SLOWNESS_S = 0.25


@pytest.fixture(scope="module")
def runner(coalesce):
    return Runner(coalesce)


@pytest.fixture(scope="module")
def own(coalesce_for_dev):
    """A sandbox of this module's own, whose workspace the tests fill."""
    return Runner(coalesce_for_dev)


def add_nodes(runner, *nodes):
    """Add nodes to the workspace: a name, SQL or the names of predecessors."""
    ids = {
        each["name"]: each["id"]
        for each in runner.client.get("/workspaces/1/nodes", params={"limit": 500}).json()["data"]
    }
    for name, made_of in nodes:
        body = {"name": name, "type": "table", "locationName": "MARTS"}
        if isinstance(made_of, str):
            body["metadata"] = {"sourceMapping": [{"customSQL": {"customSQL": made_of}}]}
        else:
            body["predecessorNodeIDs"] = [ids[each] for each in made_of]
        answer = runner.client.post("/workspaces/1/nodes", json=body)
        assert answer.status_code == 200, answer.text
        ids[name] = answer.json()["id"]


def test_a_full_run_builds_every_node_with_its_true_rows(runner, rows):
    run = runner.start(3)
    assert runner.wait(run)["status"] == "success"
    nodes = runner.nodes(run)
    assert len(nodes) == 34
    for name in ("fact_orders", "dim_stores", "daily_revenue"):
        assert nodes[name]["rowsAffected"] == rows(f"select count(*) from marts.{name}")[0][0]
    # A view moves no rows.
    assert "rowsAffected" not in nodes["stg_orders"]
    assert "rowsInserted" not in nodes["stg_orders"]["queryResults"][0]


def test_a_run_in_qa_touches_the_tables_of_qa_alone(runner, rows):
    count = rows("select count(*) from marts.dim_stores")
    rows("delete from warehouse_qa.marts.dim_stores where true")
    run = runner.start(2, "dim_stores")
    assert runner.wait(run)["status"] == "success"
    assert rows("select count(*) from warehouse_qa.marts.dim_stores") == count
    sql = runner.nodes(run)["dim_stores"]["queryResults"][0]["sql"]
    assert sql.startswith('CREATE OR REPLACE TABLE "warehouse_qa"."marts"."dim_stores" AS')
    assert '"warehouse_qa"."staging"."stg_stores"' in sql


def test_a_run_of_forty_nodes_with_eight_workers_shows_its_order_and_its_workers_in_its_times(own):
    runner = own
    width, depth = WORKERS, 5
    layers = [[f"n{layer}_{place}" for place in range(width)] for layer in range(depth)]
    add_nodes(runner, *((name, "select 1 as id") for name in layers[0]))
    for above, layer in pairwise(layers):
        add_nodes(runner, *((name, [above[place - 1], above[place]]) for place, name in enumerate(layer)))
    runner.deploy(1, 1)
    names = [name for layer in layers for name in layer]
    for name in names:
        runner.knob(name, "slow", seconds=SLOWNESS_S)
    run = runner.start(1, *names, parallelism=WORKERS)
    ended = runner.wait(run)
    assert (ended["status"], ended["runDetails"]["nodesInRun"]) == ("success", 40)

    nodes = runner.nodes(run)
    spans = {name: times(nodes[name]) for name in names}
    for above, layer in pairwise(layers):
        for place, name in enumerate(layer):
            for needed in (above[place - 1], above[place]):
                assert spans[needed][1] <= spans[name][0], f"{name} began before {needed} ended"
    at_once = most_at_once(spans.values())
    assert at_once == WORKERS
    # Each waits a quarter of a second: alone one after the other they would take ten.
    whole = max(end for _, end in spans.values()) - min(start for start, _ in spans.values())
    assert whole.total_seconds() < 40 * SLOWNESS_S / 2
    assert nodes["n4_0"]["rowsAffected"] == 2**4


@pytest.mark.parametrize("workers", [1, 3])
def test_no_more_nodes_run_at_once_than_the_run_allows(own, workers):
    runner = own
    names = ["stg_orders", "stg_stores", "stg_products", "stg_customers", "stg_refunds", "stg_payments"]
    for name in names:
        runner.knob(name, "slow", seconds=0.1)
    run = runner.start(3, *names, parallelism=workers)
    runner.wait(run)
    nodes = runner.nodes(run)
    assert most_at_once([times(nodes[name]) for name in names]) == workers


def most_at_once(spans):
    """Count how many spans overlap at most; one that ends when another begins does not."""
    moments = sorted([(end, -1) for _, end in spans] + [(start, 1) for start, _ in spans])
    most = now = 0
    for _, step in moments:
        now += step
        most = max(most, now)
    return most


def test_a_failing_node_skips_what_depends_on_it_and_nothing_else(runner, rows):
    before = rows("select count(*), max(order_id) from marts.fact_orders")
    runner.knob("int_order_revenue", "fails", environment="3", error="Disk quota exceeded")
    run = runner.start(3)
    ended = runner.wait(run)
    statuses = runner.statuses(run)
    assert ended["status"] == "failed"
    assert ended["runFailureReason"] == "1 of 34 nodes failed: int_order_revenue"
    skipped = {name for name, status in statuses.items() if status == "skipped"}
    assert skipped == {"campaign_performance", "customer_lifetime_value", "daily_revenue", "fact_orders"}
    assert Counter(statuses.values()) == {"success": 29, "skipped": 4, "failed": 1}
    query = runner.nodes(run)["int_order_revenue"]["queryResults"][0]
    assert query["error"]["errorString"] == "Invalid Input Error: Disk quota exceeded"
    assert runner.nodes(run)["fact_orders"]["queryResults"] == []
    assert rows("select count(*), max(order_id) from marts.fact_orders") == before


def test_a_rerun_runs_only_what_failed_and_was_skipped(runner):
    runner.knob("int_order_revenue", "fails")
    failed = runner.start(2, parallelism=5)
    assert runner.wait(failed)["status"] == "failed"
    again = runner.rerun(failed)
    ended = runner.wait(again)
    assert set(runner.nodes(again)) == {
        "int_order_revenue",
        "campaign_performance",
        "customer_lifetime_value",
        "daily_revenue",
        "fact_orders",
    }
    assert ended["status"] == "success"
    assert (ended["reRunID"], ended["runHistory"]) == (str(failed), [failed])
    assert ended["runDetails"]["parallelism"] == 5


def test_a_node_that_writes_nothing_is_a_success_with_zero_rows(runner, rows):
    runner.knob("dim_stores", "empty", environment="2")
    run = runner.start(2, "dim_stores")
    assert runner.wait(run)["status"] == "success"
    assert runner.nodes(run)["dim_stores"]["rowsAffected"] == 0
    assert rows("select count(*) from warehouse_qa.marts.dim_stores") == [[0]]
    assert runner.wait(runner.start(2, "dim_stores"))["status"] == "success"


def test_a_cancel_stops_what_runs_and_what_waits_and_keeps_what_is_done(runner, rows):
    rows("create or replace table warehouse.main.before_cancel as from marts.fact_orders")
    runner.knob("int_order_revenue", "slow", seconds=60, environment="3")
    run = runner.start(3)
    runner.wait_for("int_order_revenue", run)
    runner.cancel(run)
    ended = runner.run(run)
    assert (ended["status"], ended["runStatus"], ended["runDetails"]["canceled"]) == (
        "cancelled",
        "canceled",
        True,
    )
    statuses = runner.statuses(run)
    assert statuses["int_order_revenue"] == statuses["fact_orders"] == "cancelled"
    assert statuses["stg_orders"] == "success"
    assert set(statuses.values()) == {"success", "cancelled"}
    assert rows("select count(*) from (from marts.fact_orders except from main.before_cancel)") == [[0]]


def test_a_cancel_interrupts_a_statement_in_the_middle(own):
    runner = own
    add_nodes(runner, ("endless", "select count(*) as n from range(1000000000) a, range(1000000000) b"))
    runner.deploy(1, 1)
    run = runner.start(1, "endless")
    runner.wait_for("endless", run)
    runner.cancel(run)
    assert runner.statuses(run) == {"endless": "cancelled"}
    assert runner.wait(runner.start(1, "dim_stores"))["status"] == "success"


def test_runs_of_one_environment_wait_for_each_other_and_those_of_another_do_not(runner):
    runner.knob("dim_stores", "slow", seconds=60, environment="3")
    first = runner.start(3, "dim_stores")
    runner.wait_for("dim_stores", first)
    second = runner.start(3, "dim_stores")
    elsewhere = runner.start(2, "dim_stores")
    assert runner.wait(elsewhere)["status"] == "success"
    assert runner.run(first)["status"] == "running"
    waiting = runner.run(second)
    assert (waiting["status"], waiting["runStatus"]) == ("queued", "waitingToRun")
    assert "startedAt" not in waiting
    assert waiting["completedAt"] is None
    third = runner.start(3, "dim_stores")
    runner.cancel(third)  # one that waits can be cancelled, too
    assert runner.statuses(third) == {"dim_stores": "cancelled"}
    assert "startedAt" not in runner.run(third)
    runner.cancel(first)
    ended = runner.wait(second)
    assert ended["status"] == "success"
    assert ended["startedAt"] >= runner.run(first)["completedAt"]


def test_an_environment_tells_what_goes_on_in_it(runner):
    def status():
        return runner.client.get("/environments/3").json()["status"]

    runner.knob("dim_stores", "slow", seconds=60, environment="3")
    run = runner.start(3, "dim_stores")
    runner.wait_for("dim_stores", run)
    assert status() == "Refreshing"
    runner.cancel(run)
    assert status() == "Waiting"
    runner.knob("dim_stores", "fails", environment="3")
    runner.wait(runner.start(3, "dim_stores"))
    assert status() == "Failed Refresh"
    runner.wait(runner.start(3, "dim_stores"))
    assert status() == "Waiting"


def test_a_parameter_of_the_run_reaches_the_sql_of_its_nodes(own):
    runner = own
    add_nodes(
        runner,
        (
            "of_channel",
            "select * from {{ ref('MARTS', 'fact_orders') }} where channel = '{{ parameters.channel }}'",
        ),
    )
    runner.deploy(1, 1)
    run = runner.start(1, "of_channel", parameters={"channel": "web"})
    assert runner.wait(run)["status"] == "success"
    assert 0 < runner.nodes(run)["of_channel"]["rowsAffected"] < 300
    assert runner.run(run)["runTimeParameters"] == {"channel": "web"}
    run = runner.start(1, "of_channel")
    assert runner.wait(run)["status"] == "failed"
    error = runner.nodes(run)["of_channel"]["queryResults"][0]["error"]
    assert error["errorString"] == "The parameter 'channel' has no value."


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select * from nowhere", "nowhere does not exist"),
        ("select 1; select 2", "more than one statement"),
        ("select 1); drop table marts.dim_stores; --", "syntax error"),
        ("copy (select 1) to '/tmp/x'", "requires a SELECT"),
        ("select * from read_text('/etc/passwd')", "disabled"),
    ],
)
def test_what_is_wrong_with_the_sql_of_a_node_is_told_in_its_result(own, sql, told):
    runner = own
    add_nodes(runner, (name := f"wrong_{abs(hash(sql))}", sql))
    runner.deploy(1, 1)
    run = runner.start(1, name)
    assert runner.wait(run)["status"] == "failed"
    assert told in runner.nodes(run)[name]["queryResults"][0]["error"]["errorDetail"]


def test_a_table_can_become_a_view_and_a_view_a_table(own):
    runner = own
    add_nodes(runner, ("turncoat", "select 1 as id"))
    node = next(
        each
        for each in runner.client.get("/workspaces/1/nodes?limit=500").json()["data"]
        if each["name"] == "turncoat"
    )
    for kind, affected in (("table", 1), ("view", None), ("table", 1)):
        body = {
            "name": "turncoat",
            "type": kind,
            "locationName": "MARTS",
            "metadata": {"sourceMapping": [{"customSQL": {"customSQL": "select 1 as id"}}]},
        }
        assert runner.client.put(f"/workspaces/1/nodes/{node['id']}", json=body).status_code == 200
        runner.deploy(1, 1)
        run = runner.start(1, "turncoat")
        assert runner.wait(run)["status"] == "success", runner.nodes(run)
        assert runner.nodes(run)["turncoat"].get("rowsAffected") == affected


def test_two_hundred_runs_at_once_lose_no_record(own):
    runner = own
    first = len(runner.client.get("/runs", params={"limit": 1000}).json()["data"])
    with ThreadPoolExecutor(16) as threads:
        started = list(
            threads.map(lambda n: runner.start(n % 3 + 1, "dim_stores", "dim_products"), range(200))
        )
    assert len(set(started)) == 200
    for run in started:
        assert runner.wait(run, 120)["status"] == "success"
        assert set(runner.statuses(run).values()) == {"success"}
    listed = runner.client.get("/runs", params={"limit": 1000}).json()["data"]
    assert len(listed) == first + 200
    assert {each["runCounter"] for each in listed} >= set(started)
    # Within an environment one after the other, in the order in which they were started.
    for environment in ("1", "2", "3"):
        mine = [
            each for each in listed if each["runCounter"] in started and each["environmentID"] == environment
        ]
        assert all(before["completedAt"] <= after["startedAt"] for before, after in pairwise(mine))


def test_the_lineage_hears_of_a_node_that_ran_with_other_sql(own):
    runner = own
    add_nodes(runner, ("heard", "select store_id from {{ ref('MARTS', 'dim_stores') }}"))
    runner.deploy(1, 3)
    assert runner.wait(runner.start(3, "heard"))["status"] == "success"
    path = "/explore/db/1/tables/warehouse.marts.heard/upstreams"
    found = runner.client.get(path, params={"max_depth": 1}).json()
    assert [each["name"] for each in found] == ["dim_stores"]
