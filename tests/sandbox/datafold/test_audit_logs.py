from __future__ import annotations

import pytest

URL = "/api/v1/audit_logs"


@pytest.fixture
def logs(api):
    def asking(**body):
        answer = api.request("GET", URL, json=body) if body else api.get(URL)
        assert answer.status_code == 200, answer.text
        return answer.json()["logs"]

    return asking


def test_what_changed_something_is_logged_latest_first(api, logs):
    created = api.post("/api/v1/lineage/bi/dbt/", json={"ci_config_id": 1, "name": "for the log"}).json()
    api.get("/api/v1/lineage/bi/1/sync/")
    synced, entry = logs()[:2]
    assert (entry["action"], entry["object_type"], entry["object_id"]) == (
        "create",
        "bi_integration",
        created["id"],
    )
    assert (entry["url"], entry["request_type"]) == ("/api/v1/lineage/bi/dbt/", "POST")
    assert entry["client_ip"] == "127.0.0.1"
    assert synced["action"] == "sync"
    assert synced["event_uuid"] != entry["event_uuid"]


def test_what_only_reads_or_is_refused_is_not_logged(api, logs):
    before = len(logs())
    api.get("/api/v1/monitors")
    api.post("/api/v1/lineage/bi/dbt/", json={})
    api.get("/api/v1/lineage/bi/999/sync/")
    assert len(logs()) == before


def test_a_range_includes_both_ends(api, logs):
    api.get("/api/v1/lineage/bi/2/sync/")
    latest = logs()[0]["timestamp"]
    assert logs(start_date=latest)[-1]["timestamp"] == latest
    assert logs(end_date=latest)[0]["timestamp"] == latest
    assert logs(start_date="2999-01-01T00:00:00Z") == []
    assert logs(end_date="1999-01-01T00:00:00") == []
    assert logs(start_date=None, end_date=None) == logs()


def test_a_body_of_null_asks_for_everything(api):
    answer = api.request("GET", URL, content="null")
    assert answer.json() == api.get(URL).json()


@pytest.mark.parametrize(
    "body", [{"start_date": "soon"}, {"start_date": "0"}, {"since": None}, {"end_date": 5}]
)
def test_a_range_that_is_none_is_refused(api, body):
    answer = api.request("GET", URL, json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *body]
