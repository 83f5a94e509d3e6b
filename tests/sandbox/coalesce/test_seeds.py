from __future__ import annotations

import pytest

from dataexplore.sandbox.coalesce import selectors
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, JOB, NODE, Organisation
from dataexplore.sandbox.coalesce.rendering import select
from dataexplore.sandbox.coalesce.seeds import SEEDS, number_node
from dataexplore.sandbox.company import MODELS, SOURCES

BEGIN = "2026-08-23"


@pytest.fixture
def organisation(platform):
    made = Organisation(platform)
    made.ensure()
    return made


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_environment_has_a_node_for_each_statement_and_each_of_them_runs(
    organisation, platform, number
):
    nodes = organisation.nodes(f"environment:{number}")
    assert len(nodes) == len(MODELS) + len(SOURCES)
    mappings = organisation.mappings(f"environment:{number}")
    with platform.warehouse.cursor() as cursor:
        for node in nodes:
            sql = select(node, mappings, {})
            assert (sql is None) == (node["location"] == "RAW")
            if sql is not None:
                cursor.execute(f"explain {sql}")


def test_a_node_has_the_same_id_wherever_it_stands(organisation):
    ids = [
        {node["nodeID"] for node in organisation.nodes(owner)}
        for owner in ("environment:1", "environment:2", "environment:3", "workspace:1", "workspace:2")
    ]
    assert ids == [ids[0]] * 5
    assert number_node("MARTS", "fact_orders") in ids[0]


def test_dependencies_are_those_of_the_statement(organisation):
    node = next(one for one in organisation.nodes("environment:3") if one["name"] == "daily_revenue")
    assert node["dependencies"] == [{"locationName": "INTERMEDIATE", "nodeName": "int_order_revenue"}]
    assert "{{ ref('INTERMEDIATE', 'int_order_revenue') }}" in node["sql"]


def test_a_job_takes_with_it_all_that_its_nodes_read(organisation, platform):
    nodes = organisation.nodes("environment:3")
    picked = {}
    for job in platform.records.all(JOB):
        selector = selectors.parse(job["includeSelector"])
        picked[job["name"]] = {
            node["name"] for node in nodes if selector.matches(node["location"], node["name"])
        }
    assert picked["Nightly"] == picked["Nightly QA"] == set()
    assert {"fact_orders", "daily_revenue", "int_order_revenue", "stg_orders"} < picked["Orders"]
    assert picked["Marketing"] == {
        "stg_campaigns",
        "stg_campaign_touches",
        "int_campaign_attribution",
        "campaign_performance",
    }
    reads = {node["name"]: node["dependencies"] for node in nodes}
    for name in picked["Orders"]:
        for read in reads[name]:
            assert read["locationName"] == "RAW" or read["nodeName"] in picked["Orders"]


def test_the_databases_of_qa_and_dev_are_filled_like_production(organisation, platform):
    with platform.warehouse.cursor() as cursor:
        for model in MODELS:
            tables = [
                f"{name}.{model.schema}.{model.name}"
                for name in ("warehouse", "warehouse_qa", "warehouse_dev")
            ]
            rows = [cursor.execute(f"SELECT count(*) FROM {table}").fetchall() for table in tables]
            assert rows == [rows[0]] * 3


def test_a_view_of_qa_reads_the_sources_that_all_share(organisation, platform):
    with platform.warehouse.cursor() as cursor:
        sql = (
            "SELECT sql FROM duckdb_views() WHERE database_name = 'warehouse_qa' AND view_name = 'stg_orders'"
        )
        assert "warehouse.raw.orders" in cursor.execute(sql).fetchall()[0][0]


def test_all_of_it_was_there_before_the_history_begins():
    moments = [
        record[name]
        for records in SEEDS.values()
        for record in records
        for name in ("createdAt", "updatedAt")
        if name in record
    ]
    assert len(moments) > 2 * len(SEEDS[NODE])
    assert max(moments) < BEGIN
    assert [one["name"] for one in SEEDS[ENVIRONMENT]] == ["dev", "qa", "prod"]
