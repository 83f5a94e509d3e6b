"""Datafold's data diffs over HTTP."""

from __future__ import annotations

import time

import httpx
import pytest

from dataexplore.sandbox.jobs import THREADS

ROOT = "/api/v1/datadiffs"
PAST = 12
FINAL = ("done", "failed", "cancelled")
ENDLESS = "SELECT range AS id, random() AS v FROM range(10000000000)"


@pytest.fixture(scope="module")
def tables(rows):
    """A copy of a table with what a developer's change makes of it."""
    rows("CREATE SCHEMA IF NOT EXISTS diffs")
    rows(
        "CREATE OR REPLACE TABLE diffs.fact_orders AS SELECT * REPLACE "
        "((amount + if(order_id % 100 = 0, 0.01, 0))::DECIMAL(18, 2) AS amount), 'new' AS note "
        "FROM marts.fact_orders WHERE order_id % 50 <> 1"
    )
    return {"table1": ["warehouse", "marts", "fact_orders"], "table2": ["warehouse", "diffs", "fact_orders"]}


@pytest.fixture
def post(api):
    def posting(**fields):
        asked = {"data_source1_id": 1, "data_source2_id": 1, "pk_columns": ["id"], **fields}
        return api.post(ROOT, json={name: value for name, value in asked.items() if value is not ...})

    return posting


@pytest.fixture
def finish(api, until):
    """Wait for the end of a diff; give its record."""

    def finishing(number):
        found = {}

        def over():
            found.update(api.get(f"{ROOT}/{number}").json())
            return found["status"] in FINAL

        until(over, 20)
        return found

    return finishing


@pytest.fixture
def diff(post, finish):
    """Create a diff that must be accepted; give its record at the end."""

    def diffing(**fields):
        answer = post(**fields)
        assert answer.status_code == 200, answer.text
        return finish(answer.json()["id"])

    return diffing


@pytest.fixture
def results(api):
    return lambda record: api.get(f"{ROOT}/{record['id']}/summary_results").json()


def sides(left, right):
    return {"query1": left, "query2": right}


def test_two_tables_are_compared(api, diff, results, tables):
    record = diff(**tables, pk_columns=["order_id"])
    assert (record["status"], record["result"], record["done"]) == ("done", "different", True)
    assert record["created_at"] < record["finished_at"] <= record["updated_at"]
    assert record["runtime"] > 0
    assert record["diff_progress"] == {"version": "1", "completed_steps": 4, "total_steps": 4}
    assert (record["kind"], record["algorithm"], record["affected_columns"]) == ("in_db", "join", ["amount"])
    assert record["diff_stats"]["rows_removed"] == 6
    found = results(record)
    assert found["status"] == "success"
    assert found["pks"]["total_rows"] == [300, 294]
    assert found["pks"]["exclusives"] == [6, 0]
    assert found["values"]["rows_with_differences"] == 3
    assert found["schema"]["exclusive_columns"] == [[], ["note"]]
    short = api.get(f"{ROOT}/{record['id']}/summary").json()
    assert (short["data_source1_name"], short["results_count"]) == ("Warehouse", 1)
    assert short["feedback"] == (
        "3 of 294 shared rows differ; 6 keys are only in the first table, 0 only in the second"
    )


def test_a_new_diff_waits_and_says_so(api, post, finish):
    record = post(**sides("SELECT 1 AS id", "SELECT 1 AS id")).json()
    assert (record["status"], record["done"], record["result"]) == ("waiting", False, None)
    assert "diff_progress" not in record
    assert finish(record["id"])["result"] == "identical"


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ("SELECT 1 AS id, 2 AS v", "SELECT 1 AS id, 2 AS v", "identical"),
        ("SELECT 1 AS id, 2 AS v", "SELECT 1 AS id, 3 AS v", "different"),
        ("SELECT 1 AS id, 2 AS v", "SELECT 1 AS id, 2::BIGINT AS v", "different"),
        ("SELECT 1 AS id, 2 AS v", "SELECT 1 AS id", "different"),
        ("FROM range(3) t(id)", "FROM range(2) t(id)", "missing-pks"),
        ("SELECT 1 AS id FROM range(2)", "SELECT 1 AS id", "bad-pks"),
        ("SELECT NULL::INTEGER AS id", "SELECT 1 AS id", "bad-pks"),
        ("SELECT 1 AS id WHERE false", "SELECT 1 AS id WHERE false", "empty"),
        ("SELECT 1 AS id", "SELECT 1 AS other", "error"),
        ("SELECT 1 AS id", "SELECT id FROM nope", "error"),
    ],
)
def test_the_result_is_one_word(diff, left, right, result):
    assert diff(**sides(left, right))["result"] == result


