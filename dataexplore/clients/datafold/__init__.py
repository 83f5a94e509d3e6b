"""Datafold: lineage, data diffs, monitors, CI, data sources, BI integrations, audit log and spend."""

from __future__ import annotations

from dataexplore.clients.datafold.client import DatafoldClient
from dataexplore.clients.datafold.explore import Explore, LineageColumn, LineageTable
from dataexplore.clients.datafold.paths import complete_path, join_path, split_path

__all__ = [
    "DatafoldClient",
    "Explore",
    "LineageColumn",
    "LineageTable",
    "complete_path",
    "join_path",
    "split_path",
]
