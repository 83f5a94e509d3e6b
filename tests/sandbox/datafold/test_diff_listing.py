"""The listing of data diffs over HTTP: the past that is there from the start, filtered, sorted, in pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from dataexplore.sandbox.datafold.diff_listing import Order

ROOT = "/api/v1/datadiffs"
PAST = 12


def test_diffs_that_are_not_accessible_are_listed_unless_asked_otherwise(api):
    listed = [
        {record["id"] for record in api.get(ROOT, params={"accessible_only": only}).json()["results"]}
        for only in ("false", "true")
    ]
    assert listed[0] - listed[1] == {PAST + 1}


def test_there_is_a_past_that_was_really_compared(api):
    found = api.get(ROOT, params={"page_size": PAST}).json()["results"]
    assert [record["id"] for record in found] == list(range(1, PAST + 1))
    assert {record["result"] for record in found} == {
        "identical", "different", "missing-pks", "bad-pks", "empty", "error",
    }  # fmt: skip
    assert all(
        record["created_at"] < record["finished_at"] < found[-1]["finished_at"] for record in found[:-1]
    )
    stats = api.get(f"{ROOT}/2/summary_results").json()["values"]
    assert stats["total_rows"] == 600


def test_pages_share_out_the_whole(api):
    first = api.get(ROOT, params={"page_size": 5}).json()
    assert first["total_pages"] == -(-first["count"] // 5)
    pages = [api.get(ROOT, params={"page_size": 5, "page": page}).json()["results"] for page in (1, 2, 3)]
    ids = [record["id"] for page in pages for record in page]
    assert ids[:PAST] == list(range(1, PAST + 1))
    assert api.get(ROOT, params={"page": 10**30}).json()["results"] == []
    assert "diff_progress" not in first["results"][0]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"status": "failed"}, [11]),
        ({"status": "failed,done", "result": "empty,error"}, [11, 12]),
        ({"source": "ci"}, [3, 4, 6, 7, 9]),
        ({"ci_run_id": "1,3"}, [3, 4, 9]),
        ({"tags": "migration, web"}, [1, 2, 8]),
        ({"kind": "cross_db", "tags": "nightly"}, []),
        ({"data_source1_id": "1", "data_source2_id": "1,2", "tags": "web"}, [8]),
        ({"monitor_id": "999999"}, []),
        ({"order_by": "created_at", "sort_order": "desc", "source": "ci"}, [9, 7, 6, 4, 3]),
        (
            {"order_by": "stats.match_ratio", "sort_order": "desc", "result": "bad-pks", "source": "api,ci"},
            [3, 5],
        ),
    ],
)
def test_filters_and_order_choose_what_is_listed(api, filters, ids):
    before = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    found = api.get(ROOT, params={**filters, "created_at": f"<{before}"}).json()
    assert [record["id"] for record in found["results"]] == ids
    assert found["count"] == len(ids)


def test_moments_filter_by_day_minute_and_span(api):
    created = api.get(f"{ROOT}/8").json()["created_at"]
    moment = datetime.fromisoformat(created)

    def listed(text):
        return [
            record["id"] for record in api.get(ROOT, params={"created_at": text}).json()["results"][:PAST]
        ]

    later, day = moment + timedelta(minutes=2), created[:10]
    assert listed(day) == [8]
    assert listed(created[:16] + "Z") == [8]
    assert listed(f"{created}<<{later.isoformat()}") == [8]
    assert listed(f"<{created}") == [1, 2, 3, 4, 5, 6, 7]
    assert listed(f">{created}")[:4] == [9, 10, 11, 12]
    assert listed(f"<2000-01-01,{day}") == [8]


@pytest.mark.parametrize(
    "filters", [{"created_at": "yesterday"}, {"status": "dne"}, {"ci_run_id": "x"}, {"updated_at": "1<<2<<3"}]
)
def test_a_filter_that_cannot_be_read_is_422(api, filters):
    answer = api.get(ROOT, params=filters)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", *filters]


def test_every_order_of_the_contract_sorts(api):
    names = get_args(Order)
    assert len(names) == 50
    for name in names:
        answer = api.get(ROOT, params={"order_by": name, "sort_order": "desc"})
        assert answer.json()["results"], name
