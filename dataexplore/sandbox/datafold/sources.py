"""The data sources that exist, and the way to the warehouse that each stands for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.execution import quote
from dataexplore.sandbox.warehouse import CONNECTIONS

if TYPE_CHECKING:
    from dataexplore.sandbox.records import Record, Records
    from dataexplore.sandbox.warehouse import Connection

__all__ = ["DEFAULTS", "KIND", "find", "find_connection", "make_schema", "seed", "temp_schema"]

KIND = "data_source"
TEMP_SCHEMA = "datafold_tmp"

_making = threading.Lock()

# Every field of the contract that a data source without it would have.
DEFAULTS: dict[str, Any] = {
    "accessible": True,
    "is_paused": False,
    "hidden": False,
    "view_only": False,
    "disable_profiling": False,
    "disable_schema_indexing": False,
    "float_tolerance": 0.0,
    "last_test": None,
}


def make_schema(cursor: Any, schema: str) -> str:
    """Create the schema for tables of our own where it is missing; give its path as SQL."""
    path = f"warehouse.{quote(schema)}"
    with _making:  # two at once are a conflict for the database, IF NOT EXISTS or not
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {path}")
    return path


def seed(records: Records) -> None:
    """Keep the data sources that are there from the start."""
    for number, name, connection, more in (
        (1, "Warehouse", "warehouse", {"temp_schema": TEMP_SCHEMA}),
        (2, "Warehouse (read only)", "readonly", {"view_only": True}),
        (3, "Legacy warehouse", "broken", {"temp_schema": TEMP_SCHEMA}),
        (4, "Finance warehouse", "warehouse", {"accessible": False}),
    ):
        if records.get(KIND, number) is None:
            options = {"connection": connection, "database": "warehouse"}
            kept = {"id": number, "name": name, "type": "duckdb", "source": "manual", "options": options}
            records.add(KIND, DEFAULTS | kept | more)


def find(records: Records, number: int) -> Record:
    """Give an accessible data source.

    Raises:
        Refusal: There is none of this number (404), or it is not for whoever asks (403).
    """
    record = records.get(KIND, number)
    if record is None:
        raise Refusal.missing(f"There is no data source {number}")
    if not record["accessible"]:
        raise Refusal.forbidden(f"You have no access to the data source {number}")
    return record


def find_connection(records: Records, number: int) -> Connection:
    """Give the way to the warehouse that a data source stands for.

    Raises:
        Refusal: As :func:`find`, or it is paused or beyond the sandbox (422).
    """
    record = find(records, number)
    if record["type"] != "duckdb":
        raise Refusal.failed(
            f"The sandbox reaches no network, so not {record['name']!r} of type {record['type']} either"
        )
    if record["is_paused"]:
        raise Refusal.failed(f"The data source {number} is paused")
    return CONNECTIONS[record["options"]["connection"]]


def temp_schema(records: Records, number: int) -> str:
    """Give the schema in which a data source keeps tables of its own.

    Raises:
        Refusal: As :func:`find_connection`, or it cannot write (422).
    """
    connection = find_connection(records, number)
    schema = find(records, number).get("temp_schema")
    if not (connection.writable and connection.reachable and schema):
        raise Refusal.failed(f"The data source {number} has no temporary schema that can be written")
    return str(schema)
