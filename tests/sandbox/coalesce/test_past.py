"""The ninety days before the sandbox was opened: believable, from the seed, and true to the nodes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from dataexplore.sandbox.coalesce import past
from dataexplore.sandbox.coalesce.organisation import Organisation
from dataexplore.sandbox.coalesce.run_book import RunBook
from dataexplore.sandbox.coalesce.weather import STORM, Weather
from dataexplore.sandbox.jobs import Jobs
from dataexplore.sandbox.lineage import Ledger
from dataexplore.sandbox.platform import Platform
from dataexplore.sandbox.records import Records
from dataexplore.sandbox.stream import Executions

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)


def began(run):
    return datetime.fromisoformat(run["started_at"])


def seconds(run):
    return (datetime.fromisoformat(run["completed_at"]) - began(run)).total_seconds()


@pytest.fixture
def organisation(platform):
    made = Organisation(platform)
    made.ensure()
    return made


@pytest.fixture(scope="module")
def told(warehouse):
    """The runs of the past with their nodes, seen from a fixed day."""
    records = Records(None)
    platform = Platform(warehouse, Executions(), records, Jobs(warehouse), Ledger(warehouse, records))
    organisation = Organisation(platform)
    organisation.ensure()
    yield list(past._Past(platform, organisation, NOW).runs())
    platform.jobs.close()
    records.close()


def test_the_same_seed_has_the_same_past(platform, organisation, told):
    assert list(past._Past(platform, organisation, NOW).runs()) == told


def test_it_covers_ninety_days_and_ends_before_now(told):
    runs = [run for run, _ in told]
    days = {began(run).date() for run in runs}
    assert len(days) == 91
    assert max(datetime.fromisoformat(run["completed_at"]) for run in runs) < NOW
    assert [run["queued_at"] for run in runs] == sorted(run["queued_at"] for run in runs)
    words = Counter(run["phase"] for run in runs)
    assert words["completed"] > 500
    assert 20 < words["failed"] < 100
    assert 2 <= words["canceled"] < 30


def test_the_nights_of_the_storm_are_those_that_the_monitors_tell_of(told):
    nightly = {
        began(run).date(): (run, nodes) for run, nodes in told if run["job"] == 1 and not run["rerun_of"]
    }
    storm = [STORM + timedelta(days=day) for day in range(3)]
    assert storm[1] == date(2026, 10, 14)
    for day in storm:
        run, nodes = nightly[day]
        assert run["phase"] == "failed"
        assert not any(node["status"] == "success" for node in nodes if node["location"] == "MARTS")
    assert "Failed to connect" in nightly[storm[1]][1][0]["error"]
    assert nightly[STORM - timedelta(days=2)][0]["phase"] == "completed"
    assert nightly[STORM + timedelta(days=3)][0]["phase"] == "completed"


def test_a_failing_node_skips_what_needs_it_and_a_rerun_has_the_rest_only(told):
    reruns = [(run, nodes) for run, nodes in told if run["rerun_of"]]
    assert len(reruns) > 5
    for run, nodes in reruns:
        number = run["rerun_of"]
        first, before = told[number - 1]
        assert first["phase"] == "failed"
        assert first["environment"] == run["environment"]
        left = {node["nodeID"] for node in before if node["status"] != "success"}
        assert {node["nodeID"] for node in nodes} == left
        assert {node["status"] for node in before} <= {"success", "failed", "skipped"}


def test_rows_grow_to_what_the_tables_hold_and_views_move_none(told, warehouse):
    cursor = warehouse.cursor()
    cursor.execute("USE warehouse")
    nights = [nodes for run, nodes in told if run["job"] == 1 and run["phase"] == "completed"]
    for name in ("fact_orders", "dim_customers", "daily_revenue"):
        rows = [node["rows"] for nodes in nights for node in nodes if node["name"] == name]
        assert rows == sorted(rows)
        assert rows[0] < rows[-1] == cursor.execute(f"SELECT count(*) FROM marts.{name}").fetchone()[0]
    assert {node["rows"] for nodes in nights for node in nodes if node["type"] == "view"} == {None}
    cursor.close()


def test_some_successes_wrote_no_row(told):
    dry = {
        began(run).date()
        for run, nodes in told
        if run["environment"] == 3
        for node in nodes
        if node["name"] == "web_funnel" and node["status"] == "success" and node["rows"] == 0
    }
    assert dry == {date(2026, 9, 19), date(2026, 9, 20), date(2026, 10, 24), date(2026, 10, 25)}


def test_mondays_take_longer_than_sundays_and_a_table_creeps(told):
    nights = [(run, nodes) for run, nodes in told if run["job"] == 1 and run["phase"] == "completed"]
    by_weekday = [[seconds(run) for run, _ in nights if began(run).weekday() == day] for day in (0, 6)]
    assert median(by_weekday[0]) > 1.2 * median(by_weekday[1])
    creeping = [
        (
            datetime.fromisoformat(node["ended_at"]) - datetime.fromisoformat(node["started_at"])
        ).total_seconds()
        for run, nodes in nights
        for node in nodes
        if node["name"] == "int_customer_events" and began(run).date() < STORM
    ]
    assert median(creeping[-14:]) > 1.3 * median(creeping[:14])


def test_nodes_of_the_past_kept_their_order_and_the_workers_their_number(told):
    run, nodes = next((run, nodes) for run, nodes in reversed(told) if run["job"] == 1)
    ends = {node["name"]: node["ended_at"] for node in nodes}
    starts = {node["name"]: node["started_at"] for node in nodes}
    assert ends["int_order_revenue"] <= starts["fact_orders"]
    assert ends["stg_orders"] <= starts["int_order_revenue"]
    moments = sorted([(end, -1) for end in ends.values()] + [(start, 1) for start in starts.values()])
    most = now = 0
    for _, step in moments:
        now += step
        most = max(most, now)
    assert most == run["parallelism"] == 16


def test_it_is_written_once(platform, organisation):
    book = RunBook(platform.records)
    past.seed(platform, organisation, book)
    runs = book.runs()
    assert [run["id"] for run in runs] == list(range(1, len(runs) + 1))
    past.seed(platform, organisation, book)
    assert book.runs() == runs
    again = RunBook(platform.records)
    assert again.runs() == runs
    assert again.nodes(5) == book.nodes(5)
    assert len(book.nodes(5)) == runs[4]["nodes"]


def test_a_table_that_a_user_dropped_is_told_without_rows(platform, organisation, warehouse):
    cursor = warehouse.cursor()
    cursor.execute("USE warehouse")
    cursor.execute("CREATE TABLE main.kept AS FROM marts.dim_stores")
    cursor.execute("DROP TABLE marts.dim_stores")
    try:
        told = list(past._Past(platform, organisation, NOW).runs())
    finally:
        cursor.execute("CREATE TABLE marts.dim_stores AS FROM main.kept")
        cursor.execute("DROP TABLE main.kept")
        cursor.close()
    rows = {
        node["rows"]
        for _, nodes in told
        for node in nodes
        if node["name"] == "dim_stores" and node["status"] == "success"
    }
    assert rows == {0}


def test_the_weather_of_a_run_depends_on_nothing_but_seed_time_and_place():
    node = {"name": "fact_orders", "location": "MARTS"}
    fates = [Weather(seed, NOW, "prod").fate(node) for seed in (1, 1, 2)]
    assert fates[0] == fates[1] != fates[2]
