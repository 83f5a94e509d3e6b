from __future__ import annotations

import pytest

CREATE = "/api/v1/monitors/create"


@pytest.fixture(scope="session")
def create(api):
    """Create a monitor that must be accepted; give its number."""

    def creating(kind, **fields):
        body = {"name": "a monitor", "connection_id": 1, "schedule": {"type": "none"}, **fields}
        if kind == "diff":
            del body["connection_id"]
        answer = api.post(f"{CREATE}/{kind}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    return creating


@pytest.fixture
def run(api, until):
    """Run a monitor to its end; give what the run found."""

    def running(monitor):
        number = api.post(f"/api/v1/monitors/{monitor}/run").json()["run_id"]
        found = {}

        def over():
            found.update(api.get(f"/api/v1/monitors/{monitor}/runs/{number}").json())
            return found["state"] not in ("queued", "checking")

        until(over, 10)
        return found

    return running


def test_monitors_are_listed_in_pages_and_any_order(api):
    first = api.get(
        "/api/v1/monitors", params={"page_size": 5, "order_by": "name", "sort_order": "asc"}
    ).json()
    second = api.get(
        "/api/v1/monitors", params={"page_size": 5, "order_by": "name", "sort_order": "asc", "page": 2}
    ).json()
    names = [monitor["name"] for monitor in first["monitors"] + second["monitors"]]
    assert len(names) == 10
    assert names == sorted(names)
    assert first["total_pages"] == -(-first["count"] // 5)
    beyond = api.get("/api/v1/monitors", params={"page": 10**9}).json()
    assert beyond["monitors"] == []


@pytest.mark.parametrize("order", ["id", "name", "last_triggered", "last_run", "created_by"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_monitors_without_a_value_come_last_in_every_order(api, order, direction):
    asked = {"order_by": order, "sort_order": direction, "page_size": 500}
    monitors = api.get("/api/v1/monitors", params=asked).json()["monitors"]
    field = {"last_triggered": "last_alert", "created_by": "owner"}.get(order, order)
    values = [monitor[field] for monitor in monitors]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == sorted(known, reverse=direction == "desc")


def test_any_of_the_tags_is_enough(api):
    monitors = api.get("/api/v1/monitors", params={"tags": "payments, web"}).json()["monitors"]
    assert {monitor["name"] for monitor in monitors} == {
        "Web funnel: conversion",
        "Declined payments of the last day, in percent",
    }


@pytest.mark.parametrize(
    "query", [{"page": 0}, {"page_size": 0}, {"order_by": "state"}, {"sort_order": "up"}, {"state": "ok"}]
)
def test_a_query_that_cannot_be_followed_is_refused_by_its_name(api, query):
    answer = api.get("/api/v1/monitors", params=query)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", *query]


def test_a_metric_monitor_measures_and_alerts(api, create, run, rows):
    monitor = create(
        "metric",
        metric={"type": "table", "table": "warehouse.raw.stores", "metric": "row_count"},
        alert={"type": "absolute", "max": 5},
        tags=["mine"],
    )
    found = run(monitor)
    (count,) = rows("SELECT count(*) FROM raw.stores")[0]
    assert found["state"] == "alert"
    assert found["warnings"] == [f"row_count is {count}, over 5."]
    now = api.get(f"/api/v1/monitors/{monitor}").json()
    assert (now["state"], now["last_alert"], now["last_run"]) == ("alert", *[found["started_at"]] * 2)
    assert now["dataset"] == [
        {
            "connection_id": 1,
            "table": "warehouse.raw.stores",
            "column": None,
            "filter": None,
            "metric": "row_count",
            "query": None,
        }
    ]


def test_a_percentage_is_of_the_run_before(create, run, rows):
    rows("CREATE SCHEMA percentages; CREATE TABLE percentages.t AS SELECT unnest(range(10)) AS i")
    monitor = create(
        "metric",
        metric={"type": "table", "table": "percentages.t", "metric": "row_count"},
        alert={"type": "percentage", "decrease": 10},
    )
    assert run(monitor)["state"] == "learning"
    assert run(monitor)["state"] == "ok"
    rows("DELETE FROM percentages.t WHERE i > 5")
    assert run(monitor)["warnings"] == ["row_count fell from 10 to 6, over 10.0%."]


def test_a_schema_monitor_sees_a_column_come(create, run, rows):
    rows("CREATE SCHEMA watched; CREATE TABLE watched.t (a INTEGER)")
    monitor = create("schema", table="warehouse.watched.t")
    assert run(monitor)["state"] == "learning"
    rows("ALTER TABLE watched.t ADD COLUMN b DATE")
    assert run(monitor)["warnings"] == ["Column b of watched.t was added, DATE."]
    assert run(monitor)["state"] == "ok"


def test_a_test_monitor_counts_failures(create, run):
    query = "SELECT * FROM raw.orders WHERE order_id IS NULL"
    assert run(create("test", query=query))["state"] == "ok"
    standard = {
        "type": "accepted_values",
        "tables": [{"path": "marts.fact_orders", "columns": ["channel"]}],
        "variables": {"values": {"value": ["web", "app", "store"]}},
    }
    assert run(create("test", test=standard))["state"] == "ok"
    standard["variables"]["values"]["value"] = ["web"]
    assert run(create("test", test=standard))["state"] == "alert"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("DROP TABLE marts.dim_stores", "one SELECT and nothing else"),
        ("SELECT 1; DROP TABLE marts.dim_stores", "one SELECT and nothing else"),
        ("SELECT * FROM nowhere", "nowhere does not exist"),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM read_text('/etc/passwd')", "Permission Error"),
        ("", "one SELECT"),
    ],
)
def test_a_query_that_does_not_answer_is_an_error_of_the_run(create, run, rows, query, words):
    found = run(create("test", query=query))
    assert found["state"] == "error"
    assert words in found["error"]
    assert rows("SELECT count(*) > 0 FROM marts.dim_stores") == [[True]]


def test_the_unreachable_warehouse_is_an_error_of_the_run(create, run):
    monitor = create("metric", connection_id=3, metric={"type": "custom", "query": "SELECT 1"})
    assert "Connection timed out" in run(monitor)["error"]


def test_a_monitor_of_an_unknown_source_is_refused_and_of_a_closed_one_forbidden(api):
    body = {"name": "x", "schedule": {}, "query": "SELECT 1", "connection_id": 999}
    answer = api.post(f"{CREATE}/test", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "connection_id"]
    assert api.post(f"{CREATE}/test", json={**body, "connection_id": 4}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "fields", "place"),
    [
        ("schema", {"table": "a..b"}, ["table"]),
        ("schema", {"schedule": {"cron": "every day"}}, ["schedule", "crontab", "cron"]),
        ("schema", {"schedule": {"interval": {"every": "week"}}}, ["schedule", "interval", "interval"]),
        ("schema", {"schedule": {"type": "sometimes"}}, ["schedule", "none", "type"]),
        ("schema", {"schedule": [1]}, ["schedule", "none"]),
        ("schema", {"tables": "x"}, ["tables"]),
        ("schema", {"notifications": [{"type": "pigeon"}]}, ["notifications", 0]),
        (
            "metric",
            {"metric": {"type": "column", "table": "t", "metric": "sum"}},
            ["metric", "column", "column"],
        ),
        ("metric", {"metric": {"type": "table", "metric": "mood"}}, ["metric", "table", "metric"]),
        (
            "metric",
            {"metric": {"type": "custom", "query": ""}, "alert": {"type": "automatic", "sensitivity": 101}},
            ["alert", "automatic", "sensitivity"],
        ),
        ("test", {}, []),
        ("test", {"query": "SELECT 1", "test": {"type": "unique"}}, []),
        ("test", {"test": {"type": "unique"}}, []),
        ("test", {"test": {"type": "custom_template"}}, []),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_its_place(api, kind, fields, place):
    body = {"name": "x", "connection_id": 1, "schedule": {"type": "none"}, **fields}
    answer = api.post(f"{CREATE}/{kind}", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][: len(place) + 1] == ["body", *place]


def test_a_number_beyond_every_float_is_refused(api):
    body = (
        '{"name": "x", "connection_id": 1, "schedule": {}, "alert": {"type": "absolute", "min": 1e999}, '
        '"metric": {"type": "custom", "query": "SELECT 1"}}'
    )
    answer = api.post(f"{CREATE}/metric", content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "alert", "absolute", "min"]


def test_runs_are_listed_latest_first_within_a_window(api):
    window = {"start_time": "2026-10-12T00:00:00Z", "end_time": "2026-10-16T02:00:00+02:00", "page_size": 2}
    answer = api.get("/api/v1/monitors/2/runs", params=window).json()
    assert (answer["count"], answer["total_pages"]) == (4, 2)
    assert [run["started_at"][:10] for run in answer["runs"]] == ["2026-10-15", "2026-10-14"]
    assert [run["state"] for run in answer["runs"]] == ["alert", "error"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "0", "-1e5", "yesterday", "2026-13-01"])
def test_a_time_that_is_none_or_beyond_the_calendar_is_refused(api, moment):
    answer = api.get("/api/v1/monitors/2/runs", params={"start_time": moment})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "start_time"]


def test_what_is_not_there_is_not_found(api):
    for path in ("999999", "999999/runs", "1/runs/999999", "2/runs/1"):
        assert api.get(f"/api/v1/monitors/{path}").status_code == 404, path
    assert api.post("/api/v1/monitors/999999/run").status_code == 404
    assert api.get("/api/v1/monitors/first").json()["detail"][0]["loc"] == ["path", "id"]
    assert api.get("/api/v1/monitors/1/runs/first").json()["detail"][0]["loc"] == ["path", "run_id"]
