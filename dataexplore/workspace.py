"""A workspace: the services of one profile, ready to be asked."""

from __future__ import annotations

import os
import threading
import warnings
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Self, Unpack

from dataexplore.asking import secret_answer, somebody_can_answer
from dataexplore.clients.coalesce import CoalesceClient
from dataexplore.clients.coalesce.credentials import of_profile
from dataexplore.clients.coginiti import CoginitiClient
from dataexplore.clients.datafold import DatafoldClient, complete_path, split_path
from dataexplore.clients.datafold.choosing import bi_types, only_data_source
from dataexplore.clients.talend import TalendClient, account
from dataexplore.embedded import Sandbox
from dataexplore.errors import ConfigError
from dataexplore.knobs import Knobs
from dataexplore.query.coginiti import Coginiti
from dataexplore.secret import Secret
from dataexplore.settings import find_token, load, sandbox_profile, usable_token
from dataexplore.transport import Session, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    import httpx

    from dataexplore.clients.coalesce import Credentials
    from dataexplore.clients.datafold.data_diffs import DataDiff
    from dataexplore.clients.datafold.diff_options import DataDiffOptions
    from dataexplore.comparison import Comparison
    from dataexplore.lineage import Lineage
    from dataexplore.lineage.source import Source
    from dataexplore.lineage.walk import Progress
    from dataexplore.settings import Profile
    from dataexplore.transport import Job, RenewedToken

__all__ = ["Workspace", "connect"]

SANDBOX = "sandbox"


