"""Datafold's CI over HTTP."""

from __future__ import annotations

import pytest

ROOT = "/api/v1/ci/1"
PULL = {
    "pr_number": 300,
    "pr_branch": "fix-amount",
    "base_branch": "main",
    "pr_sha": "9a8b7c6d",
    "base_sha": "1f2e3d4c",
}


@pytest.fixture(scope="module")
def dev(rows):
    """Two tables of a developer, one of which changes something; a third has no counterpart."""
    rows("CREATE SCHEMA IF NOT EXISTS dev")
    rows("CREATE TABLE dev.dim_stores AS FROM marts.dim_stores")
    rows("UPDATE dev.dim_stores SET staff_count = staff_count + 1")
    rows("CREATE TABLE dev.stg_stores AS FROM staging.stg_stores")
    rows("CREATE TABLE dev.scratch AS SELECT 1 AS id")
    yield
    rows("DROP SCHEMA dev CASCADE")


@pytest.fixture
def finish(api, until):
    """Wait for the end of a run; give the run and its diffs."""

    def finishing(number):
        found = {}

        def over():
            found.update(next(run for run in api.get(f"{ROOT}/runs").json() if run["id"] == number))
            return found["status"] in ("done", "failed", "cancelled")

        until(over, 20)
        return found, api.get("/api/v1/datadiffs", params={"ci_run_id": number}).json()["results"]

    return finishing


def test_a_triggered_run_compares_the_tables_of_the_developer(api, dev, finish):
    answer = api.post(f"{ROOT}/trigger", json=PULL)
    assert answer.status_code == 200
    run, diffs = finish(answer.json()["ci_run_id"])
    assert run == {
        "id": answer.json()["ci_run_id"],
        "pr_num": "300",
        "status": "done",
        "source": "api",
        **{name: PULL[name] for name in ("pr_branch", "base_branch", "pr_sha", "base_sha")},
    }
    assert {(diff["table1"][1], diff["table2"][2], diff["result"]) for diff in diffs} == {
        ("marts", "dim_stores", "different"),
        ("staging", "stg_stores", "identical"),
    }
    assert {(diff["source"], diff["ci_pr_num"], diff["ci_pr_sha"]) for diff in diffs} == {
        ("ci", 300, "9a8b7c6d")
    }
    assert all(diff["pk_columns"] == ["store_id"] for diff in diffs)


def test_uploaded_pairs_are_compared_for_the_pull_request(api, dev, finish):
    api.post(f"{ROOT}/trigger", json=PULL | {"pr_number": 301, "pr_branch": "known"})
    pairs = [
        {"prod": "warehouse.marts.dim_stores", "pr": 'warehouse.dev."dim_stores"', "pk": ["store_id"]},
        {"prod": "marts.dim_stores", "pr": "dev.dim_stores", "exclude_columns": ["staff_count"]},
    ]
    answer = api.post(f"{ROOT}/301", json=pairs)
    assert answer.status_code == 200
    run, diffs = finish(answer.json()["run_id"])
    assert (run["pr_num"], run["pr_branch"], run["status"]) == ("301", "known", "done")
    assert [diff["result"] for diff in diffs] == ["different", "identical"]


def test_a_run_fails_with_its_diffs(api, finish):
    answer = api.post(
        f"{ROOT}/302", json=[{"prod": "marts.dim_stores", "pr": "dev.nope", "pk": ["store_id"]}]
    )
    assert finish(answer.json()["run_id"])[0]["status"] == "failed"


def test_a_run_without_pairs_is_done_at_once(api, finish):
    answer = api.post(f"{ROOT}/303", json=[])
    run, diffs = finish(answer.json()["run_id"])
    assert (run["status"], diffs) == ("done", [])


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"pr_num": "214"}, [2]),
        ({"pr_sha": "c0ffee42"}, [3]),
        ({"pr_num": "214", "pr_sha": "c0ffee42"}, []),
        ({"pr_num": "nobody's"}, []),
    ],
)
def test_runs_are_found_by_their_pull_request(api, query, ids):
    assert [run["id"] for run in api.get(f"{ROOT}/runs", params=query).json()] == ids


def test_runs_come_newest_first_in_parts(api):
    runs = [run["id"] for run in api.get(f"{ROOT}/runs").json()]
    assert runs == sorted(runs, reverse=True)
    assert [run["id"] for run in api.get(f"{ROOT}/runs", params={"limit": 2, "offset": 1}).json()] == runs[
        1:3
    ]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1001}, {"offset": -1}, {"status": "done"}])
def test_a_part_that_cannot_be_is_422(api, query):
    answer = api.get(f"{ROOT}/runs", params=query)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", *query]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([{"prod": 'a."b', "pr": "c"}], [0, "prod"]),
        ([{"prod": "a", "pr": "b"}, {"prod": "a", "pr": "b..c"}], [1, "pr"]),
        ([{"prod": "a.b.c.d", "pr": "c"}], [0, "prod"]),
        ([{"prod": "a"}], [0, "pr"]),
        ({"prod": "a", "pr": "b"}, []),
    ],
)
def test_a_pair_that_names_no_tables_is_422_and_starts_nothing(api, body, place):
    before = api.get(f"{ROOT}/runs").json()
    answer = api.post(f"{ROOT}/304", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *place]
    assert api.get(f"{ROOT}/runs").json() == before


@pytest.mark.parametrize(
    ("method", "path", "body"), [("GET", "runs", None), ("POST", "trigger", PULL), ("POST", "7", [])]
)
def test_a_configuration_that_is_not_there_or_not_accessible(api, method, path, body):
    assert api.request(method, f"/api/v1/ci/999/{path}", json=body).status_code == 404
    assert api.request(method, f"/api/v1/ci/2/{path}", json=body).status_code == 403


def test_runs_are_in_the_audit_log(api):
    number = api.post(f"{ROOT}/305", json=[]).json()["run_id"]
    logs = api.get("/api/v1/audit_logs").json()["logs"]
    assert ("create", "ci_run", number) in {
        (one["action"], one["object_type"], one["object_id"]) for one in logs
    }
