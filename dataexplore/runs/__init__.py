"""Runs of a service as a reader wants them: the newest in a table, one in depth, and what they are called."""

from __future__ import annotations

from dataexplore.runs.depth import RunInDepth
from dataexplore.runs.names import Names
from dataexplore.runs.progress import progress
from dataexplore.runs.recent import recent

__all__ = ["Names", "RunInDepth", "progress", "recent"]
