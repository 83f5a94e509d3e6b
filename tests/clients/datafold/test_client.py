"""The client as a whole: its nouns, its header, its operations."""

from __future__ import annotations

import importlib
import pkgutil

from dataexplore.clients import datafold
from dataexplore.transport import Operation
from tests.clients.scripted import TOKEN


def operations():
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(datafold.__path__, "dataexplore.clients.datafold.")
    ]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Operation)]


def test_there_are_42_operations_each_declared_once():
    names = [operation.name for operation in operations()]
    assert len(names) == len(set(names)) == 42
    assert len({(operation.method, operation.path) for operation in operations()}) == 42


def test_only_reads_and_the_flags_of_a_diff_may_be_repeated():
    repeatable = {operation.name for operation in operations() if operation.repeatable}
    reads = {operation.name for operation in operations() if operation.method == "GET"}
    assert repeatable == reads - {"resync_integration_api_v1_lineage_bi__bi_datasource_id__sync__get"} | {
        "update_datadiff_api_v1_datadiffs__datadiff_id__patch"
    }


def test_only_a_query_has_no_deadline_of_its_own():
    assert [operation.name for operation in operations() if operation.deadline_s is None] == [
        "execute_query_api_v1_data_sources__data_source_id__query_post"
    ]


def test_the_key_travels_in_the_header_as_datafold_wants_it(answered):
    client = answered([])
    client.bi.list()
    assert client.requests[-1].headers["authorization"] == f"Key {TOKEN}"
    assert client.host == "127.0.0.1"
