"""Talend: plans, tasks, promotions, artifacts, connections, resources, environments, workspaces, projects."""

from __future__ import annotations

from dataexplore.clients.talend.artifacts import Artifact, ArtifactVersion
from dataexplore.clients.talend.client import TalendClient
from dataexplore.clients.talend.connections import Connection
from dataexplore.clients.talend.environments import Environment
from dataexplore.clients.talend.plan_steps import PlanStep, Step
from dataexplore.clients.talend.plans import Plan, PlanExecutable
from dataexplore.clients.talend.projects import Project
from dataexplore.clients.talend.promotions import Promotion
from dataexplore.clients.talend.resources import Resource
from dataexplore.clients.talend.run_config import RunConfig
from dataexplore.clients.talend.tasks import Task
from dataexplore.clients.talend.workspaces import Workspace

__all__ = [
    "Artifact",
    "ArtifactVersion",
    "Connection",
    "Environment",
    "Plan",
    "PlanExecutable",
    "PlanStep",
    "Project",
    "Promotion",
    "Resource",
    "RunConfig",
    "Step",
    "TalendClient",
    "Task",
    "Workspace",
]
