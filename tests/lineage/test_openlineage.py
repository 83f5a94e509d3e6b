from __future__ import annotations

from datetime import UTC, datetime

from dataexplore.lineage import Lineage
from tests.lineage.oracle import SHOP, SHOP_COLUMN_EDGES, SHOP_COLUMNS, SHOP_KINDS

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def events():
    lineage = Lineage.from_edges(
        SHOP, column_edges=SHOP_COLUMN_EDGES, columns=SHOP_COLUMNS, kinds=SHOP_KINDS, focus="db.marts.sales"
    )
    return {event["job"]["name"]: event for event in lineage.to_openlineage("duckdb://shop", at=AT)}


def test_each_thing_made_from_others_is_a_job_event():
    made = events()
    assert made.keys() == {target for _, target in SHOP}
    event = made["db.marts.sales"]
    assert event["eventTime"] == "2026-01-02T03:04:05+00:00"
    assert event["schemaURL"].endswith("#/$defs/JobEvent")
    assert event["producer"].startswith("https://")
    assert {each["name"] for each in event["inputs"]} == {"db.stg.orders", "db.stg.items", "db.stg.people"}
    assert [each["name"] for each in event["outputs"]] == ["db.marts.sales"]
    assert {each["namespace"] for each in [event["job"], *event["inputs"], *event["outputs"]]} == {
        "duckdb://shop"
    }


def test_columns_are_in_the_facets_of_the_specification():
    facets = events()["db.marts.sales"]["outputs"][0]["facets"]
    assert facets["schema"]["fields"] == [{"name": "id"}, {"name": "total"}]
    assert facets["columnLineage"]["fields"] == {
        "id": {"inputFields": [{"namespace": "duckdb://shop", "name": "db.stg.orders", "field": "id"}]},
        "total": {
            "inputFields": [
                {"namespace": "duckdb://shop", "name": "db.stg.orders", "field": "amount"},
                {"namespace": "duckdb://shop", "name": "db.stg.items", "field": "price"},
            ]
        },
    }
    for facet in facets.values():
        assert facet["_producer"]
        assert facet["_schemaURL"].startswith("https://openlineage.io/spec/facets/")


def test_what_was_not_traced_has_no_column_facet():
    assert "columnLineage" not in events()["Looker.Sales"]["outputs"][0]["facets"]
    assert "columnLineage" not in events()["db.marts.sales"]["inputs"][0]["facets"]


def test_the_time_is_now_without_one():
    event = Lineage.from_edges([("a", "b")]).to_openlineage("x")[0]
    assert abs((datetime.now(UTC) - datetime.fromisoformat(event["eventTime"])).total_seconds()) < 60
