"""Comparing two tables or queries: keys, values by column, and schemas."""

from __future__ import annotations

from dataexplore.sandbox.datafold.diffing.comparison import STEPS, Comparison, Outcome
from dataexplore.sandbox.datafold.diffing.sampling import Sampling
from dataexplore.sandbox.datafold.diffing.values import Equality, Tolerance

__all__ = ["STEPS", "Comparison", "Equality", "Outcome", "Sampling", "Tolerance"]
