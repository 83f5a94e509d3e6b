"""Monitors: four kinds, run, and their runs."""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.errors import DeadlineExceeded, InputError, Malformed, ServerFault
from tests.faults.fake_clock import FakeClock

MONITOR = {
    "id": 31,
    "name": "orders row count",
    "monitor_type": "metric",
    "enabled": True,
    "state": "ok",
    "created_at": "2026-10-01T08:00:00Z",
    "tags": ["nightly"],
}
DAILY = {"type": "crontab", "cron": "0 5 * * *"}
CREATE = "/api/v1/monitors/create"


def runs_page(number, total_pages, count, *ids):
    runs = [{"run_id": each, "monitor_id": 31, "state": "alert"} for each in ids]
    return {"page": number, "page_size": 100, "total_pages": total_pages, "count": count, "runs": runs}


def test_list_reads_every_page(answered):
    """list_monitors_api_v1_monitors_get."""
    page = {"count": 2, "page": 1, "page_size": 1, "total_pages": 2, "monitors": [MONITOR]}
    client = answered(page, {**page, "page": 2, "monitors": [{**MONITOR, "id": 32, "state": "odd"}]})
    monitors = client.monitors.list(order_by="last_run", sort_order="asc", tags=["a", "b"])
    assert [(monitor.id, monitor.state) for monitor in monitors] == [(31, "ok"), (32, "odd")]
    assert client.asked[:2] == ("GET", "/api/v1/monitors")
    assert dict(client.requests[-1].url.params) == {
        "order_by": "last_run",
        "sort_order": "asc",
        "tags": "a,b",
        "page": "2",
        "page_size": "100",
    }


def test_get_tells_what_it_checks_and_when(answered):
    """get_monitor_api_v1_monitors__id__get."""
    dataset = [{"connection_id": 12, "table": "shop.marts.orders"}]
    client = answered({**MONITOR, "schedule": DAILY, "dataset": dataset, "alert": None})
    monitor = client.monitors.get(31)
    assert client.asked == ("GET", "/api/v1/monitors/31", "")
    assert (monitor.schedule, monitor.dataset, monitor.alert) == (DAILY, dataset, None)
    assert monitor.created_at == dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)


def test_create_diff_gives_the_id(answered):
    """create_monitor_diff_api_v1_monitors_create_diff_post."""
    client = answered({"id": 32})
    datadiff = {"diff_type": "indb", "primary_key": ["id"]}
    alert = {"different_rows_count": 1}
    assert client.monitors.create_diff(name="d", schedule=DAILY, datadiff=datadiff, alert=alert) == 32
    assert client.asked == ("POST", f"{CREATE}/diff", "")
    assert client.sent == {"name": "d", "schedule": DAILY, "datadiff": datadiff, "alert": alert}


def test_create_metric_sends_its_options(answered):
    """create_monitor_metric_api_v1_monitors_create_metric_post."""
    client = answered({"id": 32})
    metric = {"type": "table", "table": "a.b.c", "metric": "row_count"}
    client.monitors.create_metric(
        name="m", schedule=DAILY, connection_id=1, metric=metric, enabled=False, tags=["x"], owner=None
    )
    assert client.asked == ("POST", f"{CREATE}/metric", "")
    assert client.sent == {
        "name": "m",
        "schedule": DAILY,
        "connection_id": 1,
        "metric": metric,
        "enabled": False,
        "tags": ["x"],
    }
    with pytest.raises(InputError, match="no option 'tag'"):
        client.monitors.create_metric(name="m", schedule=DAILY, connection_id=1, metric=metric, tag="x")


def test_create_schema_names_its_table(answered):
    """create_monitor_schema_api_v1_monitors_create_schema_post."""
    client = answered({"id": 32})
    client.monitors.create_schema(name="s", schedule={"type": "none"}, connection_id=1, table="a.b.c")
    assert client.asked == ("POST", f"{CREATE}/schema", "")
    assert client.sent == {
        "name": "s",
        "schedule": {"type": "none"},
        "connection_id": 1,
        "table": "a.b.c",
    }