def test_two_data_sources_are_compared_across(diff, results):
    record = diff(data_source2_id=2, **sides("SELECT 1 AS id, 1 AS v", "SELECT 1 AS id, 2 AS v"))
    assert (record["kind"], record["result"]) == ("cross_db", "different")
    assert results(record).keys() == {"status", "pks", "values"}


def test_filters_and_a_time_window_cut_both_sides(diff, results, tables):
    fields = {"pk_columns": ["order_id"], "include_columns": ["amount"], **tables}
    found = results(diff(**fields, filter1="channel = 'web' -- only", filter2="channel = 'web'"))
    everything = results(diff(**fields))
    assert 0 < found["pks"]["total_rows"][0] < everything["pks"]["total_rows"][0]
    window = {
        "time_column": "ordered_at",
        "time_interval_start": "2024-01-01T00:00:00Z",
        "time_interval_end": "2024-04-01T00:00:00Z",
    }
    found = results(diff(**fields, **window))
    assert 0 < found["pks"]["total_rows"][0] < everything["pks"]["total_rows"][0] / 2


def test_every_option_reaches_the_comparison(diff, results):
    left = (
        "SELECT 'A' AS id, 10 AS amount, '' AS note, [2, 1] AS tags, TIMESTAMP '2026-01-01' AS moment, 1 AS x"
    )
    right = (
        "SELECT 'a' AS key, 11 AS amount, NULL::VARCHAR AS note, [1, 2] AS tags, "
        "TIMESTAMP '2026-01-01 00:00:30' AS moment, 9 AS x"
    )
    record = diff(
        **sides(left, right),
        column_mapping=[["id", "key"]],
        exclude_columns=["x"],
        diff_tolerance=0.1,
        tolerance_mode="relative",
        datetime_tolerance=30,
        table_modifiers=["case_insensitive_strings", "null_equals_empty_string"],
        sort_array_columns=True,
        compare_duplicates=True,
        bisection_factor=32,
        bisection_threshold=1000,
    )
    assert record["result"] == "identical", results(record)
    per_column = [{"column_name": "amount", "tolerance_value": 0.5, "tolerance_mode": "absolute"}]
    record = diff(
        **sides(left, right),
        column_mapping=[["id", "key"]],
        columns_to_compare=["amount"],
        diff_tolerance=5,
        diff_tolerances_per_column=per_column,
        table_modifiers=["case_insensitive_strings"],
    )
    assert record["affected_columns"] == ["amount"]


def test_a_sample_says_that_it_is_one(diff, results):
    left, right = (
        "SELECT range AS id, 1 AS v FROM range(10000)",
        "SELECT range AS id, 1 AS v FROM range(9000)",
    )
    record = diff(**sides(left, right), sampling_max_rows=1000)
    assert (record["sampling_ratio"], record["diff_stats"]["sampled"]) == (0.1, True)
    assert results(record)["pks"]["exclusives"] == [1000, 0]
    assert results(record)["values"]["total_rows"] < 1200


def test_the_tolerance_of_a_data_source_counts(api, diff):
    source = api.post(
        "/api/v1/data_sources", json={"name": "f", "type": "duckdb", "float_tolerance": 0.5}
    ).json()
    fields = sides("SELECT 1 AS id, 1.0::DOUBLE AS v", "SELECT 1 AS id, 1.25::DOUBLE AS v")
    assert diff(**fields)["result"] == "different"
    assert diff(data_source1_id=source["id"], data_source2_id=source["id"], **fields)["result"] == "identical"


