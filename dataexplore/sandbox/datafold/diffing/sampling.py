"""How much of two tables is compared."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

__all__ = ["Sampling"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Limits of a sample, of which the strictest counts; none of them means everything.

    Tables of up to ``threshold`` rows are compared whole. ``tolerance`` is the error of a share of differing
    rows, found with ``confidence``, both in percent.
    """

    rows: int | None = None
    share: float | None = None
    tolerance: float | None = None
    confidence: float | None = None
    threshold: int | None = None

    def ratio(self, total: int) -> float:
        """Give the share of keys to compare, 1.0 for all."""
        if not total or (self.threshold is not None and total <= self.threshold):
            return 1.0
        ratios = [1.0]
        if self.share is not None:
            ratios.append(self.share)
        if self.rows is not None:
            ratios.append(self.rows / total)
        if self.tolerance is not None:
            ratios.append(self._needed_rows() / total)
        return min(ratios)

    def _needed_rows(self) -> float:
        """Give the sample size for a share of one half, where the error is greatest."""
        deviations = NormalDist().inv_cdf(0.5 + (self.confidence or 95.0) / 200)
        return (deviations / (2 * (self.tolerance or 1.0) / 100)) ** 2
