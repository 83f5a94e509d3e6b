"""The client: the operations of a Talend account, by the vendor's nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.talend.environments import Environments
from dataexplore.clients.talend.workspaces import Workspaces

if TYPE_CHECKING:
    from dataexplore.transport import Session

__all__ = ["TalendClient"]


class TalendClient:
    """The operations of a Talend account.

    Args:
        session: sends them.

    Attributes:
        environments: where plans and tasks live: development, production.
        workspaces: the parts of an environment.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.environments = Environments(session)
        self.workspaces = Workspaces(session)

    @property
    def host(self) -> str:
        """Host and port of the service."""
        return self._session.host
