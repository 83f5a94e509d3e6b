"""HTTP as this package trusts it: one client a service, one deadline a call, no statement sent twice."""

from __future__ import annotations

from dataexplore.transport.answers import Answer, parse_json
from dataexplore.transport.authorization import Lease, RenewedToken
from dataexplore.transport.clock import Clock
from dataexplore.transport.operations import Operation
from dataexplore.transport.pages import by_cursor, by_number, by_offset, by_start_index
from dataexplore.transport.session import Session
from dataexplore.transport.uploads import Upload
from dataexplore.transport.worker import Job, Worker

__all__ = [
    "Answer",
    "Clock",
    "Job",
    "Lease",
    "Operation",
    "RenewedToken",
    "Session",
    "Upload",
    "Worker",
    "by_cursor",
    "by_number",
    "by_offset",
    "by_start_index",
    "parse_json",
]