def test_a_key_is_looked_for_and_told(diff, tables):
    record = diff(**tables, pk_columns=[], infer_pk=True)
    assert (record["result"], record["pk_columns"]) == ("different", ["order_id"])


def test_the_rows_that_differ_are_kept_in_the_warehouse_when_asked(diff, results, rows, tables):
    record = diff(**tables, pk_columns=["order_id"], materialization_destination_id=1)
    kept = results(record)["materialized_results"]
    path = ".".join(kept["diff"][0]["path"])
    found = rows(
        f"SELECT order_id, amount_2 - amount_1, is_diff_amount, is_diff_status FROM {path} ORDER BY 1"
    )
    assert [row[1:] for row in found] == [[0.01, True, False]] * 3
    path = ".".join(kept["exclusives"][0]["path"])
    assert rows(f"SELECT side, count(*), count(order_number) FROM {path} GROUP BY side") == [[1, 6, 6]]
    path = ".".join(kept["duplicates1"][0]["path"])
    assert rows(f"SELECT count(*) FROM {path}") == [[0]]


def test_diffs_that_keep_rows_at_the_same_time_do_not_hinder_each_other(post, finish, rows):
    rows("DROP SCHEMA IF EXISTS datafold_tmp CASCADE")
    fields = sides("SELECT 1 AS id", "SELECT 2 AS id")
    diffs = [post(**fields, materialization_destination_id=1).json()["id"] for _ in range(12)]
    assert {finish(number)["result"] for number in diffs} == {"missing-pks"}


def test_repeated_keys_are_kept_whole(diff, results, rows):
    fields = sides("SELECT 1 AS id, range AS side FROM range(2)", "SELECT 1 AS id, 0 AS side")
    record = diff(**fields, materialization_destination_id=1)
    path = ".".join(results(record)["materialized_results"]["duplicates1"][0]["path"])
    assert rows(f"SELECT id, side FROM {path} ORDER BY side") == [[1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"table1": ["a"], "table2": ["b"], "pk_columns": []}, "pk_columns"),
        ({"table1": ["a"]}, "table2"),
        ({"table1": ["a"], "table2": ["b"], "query1": "SELECT 1"}, "table1"),
        ({"table1": ["a"], "file2": "https://example.com/x.csv"}, "file2"),
        ({"file1": "file:///etc/passwd", "table2": ["b"]}, "file1"),
        (
            sides("SELECT 1 AS id", "SELECT 1 AS id") | {"time_travel_point1": "yesterday"},
            "time_travel_point1",
        ),
        (sides("SELECT 1 AS id", "SELECT 1 AS id") | {"column_rules": [{"equal_if": "x"}]}, "column_rules"),
        (sides("SELECT 1 AS id", "SELECT 1 AS id") | {"run_profiles": True}, "run_profiles"),
        (sides("SELECT 1 AS id", "SELECT 1 AS id") | {"tolerance_mode": "relative"}, "tolerance_mode"),
        (sides("SELECT 1 AS id", "SELECT 1 AS id") | {"time_column": "t"}, "time_column"),
        (sides("SELECT 1 AS id", "SELECT 1 AS id") | {"purged": True}, "purged"),
        (sides("SELECT 1 AS id", "SELECT 1 AS id") | {"data_source2_id": 999}, "data_source2_id"),
        (
            sides("SELECT 1 AS id", "SELECT 1 AS id") | {"materialization_destination_id": 2},
            "materialization_destination_id",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_place(post, fields, place):
    answer = post(**fields)
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"][0]["loc"] == ["body", place]


@pytest.mark.parametrize("name", ["data_source1_id", "data_source2_id", "materialization_destination_id"])
def test_a_data_source_that_is_not_accessible_is_403(post, name):
    assert post(**sides("SELECT 1 AS id", "SELECT 1 AS id"), **{name: 4}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (sides("SELECT 1 AS id", "SELECT 1 AS id; DROP TABLE marts.fact_orders"), "must make one SELECT"),
        (
            sides("SELECT 1 AS id) ; DROP TABLE marts.fact_orders; SELECT (1", "SELECT 1 AS id"),
            "Parser Error",
        ),
        (sides("SELECT 1 AS id", "DROP TABLE marts.fact_orders"), "must make one SELECT"),
        (sides("SELECT 1 AS id", "SELECT * FROM read_text('/etc/passwd')"), "Permission Error"),
        (
            sides("SELECT 1 AS id", "SELECT 1 AS id")
            | {"filter1": "true); DROP TABLE marts.fact_orders; SELECT (1"},
            "must make one SELECT",
        ),
        (
            {"table1": ["warehouse", "marts", "nope"], "table2": ["warehouse", "marts", "nope"]},
            "Catalog Error",
        ),
        (sides("SELECT 1 AS id", "SELECT 1 AS id") | {"data_source2_id": 3}, "IO Error"),
        (sides("", "SELECT 1 AS id"), "must make one SELECT"),
        (sides("SELECT 1 AS id", "UPDATE EXTENSIONS"), "must make one SELECT"),
        (
            sides(
                "SELECT 1 AS id",
                "WITH new AS (INSERT INTO marts.fact_orders (order_id) VALUES (-1) RETURNING *) "
                "SELECT order_id AS id FROM new",
            ),
            "Binder Error",
        ),
        (sides("SELECT error('in it') AS id", "SELECT 1 AS id"), "Invalid Input Error: in it"),
    ],
)
def test_what_fails_in_the_warehouse_fails_the_diff_in_its_words(api, diff, rows, fields, text):
    record = diff(**fields)
    assert (record["status"], record["result"], record["done"]) == ("failed", "error", False)
    found = api.get(f"{ROOT}/{record['id']}/summary_results").json()
    assert found["status"] == "failed"
    assert text in found["error"]["error_value"]
    assert text in api.get(f"{ROOT}/{record['id']}/summary").json()["error"]
    assert rows("SELECT count(*) FROM marts.fact_orders") == [[300]]


