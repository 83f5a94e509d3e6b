"""What a service tells, written for a reader: tables, marks, moments, and the windows that are asked for."""

from __future__ import annotations

from dataexplore.reports.listed import Listed, told
from dataexplore.reports.report import Report
from dataexplore.reports.since import read_since

__all__ = ["Listed", "Report", "read_since", "told"]
