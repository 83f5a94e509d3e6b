"""The client's own call of every Datafold operation: the same request as the sample, asked in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients import datafold
from tests.contract.client_calls import Calls, path_order
from tests.contract.datafold_contract import OPERATIONS
from tests.contract.datafold_samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.clients.datafold import DatafoldClient
    from tests.contract.datafold_samples import Places

CALLS = Calls(datafold)
PAGE = {"limit": 5}
DEPTH = {"max_depth": 2}
COLUMN_DEPTH = {**DEPTH, "include_tabular_nodes": False}
# Where the call is more than the ids of the path and the fields of the body.
BESIDE: Mapping[str, Mapping[str, Any]] = {
    "ci.runs": {"pr_sha": "9a8b7c6d", "pr_num": 214, "limit": 10},
    "data_diffs.get": {"poll": True},
    "data_diffs.list": {
        **PAGE,
        "sort_order": "desc",
        "order_by": "created_at",
        "accessible_only": True,
        "status": ["done", "failed"],
        "result": ["identical", "different"],
        "source": "api",
        "kind": "in_db",
        "data_source1_id": 1,
        "data_source2_id": [1, 2],
        "monitor_id": 8,
        "ci_run_id": 41,
        "tags": "nightly",
        "created_at": ">2026-01-01",
        "updated_at": "2026-01-01<<2099-01-01T00:00:00Z",
    },
    "data_sources.query": {"stream": True},
    "explore.column_downstreams": COLUMN_DEPTH,
    "explore.column_upstreams": COLUMN_DEPTH,
    "explore.table_downstreams": DEPTH,
    "explore.table_upstreams": DEPTH,
    "monitors.list": {**PAGE, "order_by": "name", "sort_order": "asc", "tags": "nightly"},
    "monitors.runs": {**PAGE, "start_time": "2026-01-01T00:00:00Z", "end_time": "2099-01-01T00:00:00Z"},
}


def call(client: DatafoldClient, name: str, places: Places) -> Any:
    """Make the client's call of a sample."""
    body = SAMPLES[name].get("body", {})
    listed, fields = ([body], {}) if isinstance(body, list) else ([], body)
    path = [places[each] for each in path_order(OPERATIONS[name])]
    return CALLS.call(client, name, [*path, *listed], {**fields, **BESIDE.get(CALLS.method_of(name), {})})
