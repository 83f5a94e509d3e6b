"""Coalesce: environments, nodes, runs and the scheduler, projects, users, Git accounts and jobs."""

from __future__ import annotations

from dataexplore.clients.coalesce.client import CoalesceClient
from dataexplore.clients.coalesce.credentials import Credentials
from dataexplore.clients.coalesce.environments import Environment
from dataexplore.clients.coalesce.nodes import Node
from dataexplore.clients.coalesce.run_results import QueryResult, RunResult
from dataexplore.clients.coalesce.runs import Run
from dataexplore.clients.coalesce.scheduler import RunStatus

__all__ = [
    "CoalesceClient",
    "Credentials",
    "Environment",
    "Node",
    "QueryResult",
    "Run",
    "RunResult",
    "RunStatus",
]
