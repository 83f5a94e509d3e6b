"""A workspace: the services of one profile, ready to be asked."""

from __future__ import annotations

import getpass
import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Self

from dataexplore.clients.coginiti import CoginitiClient
from dataexplore.embedded import Sandbox
from dataexplore.errors import ConfigError
from dataexplore.query.coginiti import Coginiti
from dataexplore.secret import Secret
from dataexplore.settings import find_token, load, sandbox_profile, usable_token
from dataexplore.transport import Session, Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    import httpx

    from dataexplore.settings import Profile

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
        self._tokens: dict[str, tuple[Secret, str]] = {}
        self._coginiti: Coginiti | None = None
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
            self._sessions[service] = Session(
                settings,
                self.token(service)[0],
                transport=transport,
                cancel=self._cancel,
            )
        return self._sessions[service]

    def token(self, service: str) -> tuple[Secret, str]:
        """Give the token of a service and where it came from; a person is asked once at most."""
        if service not in self._tokens:
            settings = self.profile.services[service]
            self._tokens[service] = find_token(settings, _ask if _somebody_can_answer() else None)
        return self._tokens[service]

    def close(self) -> None:
        """Close the connections and end the worker; a sandbox goes on for other workspaces."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        self._coginiti = None

    def _beside(self, cancel: threading.Event) -> Workspace:
        """Open the workspace of one job: same profile and tokens, sockets and cancel of its own."""
        other = Workspace(self.profile, transport=self._transport)
        other._tokens = self._tokens
        other._cancel = cancel
        return other

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


def _somebody_can_answer() -> bool:
    # A kernel's stdin is no terminal, but ipykernel makes getpass ask in the notebook. That it is imported
    # says nothing: widgets import it in any script. A job beside the main thread never asks.
    if threading.current_thread() is not threading.main_thread():
        return False
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return hasattr(shell, "kernel") or (sys.stdin is not None and sys.stdin.isatty())


def _ask(question: str) -> str:
    try:
        return getpass.getpass(question)
    except (EOFError, RuntimeError):  # ipykernel's StdinNotImplementedError is a RuntimeError
        raise ConfigError(
            "A token is needed, and nobody can answer here.", "Set it in the environment or in the keyring."
        ) from None
