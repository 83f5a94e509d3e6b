"""What every service of the sandbox stands on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataexplore.sandbox import moments

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.jobs import Jobs
    from dataexplore.sandbox.lineage import Ledger
    from dataexplore.sandbox.records import Records
    from dataexplore.sandbox.stream import Executions
    from dataexplore.sandbox.warehouse import Warehouse

__all__ = ["USER_ID", "Platform", "Tempo"]

# Whoever has the token is one person.
USER_ID = 1


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast the present goes on.

    ``pace`` is how many times faster than the clock schedules come due, 0 stops them; ``node_wait_s`` is what
    a node waits on average for its warehouse, as it would for one in a cloud, before its SQL runs.
    """

    pace: float = 1
    node_wait_s: float = 1


@dataclass(frozen=True, slots=True)
class Platform:
    """The warehouse, what runs, what is remembered and what was made of what.

    ``lineage_tables`` more tables are made up for the lineage alone. With ``bare``, answers hold what the
    vendors' own contracts promise and nothing that is only seen elsewhere.
    """

    warehouse: Warehouse
    executions: Executions
    records: Records
    jobs: Jobs
    ledger: Ledger
    lineage_tables: int = 0
    bare: bool = False
    tempo: Tempo = Tempo()

    def audit(self, request: Request, action: str, object_type: str, object_id: int | None = None) -> None:
        """Note that a request changed something, for the audit log; nothing of its body is kept."""
        self.records.add(
            "audit_log",
            {
                "timestamp": moments.now(),
                "event_uuid": str(uuid.uuid4()),
                "client_ip": request.client.host if request.client else "",
                "url": request.url.path,
                "request_type": request.method,
                "user_agent": request.headers.get("user-agent"),
                "source": "api",
                "status": "success",
                "action": action,
                "object_type": object_type,
                "object_id": object_id,
                "user_id": USER_ID,
            },
        )
