"""The client: the operations of a Datafold organisation, by the vendor's nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.datafold.audit_logs import AuditLogs
from dataexplore.clients.datafold.bi import Bi
from dataexplore.clients.datafold.ci import Ci
from dataexplore.clients.datafold.data_diffs import DataDiffs
from dataexplore.clients.datafold.data_sources import DataSources
from dataexplore.clients.datafold.explore import Explore
from dataexplore.clients.datafold.monitors import Monitors
from dataexplore.clients.datafold.spend import Spend

if TYPE_CHECKING:
    from dataexplore.settings import Limits
    from dataexplore.transport import Session

__all__ = ["DatafoldClient"]


class DatafoldClient:
    """The operations of a Datafold organisation.

    Attributes:
        explore: lineage.
        data_diffs: comparisons of two tables.
        monitors: checks that repeat.
        ci: comparisons for pull requests.
        data_sources: connections, and SQL on them.
        bi: BI integrations.
        audit_logs: who did what.
        spend: what the language models cost.
    """

    def __init__(self, session: Session, limits: Limits) -> None:
        self._session = session
        self.explore = Explore(session)
        self.data_diffs = DataDiffs(session)
        self.monitors = Monitors(session)
        self.ci = Ci(session)
        self.data_sources = DataSources(session, limits)
        self.bi = Bi(session)
        self.audit_logs = AuditLogs(session)
        self.spend = Spend(session)

    @property
    def host(self) -> str:
        """Host and port of the service."""
        return self._session.host
