"""Talend: plans, tasks, promotions, artifacts, connections, resources, environments, workspaces, projects."""

from __future__ import annotations

from dataexplore.clients.talend.artifacts import Artifact, ArtifactVersion
from dataexplore.clients.talend.client import TalendClient
from dataexplore.clients.talend.connections import Connection
from dataexplore.clients.talend.environments import Environment
from dataexplore.clients.talend.metrics import ComponentMetric
from dataexplore.clients.talend.plan_runs import PlanRun
from dataexplore.clients.talend.plan_steps import PlanStep, Step
from dataexplore.clients.talend.plans import Plan, PlanExecutable
from dataexplore.clients.talend.projects import Project
from dataexplore.clients.talend.promotion_runs import PromotionRun
from dataexplore.clients.talend.promotions import Promotion
from dataexplore.clients.talend.resources import Resource
from dataexplore.clients.talend.run_config import RunConfig
from dataexplore.clients.talend.step_runs import StepRun, StepRunDetails
from dataexplore.clients.talend.task_runs import TaskRun
from dataexplore.clients.talend.tasks import Task
from dataexplore.clients.talend.workspaces import Workspace

__all__ = [
    "Artifact",
    "ArtifactVersion",
    "ComponentMetric",
    "Connection",
    "Environment",
    "Plan",
    "PlanExecutable",
    "PlanRun",
    "PlanStep",
    "Project",
    "Promotion",
    "PromotionRun",
    "Resource",
    "RunConfig",
    "Step",
    "StepRun",
    "StepRunDetails",
    "TalendClient",
    "Task",
    "TaskRun",
    "Workspace",
]
