from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dataexplore.sandbox.datafold import monitor_past
from dataexplore.sandbox.datafold.monitoring import check_metric, check_test


@pytest.fixture
def past(platform):
    """Seed; give each monitor by name, and its runs."""
    monitor_past.seed(platform)
    runs = platform.records.all("monitor_run")
    return {
        monitor["spec"]["name"]: (monitor, [run for run in runs if run["monitor_id"] == monitor["id"]])
        for monitor in platform.records.all("monitor")
    }


@pytest.fixture
def ask(platform):
    cursor = platform.warehouse.cursor()
    cursor.execute("USE warehouse")
    yield lambda sql: iter(cursor.sql(sql).to_arrow_reader(2048))
    cursor.close()


def test_there_are_about_ten_monitors_of_every_kind_with_ninety_days_of_runs(past):
    kinds = Counter(monitor["monitor_type"] for monitor, _ in past.values())
    assert len(past) == 12
    assert set(kinds) == {"diff", "metric", "schema", "test"}
    runs = past["Raw orders: row count"][1]
    assert len(runs) == 90
    assert runs[0]["started_at"].startswith("2026-08-23T05:00")
    assert runs[-1]["started_at"].startswith("2026-11-20T05:00")


def test_the_past_is_the_same_each_time(platform, past):
    runs = platform.records.all("monitor_run")
    monitor_past.seed(platform)
    assert platform.records.all("monitor_run") == runs
    assert [run["id"] for run in runs] == list(range(1, len(runs) + 1))
    assert [run["started_at"] for run in runs] == sorted(run["started_at"] for run in runs)
    del past


def test_what_the_last_runs_measured_is_what_the_data_says(past, ask):
    compared = 0
    for monitor, runs in past.values():
        last = runs[-1]
        if last["value"] is None or not monitor["spec"]["enabled"]:
            continue
        at = datetime.fromisoformat(last["started_at"]).astimezone(UTC).replace(second=0)
        if monitor["monitor_type"] == "test":
            now = check_test(monitor["spec"], ask).value
        else:
            now = check_metric(monitor["spec"], ask, at, []).value
        assert float(last["value"]) == pytest.approx(float(now)), monitor["spec"]["name"]
        compared += 1
    assert compared == 7


def test_in_the_bad_week_the_marts_were_stale_and_the_warehouse_was_gone_for_a_day(past):
    states = {
        run["started_at"][:10]: run["state"]
        for run in past["Fact orders: freshness"][1]
        if "2026-10-12" <= run["started_at"] < "2026-10-17"
    }
    assert states["2026-10-13"] == states["2026-10-15"] == "alert"
    assert states["2026-10-14"] == "error"
    for monitor, runs in past.values():
        outage = [run for run in runs if run["started_at"].startswith("2026-10-14")]
        assert all(run["state"] == "error" and "timed out" in run["error"] for run in outage), monitor


def test_a_schema_alert_names_a_column_that_the_table_has(past, ask):
    runs = past["Fact orders: columns"][1]
    alerts = [run for run in runs if run["state"] == "alert"]
    assert [run["warnings"] for run in alerts] == [
        ["Column delivered_at of marts.fact_orders was added, TIMESTAMP."]
    ]
    columns = runs[-1]["columns"]["marts.fact_orders"]
    assert list(columns) == next(ask("FROM marts.fact_orders LIMIT 1")).schema.names


def test_a_monitor_tells_its_last_run_and_alert(past):
    for monitor, runs in past.values():
        assert monitor["last_run"] == runs[-1]["started_at"]
        assert monitor["state"] == runs[-1]["state"]
        alerts = [run["started_at"] for run in runs if run["state"] == "alert"]
        assert monitor["last_alert"] == (alerts[-1] if alerts else None)


def test_the_past_of_a_warehouse_whose_tables_went_is_short_and_no_fault(platform):
    class Emptied:
        def cursor(self):
            cursor = platform.warehouse.cursor()
            cursor.execute("USE warehouse")
            cursor.execute("BEGIN; DROP SCHEMA marts CASCADE; DROP SCHEMA raw CASCADE")
            return cursor

    emptied = replace(platform, warehouse=Emptied())
    monitor_past.seed(emptied)
    runs = platform.records.all("monitor_run")
    # Only that the warehouse was gone for a day is known of it.
    assert [run["state"] for run in runs if run["monitor_id"] == 1] == ["error"]
    assert len([run for run in runs if run["monitor_id"] == 8]) == 90
