"""Talend: plans, tasks, promotions, artifacts, connections, resources, environments, workspaces, projects."""

from __future__ import annotations

from dataexplore.clients.talend.client import TalendClient
from dataexplore.clients.talend.environments import Environment
from dataexplore.clients.talend.workspaces import Workspace

__all__ = ["Environment", "TalendClient", "Workspace"]
