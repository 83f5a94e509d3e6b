"""Deploying: a workspace's nodes and jobs become those of an environment, and a run says so."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox import moments
from dataexplore.sandbox.coalesce import requests
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, JOB, NODE, WORKSPACE

if TYPE_CHECKING:
    from dataexplore.sandbox.coalesce.engine import Engine
    from dataexplore.sandbox.coalesce.organisation import Organisation
    from dataexplore.sandbox.coalesce.run_book import RunBook
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["Deployment", "new_run"]

REFUSED = "The deployment failed: the sandbox was told to let it fail."


class Deployment:
    """What stands in the environments; the vendor's command line changes it, and a knob here."""

    def __init__(self, platform: Platform, organisation: Organisation, book: RunBook, engine: Engine) -> None:
        self._records = platform.records
        self._organisation = organisation
        self._book = book
        self._engine = engine
        self._lock = threading.Lock()

    def has_node(self, node: str, environment: str | None) -> bool:
        """Tell whether a node, by name or id, is deployed to an environment, or to any."""
        self._organisation.ensure()
        place = "environment:" if environment is None else f"environment:{environment}"
        return any(
            each["owner"].startswith(place) and node in (each["name"], each["nodeID"])
            for each in self._records.all(NODE)
        )

    def deploy(self, workspace: str, environment: str, *, well: bool = True) -> int:
        """Deploy and give the number of the run.

        Raises:
            Refusal: There is no such workspace or environment, or the environment runs something (400).
        """
        self._organisation.ensure()
        source = self._organisation.look_up(WORKSPACE, workspace)
        target = self._organisation.look_up(ENVIRONMENT, environment)
        if source is None or target is None:
            raise requests.refuse("There is no such workspace or environment")
        with self._lock:
            if self._engine.is_busy(target["id"]):
                raise requests.refuse(f"The environment {target['name']} is busy")
            began, status = moments.now(), "Waiting" if well else "Failed Deploy"
            if well:
                self._copy_nodes(source["id"], target["id"])
                self._copy_jobs(source["id"], target["id"])
            self._records.change(
                ENVIRONMENT,
                target["id"],
                lambda record: {**record, "status": status, "updatedAt": began},
            )
            run = new_run(
                target["id"],
                run_type="deploy",
                phase="completed" if well else "failed",
                queued_at=began,
                started_at=began,
                completed_at=moments.now(),
                failure=None if well else REFUSED,
            )
            return int(self._book.add(run, [])["id"])

    def _copy_nodes(self, workspace: int, environment: int) -> None:
        records, owner = self._records, f"environment:{environment}"
        before = {node["nodeID"]: node for node in self._organisation.nodes(owner)}
        fresh = {node["nodeID"]: node for node in self._organisation.nodes(f"workspace:{workspace}")}
        for node_id, node in fresh.items():
            copy = {**node, "owner": owner}
            if (old := before.get(node_id)) is None:
                self._organisation.add(NODE, partial(_copied, copy))
                continue
            copy |= {"id": old["id"], "createdAt": old["createdAt"]}
            records.change(NODE, old["id"], partial(_copied, copy))
        for node_id, node in before.items():
            if node_id not in fresh:
                records.remove(NODE, node["id"])

    def _copy_jobs(self, workspace: int, environment: int) -> None:
        for job in self._records.all(JOB):
            if job["workspace"] == workspace and environment not in job["environments"]:
                self._records.change(JOB, job["id"], lambda record: _with(record, environment))


def _copied(node: Record, _: object) -> Record:
    return node


def _with(job: Record, environment: int) -> Record:
    return {**job, "environments": sorted([*job["environments"], environment])}


def new_run(environment: int, **fields: Any) -> Record:
    """Make the record of a run: of all in an environment, asked for just now, unless said otherwise."""
    return {
        "environment": environment,
        "run_type": "refresh",
        "phase": "initializing",
        "job": None,
        "parallelism": 16,
        "include": "",
        "exclude": "",
        "parameters": {},
        "credentials": None,
        "queued_at": moments.now(),
        "started_at": None,
        "completed_at": None,
        "failure": None,
        "rerun_of": None,
        "history": [],
        "origin": "API",
        "user": "u1",
        **fields,
    }
