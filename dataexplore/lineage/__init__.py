"""Lineage: where the data came from and what hangs on it, as a graph, a figure, and text."""

from __future__ import annotations

from dataexplore.lineage.graph import Missing
from dataexplore.lineage.lineage import Lineage

__all__ = ["Lineage", "Missing"]
