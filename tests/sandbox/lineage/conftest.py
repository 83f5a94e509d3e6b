"""One small warehouse with its ledger, and short ways to run statements and to ask where things come from."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from dataexplore.sandbox.company import catalog as company
from dataexplore.sandbox.execution import Execution, Target
from dataexplore.sandbox.lineage import Ledger
from dataexplore.sandbox.records import Records
from dataexplore.sandbox.warehouse import CONNECTIONS, Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def warehouse() -> Iterator[Warehouse]:
    opened = Warehouse(None, scale=0.001, seed=1, memory="1GB")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def ledger(warehouse):
    return Ledger(warehouse, Records(None))


@pytest.fixture(scope="session")
def execute(warehouse, ledger):
    """Run SQL as a service would, to the last row."""

    def executing(sql, schema=None, connection="warehouse"):
        execution = Execution(warehouse, Target(CONNECTIONS[connection], None, schema), sql)
        try:
            return [row for batch in execution.start().batches for row in batch.to_pylist()]
        finally:
            execution.close()

    return executing


@pytest.fixture
def schema(execute):
    """A schema of the test's own with s (a, b, c), t (i, a, x) and u (k, v)."""
    name = f"own_{next(numbers)}"
    execute(f"create schema {name}")
    execute("create table s (a int, b int, c int)", name)
    execute("create table t (i int, a int, x int)", name)
    execute("create table u (k int, v int)", name)
    return name


@pytest.fixture
def run(execute, schema):
    """Run SQL in the test's own schema."""
    return lambda sql, **more: execute(sql, schema, **more)


@pytest.fixture
def around(ledger, schema):
    """Tell what is around a table or a column, names short in the test's own schema, the full ones sorted."""

    def asking(text, side="up", depth=1, beside=False):
        chart = ledger.map({})
        parts = tuple(text.split("."))
        path = ("warehouse", *(parts if parts[0] in company.LAYERS else (schema, *parts)))
        if len(path) == 3:
            start = chart.table(path)
            assert start, f"no table {text}"
            found = [chart.told(one).path for one in chart.tables(start, side, depth)]
        else:
            start = chart.field(path)
            assert start, f"no column {text}"
            fields = chart.fields(start, side, depth)
            found = [(*table.path, name) for table, name in map(chart.told_field, fields)]
            if beside:
                found = [chart.told(one).path for one in chart.tables_beside(start, fields, side, depth)]
        return sorted(".".join(one[2:] if one[1] == schema else one[1:]) for one in found)

    return asking


@pytest.fixture
def sources(around, ledger, schema):
    """Give the sources of every column of a table, as ``{"column": "s.a s.b"}``."""

    def asking(table):
        columns = ledger.map({}).told(("warehouse", schema, table)).columns
        return {column: " ".join(around(f"{table}.{column}")) for column in columns}

    return asking
