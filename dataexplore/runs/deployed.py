"""What there is to run: environments, the nodes deployed to one, and the jobs, as tables for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.clients.coalesce.jobs import Job
from dataexplore.clients.records import Records
from dataexplore.errors import InputError, Invalid, NotFound
from dataexplore.reports.listed import Listed
from dataexplore.reports.words import amount, moment

if TYPE_CHECKING:
    from dataexplore.clients.coalesce import CoalesceClient, Environment, Node

__all__ = ["environments", "jobs", "nodes"]

_TEXT = pa.string()


def environments(client: CoalesceClient, *, limit: int | None = None) -> Listed[Environment]:
    """List the environments."""
    listed = client.environments.list(limit=limit)
    table = {
        "id": pa.array([each.id for each in listed], _TEXT),
        "name": pa.array([each.name for each in listed], _TEXT),
        "status": pa.array([each.status for each in listed], _TEXT),
        "project": pa.array([each.project for each in listed], _TEXT),
        "created (UTC)": pa.array([moment(each.created_at) for each in listed], _TEXT),
        "created by": pa.array([each.created_by for each in listed], _TEXT),
    }
    return Listed(listed, amount(len(listed), "environment"), pa.table(table))


def nodes(client: CoalesceClient, environment: str, *, limit: int | None = None) -> Listed[Node]:
    """List what is deployed to an environment, which is given by name or id."""
    found = client.environments.find(environment)
    listed = client.nodes.list(found.id or "", limit=limit)
    table = {
        "location": pa.array([each.location for each in listed], _TEXT),
        "node": pa.array([each.name for each in listed], _TEXT),
        "type": pa.array([each.node_type or each.type for each in listed], _TEXT),
        "stands in": pa.array([_place(each) for each in listed], _TEXT),
        "what it is": pa.array([each.description or "" for each in listed], _TEXT),
    }
    first = "The first " if limit == len(listed) else ""
    return Listed(listed, f"{first}{amount(len(listed), 'node')} of {found.name}", pa.table(table))


def jobs(client: CoalesceClient, environment: str | None = None) -> Listed[Job]:
    """List the jobs of an environment, which is given by name or id, or of all.

    Raises:
        InputError: the service has no such listing, as its contract has none.
    """
    places = [client.environments.find(environment)] if environment else list(client.environments.list())
    found: dict[str, Job] = {}
    deployed: dict[str, list[str]] = {}
    for place in places:
        try:
            listed = client.jobs.list(place.id or "")
        except (NotFound, Invalid):
            raise InputError(
                "This Coalesce does not list jobs; they are beyond its contract.",
                "Find a job's id in Coalesce itself, then write %coalesce start ENV --job ID.",
            ) from None
        for job in listed:
            found.setdefault(job.id or "", job)
            deployed.setdefault(job.id or "", []).append(place.name or place.id or "")
    table = {
        "id": pa.array(list(found), _TEXT),
        "name": pa.array([job.name for job in found.values()], _TEXT),
        "environments": pa.array([", ".join(deployed[number]) for number in found], _TEXT),
        "what it is": pa.array([job.description or "" for job in found.values()], _TEXT),
        "runs": pa.array([_selection(job) for job in found.values()], _TEXT),
    }
    where = f" of {places[0].name}" if environment else ""
    return Listed(Records(found.values(), Job), amount(len(found), "job") + where, pa.table(table))


def _place(node: Node) -> str:
    return ".".join(part for part in (node.database, node.schema) if part)


def _selection(job: Job) -> str:
    included = job.include_selector or "every node"
    return f"{included}, without {job.exclude_selector}" if job.exclude_selector else included
