"""The client's own call of every Datafold operation: the same request as the sample, asked in Python."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from typing import TYPE_CHECKING, Any

from dataexplore.clients import datafold
from dataexplore.secret import Secret
from dataexplore.transport import Operation
from tests.contract.datafold_contract import OPERATIONS
from tests.contract.datafold_samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.clients.datafold import DatafoldClient
    from tests.contract.datafold_samples import Places

SECRETS = {"client_secret", "password", "token", "token_value"}
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


def declared() -> dict[str, tuple[str, str, Operation]]:
    """Find the client's operations: by operationId, the noun's module, the constant's name, the operation."""
    nouns = [each.name for each in pkgutil.iter_modules(datafold.__path__)]
    found = [
        (noun, constant, value)
        for noun in nouns
        for constant, value in vars(importlib.import_module(f"{datafold.__name__}.{noun}")).items()
        if isinstance(value, Operation)
    ]
    return {operation.name: (noun, constant, operation) for noun, constant, operation in found}


def method_of(name: str) -> str:
    """Name the client's method of an operation: its constant's name, in lower case, at its noun."""
    noun, constant, _ = declared()[name]
    return f"{noun}.{constant.lower()}"


def arguments_of(name: str) -> set[str]:
    """Name the arguments of the client's method, those of its ``**options: Unpack[...]`` among them."""
    noun, _, verb = method_of(name).partition(".")
    module = importlib.import_module(f"{datafold.__name__}.{noun}")
    method = getattr(getattr(module, noun.title().replace("_", "")), verb)
    names: set[str] = set()
    for argument in inspect.signature(method).parameters.values():
        options = re.fullmatch(r"Unpack\[(\w+)\]", str(argument.annotation))
        names |= set(getattr(module, options[1]).__annotations__) if options else {argument.name}
    return names


def call(client: DatafoldClient, name: str, places: Places) -> Any:
    """Make the client's call of a sample."""
    method = method_of(name)
    noun, _, verb = method.partition(".")
    path = [places[each["name"]] for each in _path_order(name)]
    body = SAMPLES[name].get("body", {})
    listed, fields = ([body], {}) if isinstance(body, list) else ([], body)
    secret = {key: Secret(value) for key, value in fields.items() if key in SECRETS}
    return getattr(getattr(client, noun), verb)(
        *path, *listed, **{**fields, **secret, **BESIDE.get(method, {})}
    )


def _path_order(name: str) -> list[Mapping[str, Any]]:
    facts = OPERATIONS[name]
    in_path = [each for each in facts["parameters"] if each["in"] == "path"]
    return sorted(in_path, key=lambda each: facts["path"].index(f"{{{each['name']}}}"))