def test_create_test_takes_a_query_or_a_standard_test(answered):
    """create_monitor_test_api_v1_monitors_create_test_post."""
    client = answered({"id": 32})
    client.monitors.create_test(name="t", schedule=DAILY, connection_id=1, query="select 1 where false")
    assert client.asked == ("POST", f"{CREATE}/test", "")
    assert client.sent["query"] == "select 1 where false"
    standard = {"type": "unique", "tables": [{"path": "a.b.c", "columns": ["id"]}]}
    client.monitors.create_test(name="t", schedule=DAILY, connection_id=1, test=standard)
    assert client.sent["test"] == standard
    for wrong in ({}, {"query": "select 1", "test": standard}):
        with pytest.raises(InputError, match="either query or test"):
            client.monitors.create_test(name="t", schedule=DAILY, connection_id=1, **wrong)


def test_an_answer_without_the_id_is_malformed(answered):
    with pytest.raises(Malformed, match=r"no id\. Look for it"):
        answered({}).monitors.create_schema(name="s", schedule=DAILY, connection_id=1)
    with pytest.raises(Malformed, match="no id"):
        answered({"run_id": None}).monitors.run(31)


def test_run_starts_a_run_once(answered):
    """start_monitor_run_api_v1_monitors__id__run_post."""
    client = answered({"run_id": 502})
    assert client.monitors.run(31) == 502
    assert client.asked == ("POST", "/api/v1/monitors/31/run", "")
    client = answered((503, {}))
    with pytest.raises(ServerFault, match="may have been carried out"):
        client.monitors.run(31)
    assert len(client.requests) == 1


def test_runs_are_told_apart_by_their_run_id_and_limited_in_time(answered):
    """list_monitor_runs_api_v1_monitors__id__runs_get."""
    client = answered(runs_page(1, 2, 3, 503, 502), runs_page(2, 2, 3, 502, 501))
    east = dt.timezone(dt.timedelta(hours=2))
    runs = client.monitors.runs(
        31, start_time=dt.datetime(2026, 1, 1, 2, tzinfo=east), end_time="2026-02-01T00:00:00Z"
    )
    assert [run.run_id for run in runs] == [503, 502, 501]
    assert client.asked[:2] == ("GET", "/api/v1/monitors/31/runs")
    assert dict(client.requests[-1].url.params) == {
        "start_time": "2026-01-01T00:00:00Z",
        "end_time": "2026-02-01T00:00:00Z",
        "page": "2",
        "page_size": "100",
    }
    with pytest.raises(InputError, match="no time zone"):
        client.monitors.runs(31, start_time=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - a naive one is meant


def test_get_run_tells_why_it_alerts(answered):
    """get_monitor_run_api_v1_monitors__id__runs__run_id__get."""
    client = answered({"run_id": 501, "state": "alert", "warnings": ["too few rows"], "diff_id": 7})
    run = client.monitors.get_run(31, 501)
    assert client.asked == ("GET", "/api/v1/monitors/31/runs/501", "")
    assert (run.warnings, run.diff_id, run.ended) == (("too few rows",), 7, True)


def test_wait_run_asks_until_the_run_ended(answered):
    states = [{"state": state} for state in ("created", "queued", "checking", "learning")]
    client = answered(*states)
    assert client.monitors.wait_run(31, 501).state == "learning"
    assert len(client.requests) == 4
    with pytest.raises(DeadlineExceeded, match="Run 501 of monitor 31 goes on"):
        answered({"state": None}, clock=FakeClock()).monitors.wait_run(31, 501, deadline_s=3)


def test_a_state_nobody_knows_is_an_end(answered):
    assert answered({"state": "muted"}).monitors.wait_run(31, 501).state == "muted"
