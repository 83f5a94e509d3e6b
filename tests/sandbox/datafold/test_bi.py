from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from dataexplore.sandbox.datafold.bi import Bi
from dataexplore.sandbox.datafold.bi_assets import ASSETS, shown

ROOT = "/api/v1/lineage/bi/"
CANARY = "canary-7f3a"
BODIES = {
    "dbt": {"ci_config_id": 1},
    "hightouch": {"token": CANARY, "bindings": [{"remoteId": "9", "boundIds": [1]}]},
    "looker": {"base_url": "https://looker.example", "client_id": "c", "client_secret": CANARY, "repo_id": 1},
    "mode": {"token": CANARY, "password": CANARY},
    "powerbi": {"auth_type": "service_principal", "client_secret": CANARY},
    "tableau": {"server_url": "https://t.example", "site_id": "s", "token_name": "n", "token_value": CANARY},
}


@pytest.fixture
def bi(platform):
    return Bi(platform)


def test_every_column_that_an_asset_shows_exists(rows):
    columns = {
        tuple(row) for row in rows("SELECT schema_name, table_name, column_name FROM duckdb_columns()")
    }
    assert {column for asset in ASSETS for _, column in asset.fields} <= columns
    assert len({(asset.integration, asset.name) for asset in ASSETS}) == len(ASSETS) == 7


def test_three_integrations_are_there_and_show_their_assets(bi, platform):
    del bi
    assert shown(platform.records) == ASSETS


@pytest.mark.parametrize("kind", BODIES)
def test_an_integration_is_created_and_its_secrets_never_come_back(api, kind):
    name = f"{kind} of a test"
    body = {**BODIES[kind], "name": name, "indexing_cron": "0 4 * * *"}
    created = api.post(f"{ROOT}{kind}/", json=body)
    assert created.status_code == 200, created.text
    integration = created.json()
    assert (integration["type"], integration["name"]) == (kind, name)
    read = api.get(f"{ROOT}{integration['id']}/")
    assert read.json() == integration
    listed = api.get(ROOT)
    assert integration in listed.json()
    for answer in (created, read, listed, api.get("/api/v1/audit_logs")):
        assert CANARY not in answer.text


def test_without_a_name_it_gets_one_that_is_free(api):
    names = [api.post(f"{ROOT}powerbi/", json={}).json()["name"] for _ in range(2)]
    assert names == ["Power BI", "Power BI 2"]


def test_a_name_that_is_taken_is_refused(api):
    answer = api.post(f"{ROOT}mode/", json={**BODIES["mode"], "name": "Looker"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "name"]


@pytest.mark.parametrize(
    ("kind", "change", "place"),
    [
        ("looker", {"client_secret": 5}, ["client_secret"]),
        ("looker", {"secret": CANARY}, ["secret"]),
        ("tableau", {"indexing_cron": "hourly"}, ["indexing_cron"]),
        ("powerbi", {"auth_type": "magic"}, ["auth_type"]),
        ("hightouch", {"bindings": [{"remoteId": "9"}]}, ["bindings", 0, "boundIds"]),
    ],
)
def test_a_body_that_does_not_fit_is_refused_without_its_secret(api, kind, change, place):
    answer = api.post(f"{ROOT}{kind}/", json={**BODIES[kind], **change})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *place]
    assert CANARY not in answer.text


def test_an_integration_shows_its_assets_after_a_sync(api, until):
    body = {**BODIES["tableau"], "name": "Tableau of finance"}
    integration = api.post(f"{ROOT}tableau/", json=body).json()
    path = f"{ROOT}{integration['id']}/"
    assert (integration["sync_status"], integration["asset_count"]) == ("new", 0)
    assert api.get(f"{path}sync/").status_code == 200
    until(lambda: api.get(path).json()["sync_status"] == "done", 5)
    synced = api.get(path).json()
    assert synced["asset_count"] == 2
    assert synced["last_sync_at"]


def test_assets_stand_under_the_name_of_their_integration(bi, platform, until):
    record = platform.records.add(
        "bi_integration", {"type": "hightouch", "name": "Syncs", "indexing_cron": None, "is_indexed": False}
    )
    assert shown(platform.records) == ASSETS
    bi._start(record["id"])
    until(lambda: len(shown(platform.records)) > len(ASSETS), 5)
    assert {asset.integration for asset in shown(platform.records)[len(ASSETS) :]} == {"Syncs"}


def test_a_sync_that_runs_is_not_started_again(bi, platform, until):
    free = threading.Event()
    for number in range(4):
        platform.jobs.start(("busy", number), lambda job: free.wait(10))
    bi._start(1)
    first = platform.jobs.find(("bi_integration", 1))
    bi._start(1)
    assert platform.jobs.find(("bi_integration", 1)) is first
    free.set()
    until(first.done.is_set, 5)


def test_unknown_integrations_are_not_found(api):
    assert api.get(f"{ROOT}999/").status_code == 404
    assert api.get(f"{ROOT}999/sync/").status_code == 404
    assert api.get(f"{ROOT}looker/").status_code == 422


def test_a_sync_starts_when_its_crontab_says(bi, platform, until):
    platform.records.change("bi_integration", 2, lambda record: record | {"indexing_cron": "30 12 * * *"})
    noon = datetime(2026, 11, 20, 12, 29, 30, tzinfo=UTC)
    before = platform.records.all("bi_integration")
    bi.tick(noon, noon + timedelta(seconds=29))
    assert platform.records.all("bi_integration") == before
    bi.tick(noon, noon + timedelta(minutes=1))
    until(lambda: platform.records.get("bi_integration", 2) != before[1], 5)
    assert platform.records.get("bi_integration", 1) == before[0]
