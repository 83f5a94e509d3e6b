from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from dataexplore.sandbox.coalesce.organisation import (
    ENVIRONMENT,
    GIT_ACCOUNT,
    JOB,
    NODE,
    PROJECT,
    USER,
    WORKSPACE,
    Organisation,
)
from dataexplore.sandbox.coalesce.seeds import SEEDS

KINDS = (ENVIRONMENT, GIT_ACCOUNT, JOB, NODE, PROJECT, USER, WORKSPACE)


def count(platform):
    return {kind: len(platform.records.all(kind)) for kind in KINDS}


SEEDED = {kind: len(SEEDS[kind]) for kind in KINDS}


def test_many_threads_found_one_organisation(platform):
    with ThreadPoolExecutor(16) as threads:
        for done in [threads.submit(Organisation(platform).ensure) for _ in range(48)]:
            done.result()
    assert count(platform) == SEEDED


@pytest.mark.parametrize("written", range(len(SEEDS) + 1))
def test_a_start_that_was_killed_half_way_is_ended_by_the_next(platform, written):
    for kind in list(SEEDS)[:written]:
        platform.records.add_all(kind, SEEDS[kind])
    Organisation(platform).ensure()
    assert count(platform) == SEEDED


def test_what_was_changed_or_removed_since_stays_so(platform):
    Organisation(platform).ensure()
    platform.records.remove(GIT_ACCOUNT, 1)
    platform.records.change(USER, 1, lambda user: user | {"orgRole": None})
    Organisation(platform).ensure()
    assert platform.records.get(GIT_ACCOUNT, 1) is None
    assert platform.records.get(USER, 1)["orgRole"] is None


def test_the_number_of_what_was_removed_is_not_given_again(platform):
    organisation = Organisation(platform)
    organisation.ensure()
    first = organisation.add(GIT_ACCOUNT, lambda number: {"gitAccountID": f"g{number}"})
    platform.records.remove(GIT_ACCOUNT, first["id"])
    second = organisation.add(GIT_ACCOUNT, lambda number: {"gitAccountID": f"g{number}"})
    assert (first["gitAccountID"], second["gitAccountID"]) == ("g3", "g4")


def test_requests_at_once_found_one_organisation_and_give_a_name_once(coalesce_of):
    client = coalesce_of()

    def create(number):
        # Many wish for the same few names at once, among them the very first request.
        return client.post("/projects", json={"name": f"Project {number % 4}"})

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(create, range(64)))
    made = [answer.json() for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} == {200, 400}
    assert sorted(one["name"] for one in made) == [f"Project {number}" for number in range(4)]
    assert client.get("/projects").json()["total"] == 5
    assert client.get("/workspaces/1/nodes").json()["total"] == 50


def test_what_a_user_dropped_does_not_stop_the_founding(coalesce_of):
    client = coalesce_of()
    for statement in (
        "DROP TABLE raw.payments",
        "DROP TABLE marts.fact_orders CASCADE",
        "DROP TABLE raw.orders",
    ):
        body = {"sql": statement, "connection": {"name": "warehouse"}}
        assert client.post("/exec/sql", json=body).status_code == 200
    assert client.get("/environments").json()["total"] == 3
    count_tables = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'warehouse_qa'"
    body = {"sql": count_tables, "connection": {"name": "warehouse"}}
    assert client.post("/exec/sql", json=body).json()["result"]["data"] == [[17]]


def test_everything_survives_a_restart(coalesce_of, tmp_path):
    client = coalesce_of("--data", tmp_path)
    made = client.post("/projects", json={"name": "Kept"}).json()
    assert client.delete("/environments/2").status_code == 204
    before = {
        path: client.get(path).json() for path in ("/environments", "/projects", "/users", "/gitAccounts")
    }
    client.post(
        "/exec/sql",
        json={"sql": "DROP TABLE warehouse_dev.marts.dim_stores", "connection": {"name": "warehouse"}},
    )
    coalesce_of.stop()
    client = coalesce_of("--data", tmp_path)
    assert {path: client.get(path).json() for path in before} == before
    assert client.get(f"/projects/{made['id']}").json() == made
    assert client.get("/environments/2/nodes").status_code == 404
    node = next(
        one for one in client.get("/workspaces/1/nodes").json()["data"] if one["name"] == "dim_stores"
    )
    # Filled once: what a user dropped since does not come back by itself.
    assert client.get(f"/workspaces/1/nodes/{node['id']}").json()["metadata"]["columns"] == []