def test_a_cancelled_diff_gives_its_thread_to_those_that_wait(api, post, until):
    def status(number):
        return api.get(f"{ROOT}/{number}").json()["status"]

    endless = [post(**sides(ENDLESS, ENDLESS)).json()["id"] for _ in range(THREADS)]
    until(lambda: {status(number) for number in endless} == {"processing"}, 10)
    waiting = [post(**sides("SELECT 1 AS id", "SELECT 1 AS id")).json()["id"] for _ in range(2)]
    assert [status(number) for number in waiting] == ["queued", "queued"]
    results = f"{ROOT}/{endless[0]}/summary_results"
    assert api.get(results).json() == {"status": "running"}
    assert api.get(f"{ROOT}/{waiting[0]}/summary_results").json() == {"status": "pending"}
    api.post(f"{ROOT}/{waiting[1]}/cancel")
    for number in endless:
        assert api.post(f"{ROOT}/{number}/cancel").json() == {"id": number, "status": "cancelled"}
    assert api.get(results).json()["error"]["error_type"] == "Cancelled"
    until(lambda: status(waiting[0]) == "done", 10)
    assert status(waiting[1]) == "cancelled"
    assert {status(number) for number in endless} == {"cancelled"}


def test_a_diff_that_is_over_is_not_cancelled(api, diff):
    record = diff(**sides("SELECT 1 AS id", "SELECT 1 AS id"))
    assert api.post(f"{ROOT}/{record['id']}/cancel").json()["status"] == "done"


def test_a_diff_is_archived_and_brought_back(api, diff):
    record = diff(**sides("SELECT 1 AS id", "SELECT 1 AS id"))
    path = f"{ROOT}/{record['id']}"
    assert api.patch(path, json={"archived": True}).json()["archived"] is True
    assert api.get(path).json()["archived"] is True
    assert api.patch(path, json={"archived": False}).json()["archived"] is False
    assert api.patch(path).status_code == 200
    assert api.patch(path, content="null").status_code == 422
    assert api.patch(path, json={"archived": "yes"}).status_code == 422


