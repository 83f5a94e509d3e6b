"""The client: the operations of a Talend account, by the vendor's nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.orders import Rehearsal
from dataexplore.clients.talend.artifacts import Artifacts
from dataexplore.clients.talend.connections import Connections
from dataexplore.clients.talend.environments import Environments
from dataexplore.clients.talend.executions import Executions
from dataexplore.clients.talend.metrics import Metrics
from dataexplore.clients.talend.plans import Plans
from dataexplore.clients.talend.projects import Projects
from dataexplore.clients.talend.promotions import Promotions
from dataexplore.clients.talend.resources import Resources
from dataexplore.clients.talend.tasks import Tasks
from dataexplore.clients.talend.workspaces import Workspaces

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.clients.orders import Order
    from dataexplore.transport import Session

__all__ = ["TalendClient"]


class TalendClient:
    """The operations of a Talend account.

    Args:
        session: sends them.

    Attributes:
        plans: steps of tasks, their chart, their schedule and pauses.
        tasks: what the steps run; beyond the vendor's own list of operations.
        executions: what ran, step by step; start, resume, end, wait.
        metrics: what the components of a task's run did.
        promotions: what copies from one environment to the next.
        environments: where plans and tasks live: development, production.
        workspaces: the parts of an environment.
        artifacts: what was published to run, version by version.
        connections: how tasks reach databases and services.
        resources: files that tasks read.
        projects: where jobs are made, and who may work on them.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.plans = Plans(session)
        self.tasks = Tasks(session)
        self.executions = Executions(session, self.plans, self.tasks)
        self.metrics = Metrics(session)
        self.promotions = Promotions(session)
        self.environments = Environments(session)
        self.workspaces = Workspaces(session)
        self.artifacts = Artifacts(session)
        self.connections = Connections(session)
        self.resources = Resources(session)
        self.projects = Projects(session)

    @property
    def host(self) -> str:
        """Host and port of the service."""
        return self._session.host

    def rehearse(self, act: Callable[[TalendClient], object]) -> Order:
        """Give the request that ``act`` would send through the client it is handed; nothing is changed.

        What is only read on the way is read: ``client.rehearse(lambda it: it.plans.resume(plan_id))`` is what
        ``client.plans.resume(plan_id)`` sends.
        """
        session = Rehearsal({"executionId": "rehearsed"}, self._session)
        act(TalendClient(session))
        return session.orders[-1]
