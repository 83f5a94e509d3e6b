"""Building the company: the same scale and seed give the same rows on every machine."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from hashlib import sha256
from typing import TYPE_CHECKING

from dataexplore.sandbox.company.catalog import LAYERS, MODELS, read_statements

if TYPE_CHECKING:
    import duckdb

__all__ = ["build"]

# Numbers come from integer arithmetic of our own, not from random() or hash(): those follow the number of
# threads and the version of DuckDB. Every draw names a key and a #label; the same two give the same number.
# A label is written as a number of its own before the statement is planned: macros are pasted, and at small
# scales planning takes longer than running, so what is pasted stays short.
_MACROS = (
    "fold(x) as xor(x, x >> 15)",
    # 0 to 2^31 - 1, for keys below 2^31: no product reaches 2^63.
    "noise(key, label) as (fold((key + 1013904223) * label & 2147483647) * 1947667685) & 2147483647",
    # 0 to size - 1.
    "pick(key, label, size) as (noise(key, label) * size) >> 31",
    "scaled(rows) as greatest(1, rows::bigint * {millionths} // 1000000)",
    # There are no cents of a yen, not even after a discount: prices in yen are whole hundreds.
    "price(amount, currency) as if(currency = 'JPY', round(amount, -2), round(amount, 2))::decimal(12, 2)",
    "mailbox(name) as lower(replace(translate(strip_accents(name), 'łŁøØßıđ''', 'lLoOsid'), ' ', '-'))",
)
_PLANS = ("calendar", "markets", "market_slots", "purchases")


def build(connection: duckdb.DuckDBPyConnection, *, scale: float, seed: int) -> None:
    """Fill the current database with the company: schemas raw, staging, intermediate, marts and samples.

    Scale 1 is 30,000 orders and about half a million rows. What these schemas held before is dropped. A build
    that was cut short leaves a part of the company; build again.

    Raises:
        ValueError: The scale is under one millionth.
    """
    millionths = round(scale * 1_000_000)
    if millionths < 1:
        raise ValueError(f"A scale of {scale} leaves nothing of the company. Give one of 0.000001 or more.")
    for schema in (*reversed(LAYERS), "samples"):
        connection.execute(f"drop schema if exists {schema} cascade")
    for schema in (*LAYERS, "samples"):
        connection.execute(f"create schema {schema}")
    for macro in _MACROS:
        connection.execute("create or replace temp macro " + macro.format(millionths=millionths))
    try:
        _fill_raw(connection, seed)
    finally:
        _forget_plans(connection)
    for model in MODELS:
        connection.execute(f"create {model.kind} {model.schema}.{model.name} as\n{model.sql}")
    for sample in read_statements("samples"):
        connection.execute(f"create table samples.{sample.name} as\n{sample.sql}")
    connection.execute(f"create table samples.wide as\n{_write_wide()}")


def _fill_raw(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    plans = {found.name: found.sql for found in read_statements("plan")}
    for name in _PLANS:
        connection.execute(f"create or replace temp table {name} as\n{_number_labels(plans[name], seed)}")
    tables = {f"raw.{found.name}": found for found in read_statements("raw")}
    for name in TopologicalSorter({name: found.depends_on for name, found in tables.items()}).static_order():
        connection.execute(f"create table {name} as\n{_number_labels(tables[name].sql, seed)}")


def _number_labels(sql: str, seed: int) -> str:
    """Write every ``#label`` as an odd number below 2^31 that follows from the label and the seed."""

    def number(found: re.Match[str]) -> str:
        digest = sha256(f"{seed} {found[1]}".encode()).digest()
        return f"{int.from_bytes(digest[:4]) >> 1 | 1}::bigint"

    return re.sub(r"#(\w+)", number, sql)


def _forget_plans(connection: duckdb.DuckDBPyConnection) -> None:
    for name in _PLANS:
        connection.execute(f"drop table if exists temp.{name}")
    for macro in _MACROS:
        connection.execute(f"drop macro if exists temp.{macro.partition('(')[0]}")


def _write_wide() -> str:
    """Write 300 columns of ten types by 1,000 rows, a seventh of every column null."""
    values = {
        "bigint": "9007199254740993 + row_id",
        "integer": "row_id::integer",
        "decimal": "(row_id * 1.01)::decimal(18, 2)",
        "double": "1 / row_id",
        "text": "concat('row ', row_id, ', column ')",
        "date": "date '2023-01-01' + row_id::integer",
        "timestamp": "timestamp '2023-01-01' + to_seconds(row_id)",
        "boolean": "row_id % 2 = 0",
        "list": "range(row_id % 4)",
        "struct": "{'row': row_id, 'square': row_id * row_id}",
    }
    # Each varies its type's value a little; 300 longer expressions would take longer to plan than to run.
    variants = ("+ {n}", "- {n}", "+ {n}", "* {n}", "|| {n}", "+ {n}", "+ to_days({n})", "", "", "")
    bases = [
        f"case when (row_id + {n}) % 7 > 0 then {value} end as {kind}_value"
        for n, (kind, value) in enumerate(values.items())
    ]
    columns = [
        f"{kind}_value {variant.format(n=n)} as c{n:03}_{kind}"
        for n, (kind, variant) in enumerate([*zip(values, variants, strict=True)] * 30, start=1)
    ]
    rows = f"select row_id, {', '.join(bases)} from range(1, 1001) as rows(row_id)"
    return f"select {', '.join(columns)} from ({rows})"