def test_what_is_purged_has_no_results_any_more(api, post, diff, rows):
    record = diff(**sides("SELECT 1 AS id", "SELECT 2 AS id"), materialization_destination_id=1)
    path = f"{ROOT}/{record['id']}"
    kept = f"SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'diff_{record['id']}_%'"
    assert rows(kept) == [[4]]
    assert api.patch(path, json={"purged": True}).json()["purged"] is True
    assert rows(kept) == [[0]]
    assert api.get(f"{path}/summary_results").status_code == 404
    assert api.get(f"{path}/summary").json()["results_count"] == 0
    assert api.patch(path, json={"purged": False}).status_code == 422
    running = post(**sides(ENDLESS, ENDLESS)).json()
    assert api.patch(f"{ROOT}/{running['id']}", json={"purged": True}).status_code == 422
    api.post(f"{ROOT}/{running['id']}/cancel")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PATCH", ""), ("POST", "/cancel"), ("GET", "/summary"), ("GET", "/summary_results")],
)
def test_an_unknown_diff_is_404(api, method, path):
    answer = api.request(method, f"{ROOT}/999999{path}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is no data diff 999999"})


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PATCH", ""), ("POST", "/cancel"), ("GET", "/summary"), ("GET", "/summary_results")],
)
def test_a_diff_of_a_data_source_that_is_not_accessible_is_403(api, method, path):
    assert api.request(method, f"{ROOT}/{PAST + 1}{path}").status_code == 403


def test_what_is_asked_for_is_in_the_audit_log(api, diff):
    record = diff(**sides("SELECT 1 AS id", "SELECT 1 AS id"))
    api.patch(f"{ROOT}/{record['id']}", json={"archived": True})
    logs = api.get("/api/v1/audit_logs").json()["logs"]
    actions = {
        one["action"] for one in logs if (one["object_type"], one["object_id"]) == ("datadiff", record["id"])
    }
    assert actions == {"create", "update"}


def test_a_restart_remembers_diffs_and_fails_what_was_cut_short(start, until, tmp_path):
    first = start("--scale", 0.001, "--data", tmp_path)
    with httpx.Client(base_url=first.url, headers=first.headers, trust_env=False) as api:
        fields = {"data_source1_id": 1, "data_source2_id": 1, "pk_columns": ["id"]}
        done = api.post(ROOT, json=fields | sides("SELECT 1 AS id", "SELECT 2 AS id")).json()["id"]
        until(lambda: api.get(f"{ROOT}/{done}").json()["status"] == "done", 10)
        cut = api.post(ROOT, json=fields | sides(ENDLESS, ENDLESS)).json()["id"]
        until(lambda: api.get(f"{ROOT}/{cut}").json()["status"] == "processing", 10)
    first.process.kill()
    first.stop()
    second = start("--data", tmp_path)
    with httpx.Client(base_url=second.url, headers=second.headers, trust_env=False) as api:
        assert api.get(f"{ROOT}/{done}/summary_results").json()["pks"]["exclusives"] == [1, 1]
        found = api.get(f"{ROOT}/{cut}").json()
        assert (found["status"], found["result"]) == ("failed", "error")
        assert "ended" in api.get(f"{ROOT}/{cut}/summary").json()["error"]


def test_the_server_stops_while_diffs_run(start, until):
    server = start("--scale", 0.001)
    with httpx.Client(base_url=server.url, headers=server.headers, trust_env=False) as api:
        fields = {"data_source1_id": 1, "data_source2_id": 1, "pk_columns": ["id"]}
        number = api.post(ROOT, json=fields | sides(ENDLESS, ENDLESS)).json()["id"]
        until(lambda: api.get(f"{ROOT}/{number}").json()["status"] == "processing", 10)
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 5