class Workspace:
    """The services of one profile. Nothing is sent, and no token is asked for, before a service is used.

    Args:
        profile: hosts, tokens and limits.
        transport: makes the socket side of a service's client, by the service's name; tests pass their own.
    """

    def __init__(
        self, profile: Profile, *, transport: Callable[[str], httpx.BaseTransport] | None = None
    ) -> None:
        self.profile = profile
        self._transport = transport
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[str, tuple[Secret | RenewedToken, str]] = {}
        self._coginiti: Coginiti | None = None
        self._datafold: DatafoldClient | None = None
        self._coalesce: CoalesceClient | None = None
        self._talend: TalendClient | None = None
        self._logins: dict[str, Credentials | None] = {}
        self._knobs: Knobs | None = None
        self._data_connection: int | None = None
        self._integrations: dict[str, str] | None = None
        self._worker: Worker[Workspace] | None = None
        self._cancel: threading.Event | None = None

    @property
    def coginiti(self) -> Coginiti:
        """SQL, scripts and blocks.

        Raises:
            ConfigError: Coginiti has no address or no token in this profile.
        """
        if self._coginiti is None:
            client = CoginitiClient(self.session("coginiti"), self.profile.limits)
            self._coginiti = Coginiti(client, self.profile.services["coginiti"])
        return self._coginiti

    @property
    def datafold(self) -> DatafoldClient:
        """Data sources, data diffs, monitors, CI and the rest of Datafold, operation by operation.

        Raises:
            ConfigError: Datafold has no address or no token in this profile.
        """
        if self._datafold is None:
            self._datafold = DatafoldClient(self.session("datafold"), self.profile.limits)
        return self._datafold

    @property
    def coalesce(self) -> CoalesceClient:
        """Environments, nodes, runs, the scheduler and the rest of Coalesce, operation by operation.

        Raises:
            ConfigError: Coalesce has no address or no token in this profile.

        >>> import dataexplore
        >>> ws = dataexplore.connect("sandbox")
        >>> ws.coalesce.environments.find("prod").id
        '3'
        """
        if self._coalesce is None:
            session = self.session("coalesce")
            self._coalesce = CoalesceClient(session, self.profile.services["coalesce"], self._login)
        return self._coalesce

    @property
    def talend(self) -> TalendClient:
        """Plans, tasks, promotions, artifacts, connections and the rest of Talend, operation by operation.

        Raises:
            ConfigError: Talend has no address or no token in this profile.
        """
        if self._talend is None:
            self._talend = TalendClient(self.session("talend"))
        return self._talend

    @property
    def sandbox(self) -> Knobs:
        """The sandbox's knobs: a node or a task that fails next time, a service that answers 503 for a while.

        Raises:
            ConfigError: this workspace is on no sandbox.
        """
        if self.profile.source != SANDBOX:
            raise ConfigError(
                f"The profile {self.profile.name!r} is no sandbox, and only that can be told what to do.",
                'Connect to one: connect("sandbox"), or %dataexplore connect sandbox.',
            )
        if self._knobs is None:
            settings = self.profile.services["coalesce"]
            # A session of its own: what it sends belongs to no contract.
            session = self._sessions[SANDBOX] = Session(settings, self.token("coalesce")[0])
            self._knobs = Knobs(session, lambda: self.coalesce.environments, lambda: self.talend.environments)
        return self._knobs

    def lineage(
        self,
        name: str | Sequence[str],
        *,
        up: int | None = 3,
        down: int | None = 3,
        columns: str | None = None,
        budget: int = 500,
        on_progress: Callable[[Progress], None] | None = None,
        on_first_hop: Callable[[Lineage], None] | None = None,
        on_columns: Callable[[int], None] | None = None,
    ) -> Lineage:
        """Find what a table or column comes from and what hangs on it, through Datafold.

        Args:
            name: ``marts.fact_orders`` or ``marts.fact_orders.amount``, or the parts; missing left parts come
                from the profile.
            up: hops upstream; None goes to the end.
            down: hops downstream; None goes to the end.
            columns: ``"all"`` asks for every column of every table found too, one request each.
            budget: at most so many requests; what is left out is told in ``missing``.
            on_progress: called with how far it is.
            on_first_hop: called once, as soon as the nearest neighbours are known.
            on_columns: called with the number of requests before every column is asked for.

        Raises:
            InputError: the name cannot be read, or Datafold knows nothing by it.
            ConfigError: nobody says which data connection is meant.
            RequestError: Datafold refused, or could not be reached at all.

        >>> import dataexplore
        >>> ws = dataexplore.connect("sandbox")
        >>> ws.lineage("marts.daily_revenue", up=1, down=0).to_df()["source"].to_list()
        ['warehouse.intermediate.int_order_revenue']
        """
        from dataexplore.lineage import Lineage  # noqa: PLC0415 - networkx takes 0.4 s, when asked for

        settings = self.profile.services["datafold"]
        return Lineage.of(
            self.lineage_source,
            name if isinstance(name, str) else tuple(name),
            up=up,
            down=down,
            columns=columns,
            budget=budget,
            database=settings.database,
            schema=settings.schema,
            on_progress=on_progress,
            on_first_hop=on_first_hop,
            on_columns=on_columns,
            submit=partial(_submit_with_source, self.worker),
        )

    @contextmanager
    def lineage_source(self) -> Iterator[Source]:
        """Open what a lineage asks, with sockets of its own that close with it or when it is cancelled."""
        from dataexplore.lineage.source import Source  # noqa: PLC0415 - see lineage

        connection = self.data_connection()
        if self._integrations is None:
            self._integrations = bi_types(self.datafold)
        cancel = self._cancel or threading.Event()
        with self._beside(cancel) as other:
            yield Source(other.datafold.explore, connection, integrations=self._integrations, cancel=cancel)

    def diff(
        self,
        table1: str | Sequence[str],
        table2: str | Sequence[str],
        *,
        key: str | Sequence[str],
        deadline_s: float | None = None,
        on_progress: Callable[[DataDiff], None] | None = None,
        **options: Unpack[DataDiffOptions],
    ) -> Comparison:
        """Compare two tables of the profile's data connection through Datafold, and wait for the figures.

        Args:
            table1: ``marts.fact_orders``, or its parts; missing left parts come from the profile.
            table2: the other one.
            key: the column or columns that tell rows apart.
            deadline_s: total seconds to wait; then the diff goes on in Datafold.
            on_progress: called with how far it is.
            options: filters, tolerances, columns; see ``DataDiffOptions``.

        Raises:
            InputError: a path cannot be read.
            ConfigError: nobody says which data connection is meant.
            Invalid: Datafold refuses the diff, or it failed; its words are told.
            DeadlineExceeded: it did not end in time, and goes on in Datafold.

        >>> import dataexplore
        >>> ws = dataexplore.connect("sandbox")
        >>> ws.diff("marts.dim_stores", "marts.dim_stores", key="store_id").diff.result
        'identical'
        """
        from dataexplore.comparison import compare  # noqa: PLC0415 - only when tables are compared

        return compare(
            self.datafold.data_diffs,
            self._table(table1),
            self._table(table2),
            connection=self.data_connection(),
            key=[key] if isinstance(key, str) else list(key),
            deadline_s=deadline_s,
            on_progress=on_progress,
            options=options,
        )

    def data_connection(self) -> int:
        """Give the number of the data source that lineage and diffs are about.

        Raises:
            ConfigError: the profile does not name it, and Datafold has several.
        """
        if self._data_connection is None:
            named = self.profile.services["datafold"].data_connection_id
            self._data_connection = named or only_data_source(self.datafold, self.profile.name)
        return self._data_connection

    @property
    def worker(self) -> Worker[Workspace]:
        """The one thread beside the main one; each job gets a workspace with sockets of its own."""
        if self._worker is None:
            self._worker = Worker(self._beside, Workspace.close)
        return self._worker

    def session(self, service: str) -> Session:
        """Give the HTTP client of a service, by its name; one a service, made when first asked for."""
        if service not in self._sessions:
            settings = self.profile.services[service]
            if settings.url is None:  # said before anybody is asked for its token
                raise ConfigError(
                    f"{service} is not configured in the profile {self.profile.name!r}.",
                    f"Set {settings.variable('URL')}, or url of [{self.profile.name}.{service}].",
                )
            transport = self._transport(service) if self._transport else None
            token = self.token(service)[0]
            self._sessions[service] = Session(settings, token, transport=transport, cancel=self._cancel)
        return self._sessions[service]

    def token(self, service: str) -> tuple[Secret | RenewedToken, str]:
        """Give the token of a service and where it came from; a person is asked once at most.

        A service account's is fetched from the service itself when it is first needed, and renewed in time.
        """
        if service not in self._tokens:
            settings = self.profile.services[service]
            find = account.of_profile if account.has_account(settings) else find_token
            self._tokens[service] = find(settings, _asking())
        return self._tokens[service]

    def close(self) -> None:
        """Close the connections and end the worker; a sandbox goes on for other workspaces."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        self._coginiti = self._datafold = self._coalesce = self._talend = self._knobs = None

    def _beside(self, cancel: threading.Event) -> Workspace:
        """Open the workspace of one job: same profile and tokens, sockets and cancel of its own."""
        other = Workspace(self.profile, transport=self._transport)
        other._tokens, other._logins = self._tokens, self._logins
        other._cancel = cancel
        other._data_connection, other._integrations = self._data_connection, self._integrations
        return other

    def _login(self) -> Credentials | None:
        """Give the profile's login for Coalesce's runs; a person is asked once at most."""
        if "coalesce" not in self._logins:
            self._logins["coalesce"] = of_profile(self.profile.services["coalesce"], _asking())
        return self._logins["coalesce"]

    def _table(self, name: str | Sequence[str]) -> tuple[str, ...]:
        """Complete a table's path by what the profile says of database and schema."""
        settings = self.profile.services["datafold"]
        parts = split_path(name) if isinstance(name, str) else tuple(name)
        return complete_path(parts, settings.database, settings.schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Workspace {self.profile.name}: {', '.join(self.profile.configured)}>"


def connect(
    profile: str | None = None, *, transport: Callable[[str], httpx.BaseTransport] | None = None
) -> Workspace:
    """Open a workspace on a profile, or on the embedded sandbox.

    Args:
        profile: a profile's name, or ``"sandbox"``; without one ``DATAEXPLORE_PROFILE``, the file's default,
            or what the environment gives.
        transport: makes the socket side of a service's client; for tests.

    Raises:
        ConfigError: the profile is missing or cannot be used.
        SandboxError: the sandbox did not start.

    >>> import dataexplore
    >>> dataexplore.connect("sandbox").coginiti.sql("select 42 as answer").table.to_pylist()
    [{'answer': 42}]
    """
    if (profile or os.environ.get("DATAEXPLORE_PROFILE")) == SANDBOX:
        return Workspace(_sandbox(), transport=transport)
    found = load(profile)
    for service in found.services.values():
        if service.insecure_http and str(service.url).startswith("http:"):
            warnings.warn(
                f"{service.name} is reached over plain http, as insecure_http of its profile allows: "
                "its token can be read on the way.",
                stacklevel=2,
            )
    return Workspace(found, transport=transport)


def _asking() -> Callable[[str], str] | None:
    """Give what asks a person for a secret; None where nobody can answer."""
    return secret_answer if somebody_can_answer() else None


def _submit_with_source(worker: Worker[Workspace], work: Callable[[Source], object]) -> Job[object]:
    """Have a worker do something with a source of its own; one that is closed by then cancels it."""

    def task(other: Workspace) -> object:
        with other.lineage_source() as source:
            return work(source)

    return worker.submit(task)


_own_sandbox: Sandbox | None = None


def _sandbox() -> Profile:
    """Give the profile of the sandbox the environment names, else of this process's own."""
    global _own_sandbox  # noqa: PLW0603 - one process, one sandbox: a second would have other data
    url, name = os.environ.get("DATAEXPLORE_SANDBOX_URL"), "DATAEXPLORE_SANDBOX_TOKEN"
    if url:
        if name not in os.environ:
            raise ConfigError(
                "DATAEXPLORE_SANDBOX_URL is set without a token.", f"Set {name} too, or neither."
            )
        return sandbox_profile(url, usable_token(Secret(os.environ[name]), f"environment variable {name}"))
    if _own_sandbox is None or not _own_sandbox.running:
        _own_sandbox = Sandbox.start()
    return sandbox_profile(_own_sandbox.url, _own_sandbox.token)
