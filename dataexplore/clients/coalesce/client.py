"""The client: the operations of a Coalesce organisation, by the vendor's nouns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dataexplore.clients.coalesce.credentials import of_profile
from dataexplore.clients.coalesce.environments import Environments
from dataexplore.clients.coalesce.git_accounts import GitAccounts
from dataexplore.clients.coalesce.jobs import Jobs
from dataexplore.clients.coalesce.nodes import Nodes
from dataexplore.clients.coalesce.projects import Projects
from dataexplore.clients.coalesce.runs import Runs
from dataexplore.clients.coalesce.scheduler import Scheduler
from dataexplore.clients.coalesce.users import Users

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.clients.coalesce.credentials import Credentials
    from dataexplore.settings import ServiceSettings
    from dataexplore.transport import Session

__all__ = ["CoalesceClient"]


class CoalesceClient:
    """The operations of a Coalesce organisation.

    Args:
        session: sends them.
        settings: where the scheduler stands, and how runs log in to Snowflake.
        credentials: gives the profile's login when a run needs it, None for the environment's own connection;
            without it the settings, the environment and the keyring are looked at, and nobody is asked.

    Attributes:
        environments: deployment targets.
        nodes: nodes of an environment (deployed) or of a workspace (being edited).
        runs: what ran, and each node's result; waiting for a run.
        scheduler: start, status, rerun, cancel.
        projects: projects.
        users: members and their roles.
        git_accounts: stored Git credentials.
        jobs: saved selections of nodes; beyond the contract.
    """

    def __init__(
        self,
        session: Session,
        settings: ServiceSettings,
        credentials: Callable[[], Credentials | None] | None = None,
    ) -> None:
        self._session = session
        self.environments = Environments(session)
        self.nodes = Nodes(session)
        self.runs = Runs(session)
        self.scheduler = Scheduler(
            session,
            credentials or partial(of_profile, settings),
            at_host_root=settings.scheduler_base == "host",
        )
        self.projects = Projects(session)
        self.users = Users(session)
        self.git_accounts = GitAccounts(session)
        self.jobs = Jobs(session)

    @property
    def host(self) -> str:
        """Host and port of the service."""
        return self._session.host
