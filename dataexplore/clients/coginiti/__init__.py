"""Coginiti: SQL, catalog scripts and CoginitiScript blocks run on its connections."""

from __future__ import annotations

from dataexplore.clients.coginiti.execution import Asked, CoginitiClient, Execution
from dataexplore.clients.coginiti.reports import TestCase, TestReport

__all__ = ["Asked", "CoginitiClient", "Execution", "TestCase", "TestReport"]
