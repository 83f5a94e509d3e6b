"""Good requests of every Datafold operation, and the objects of a sandbox they are about."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import yaml

from tests.contract.datafold_contract import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

Places = dict[str, int | str]  # what stands in the paths, by the parameter's name

SAMPLES: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("datafold.samples.yaml").read_text(encoding="utf-8")
)
SEEDED: Places = {
    "data_source_id": 1,
    "data_connection_id": 1,
    "ci_config_id": 1,
    "pr_num": 214,
    "table_path": "warehouse.marts.fact_orders",
    "column_path": "warehouse.marts.fact_orders.amount",
}


def arguments(name: str, places: Places) -> dict[str, Any]:
    """Give what ``httpx.Client.request`` needs to send a sample."""
    facts, sample = OPERATIONS[name], SAMPLES[name]
    path = facts["path"]
    for each in facts["parameters"]:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(str(places[each["name"]]), safe=""))
    body = {"json": sample["body"]} if "body" in sample else {}
    query, headers = sample.get("query", {}), sample.get("headers", {})
    return {"method": facts["method"], "url": path, "params": query, "headers": headers, **body}


def create_objects(client: httpx.Client) -> Places:
    """Create what has no fixed id, wait until it is done, and give what stands in the paths."""
    places = dict(SEEDED)

    def ask(operation: str, /, **fields: str) -> dict[str, Any]:
        asked = arguments(operation, places)
        if fields:
            asked["json"] = asked["json"] | fields
        answer = client.request(**asked)
        assert answer.status_code == 200, f"{operation}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def wait(operation: str, word: str, end: str) -> None:
        until = time.monotonic() + 30
        while (now := ask(operation)[word]) != end:
            assert time.monotonic() < until, f"{operation}: {now}"
            time.sleep(0.05)

    places["job_id"] = ask("test_data_source_api_v1_data_sources__data_source_id__test_post")["job_id"]
    places["datadiff_id"] = ask("create_datadiff_api_v1_datadiffs_post")["id"]
    places["bi_datasource_id"] = ask(
        "create_looker_integration_api_v1_lineage_bi_looker__post", name="The first"
    )["id"]
    places["id"] = ask("create_monitor_metric_api_v1_monitors_create_metric_post")["id"]
    places["run_id"] = ask("start_monitor_run_api_v1_monitors__id__run_post")["run_id"]
    wait("get_data_source_test_result_api_v1_data_sources_test__job_id__get", "status", "done")
    wait("get_datadiff_api_v1_datadiffs__datadiff_id__get", "status", "done")
    wait("get_monitor_run_api_v1_monitors__id__runs__run_id__get", "state", "ok")
    return places
