"""What a node does when it runs: its statement, on the warehouse, with the rows it really wrote."""

from __future__ import annotations

import random
import threading
import uuid
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import duckdb

from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT
from dataexplore.sandbox.coalesce.rendering import locate, select
from dataexplore.sandbox.execution import Change, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataexplore.sandbox.coalesce.node_knobs import NodeKnob, NodeKnobs
    from dataexplore.sandbox.coalesce.organisation import Organisation
    from dataexplore.sandbox.jobs import Job
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["NodeWork", "usual_wait_s"]

ERROR_CHARACTERS = 4000
SLOW_S = 20.0


class NodeWork:
    """Runs nodes on the warehouse, and tells the lineage what ran there."""

    def __init__(self, platform: Platform, organisation: Organisation, knobs: NodeKnobs) -> None:
        self._platform = platform
        self._organisation = organisation
        self._knobs = knobs
        self._lock = threading.Lock()
        # What the lineage has heard from here, until somebody else changes the warehouse: nodes run the same
        # statements again and again, and reading one takes longer than running it.
        self._told: set[str] = set()
        self._reserved: dict[int, dict[str, NodeKnob]] = {}
        hear = platform.warehouse.on_change

        def heard(changes: Sequence[Change]) -> None:
            with self._lock:
                self._told.clear()
            hear(changes)

        platform.warehouse.on_change = heard
        self._hear = hear

    def of(self, run: Record, nodes: Sequence[Record]) -> Todo:
        """Prepare the nodes of a run, as they are deployed now."""
        environment = self._platform.records.get(ENVIRONMENT, run["environment"])
        assert environment is not None
        deployed = self._organisation.nodes(f"environment:{run['environment']}")
        # Before any node: two that create the same schema at once are in each other's way.
        with closing(self._platform.warehouse.cursor()) as cursor:
            for place in environment["mappings"].values():
                schema = f"{quote(place['database'])}.{quote(place['schema'])}"
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        return Todo(self, run, environment, deployed, nodes)

    def tell(self, sql: str, database: str, schema: str) -> None:
        """Tell the lineage what ran, unless it knows."""
        with self._lock:
            if sql in self._told:
                return
            self._told.add(sql)
        self._hear([Change(sql, database, schema)])

    def wait_s(self, run: Record, node: Record) -> float:
        """Give what a node waits for the warehouse this time."""
        chance = random.Random(f"{run['id']} {node['nodeID']}").uniform(0.85, 1.2)  # noqa: S311 - no secret
        return usual_wait_s(node, self._platform.tempo.node_wait_s) * chance

    def reserve(self, run: int, environment: int, nodes: Sequence[Record]) -> None:
        """Take what was set for the next run of its nodes, when a run is asked for and not later.

        Whether a run that is cancelled in time has used it would else be a matter of luck.
        """
        taken = {
            node["nodeID"]: knob
            for node in nodes
            if (knob := self._knobs.take(str(environment), node["name"], node["nodeID"])) is not None
        }
        with self._lock:
            self._reserved[run] = taken

    def release(self, run: int) -> dict[str, NodeKnob]:
        """Give what was reserved for a run, once."""
        with self._lock:
            return self._reserved.pop(run, {})


class Todo:
    """The nodes of one run, ready to be done."""

    def __init__(
        self,
        work: NodeWork,
        run: Record,
        environment: Record,
        deployed: Sequence[Record],
        nodes: Sequence[Record],
    ) -> None:
        self.all_nodes = deployed
        self._work = work
        self._run = run
        self._environment = environment
        by_id = {node["nodeID"]: node for node in deployed}
        self._nodes = [by_id.get(node["nodeID"]) for node in nodes]
        self._parameters = {**environment["runTimeParameters"], **run["parameters"]}
        self._knobs = work.release(run["id"])

    def do(self, place: int, job: Job) -> dict[str, Any]:
        """Run a node to its end and give what became of it: status, rows, error, sql and query id.

        Raises:
            Cancelled: The run was stopped, before or meanwhile.
        """
        node = self._nodes[place]
        outcome = {"status": "failed", "rows": None, "sql": None, "query_id": str(uuid.uuid4())}
        if node is None:
            return {**outcome, "error": "The node is not deployed any more."}
        knob = self._knobs.get(node["nodeID"])
        job.wait(self._work.wait_s(self._run, node))
        if knob and knob.outcome == "slow":
            job.wait(SLOW_S if knob.seconds is None else knob.seconds)
        try:
            sql = self._statement(node, knob)
            outcome["sql"] = sql
            rows = self._execute(node, sql, job)
        except (ValueError, duckdb.Error) as error:
            return {**outcome, "error": str(error)[:ERROR_CHARACTERS]}
        return {**outcome, "status": "success", "rows": rows, "error": None}

    def _statement(self, node: Record, knob: NodeKnob | None) -> str:
        mappings = self._environment["mappings"]
        target = locate(node["location"], node["name"], mappings)
        query = select(node, mappings, self._parameters)
        if query is None:
            raise ValueError(f"The node {node['name']} has no SQL: neither a query nor predecessors.")
        if knob and knob.outcome == "fails":
            # Alone: a view of it would be created, and fail for whoever reads it.
            return f"SELECT error({_text(knob.error)})"
        query = query.rstrip().rstrip(";")
        if knob and knob.outcome == "empty":
            query = f"SELECT * FROM (\n{query}\n) AS source LIMIT 0"
        return f"CREATE OR REPLACE {_kind(node)} {target} AS\n{query}"

    def _execute(self, node: Record, sql: str, job: Job) -> int | None:
        """Run the statement and give the rows it wrote; None of a view, which moves none."""
        mappings = self._environment["mappings"]
        database, schema = (mappings[node["location"]][part] for part in ("database", "schema"))
        with job.cursor() as cursor:
            cursor.execute(f"USE {quote(database)}")
            if len(cursor.extract_statements(sql)) != 1:
                raise ValueError(f"The SQL of {node['name']} is more than one statement.")
            rows = _replace(cursor, sql, locate(node["location"], node["name"], mappings))
        if database == "warehouse":
            self._work.tell(sql, database, schema)
        return None if _kind(node) == "VIEW" else int(rows[0][0])


def usual_wait_s(node: Record, average_s: float) -> float:
    """Give what a node usually waits, the same each time: some are quick, some are slow."""
    share = int.from_bytes(sha256(node["nodeID"].encode()).digest()[:2]) / 2**16
    return average_s * (0.4 + 1.2 * share)


def _replace(cursor: Any, sql: str, target: str) -> Any:
    """Run a statement that creates, and give its rows."""
    try:
        return cursor.execute(sql).fetchall()
    except duckdb.CatalogException as error:
        # A node that was a view and is a table now, or the other way.
        if "Existing object" not in str(error):
            raise
        kind = "VIEW" if "is of type View" in str(error) else "TABLE"
    cursor.execute("BEGIN")
    cursor.execute(f"DROP {kind} {target}")
    rows = cursor.execute(sql).fetchall()
    cursor.execute("COMMIT")
    return rows


def _kind(node: Record) -> str:
    return "VIEW" if node["type"].strip().lower() == "view" else "TABLE"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
