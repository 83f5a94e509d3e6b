"""What works and what does not: address, token and a harmless question for each service, with the fix."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataexplore.errors import AnswerError, ConfigError, DataExploreError, Invalid, NotFound, RequestError
from dataexplore.settings import SERVICES
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.workspace import Workspace

__all__ = ["Check", "examine"]

# Harmless reads: they start nothing, wake no warehouse and cost nothing.
_QUESTIONS = {
    "coginiti": Operation(
        "listCatalog", "GET", "/api/v1/catalog/list/@Personal", repeatable=True, deadline_s=15
    ),
    "coalesce": Operation("listEnvironments", "GET", "/api/v1/environments", repeatable=True, deadline_s=15),
    "datafold": Operation("listDataSources", "GET", "/api/v1/data_sources", repeatable=True, deadline_s=15),
    "talend": Operation(
        "listEnvironments", "GET", "/orchestration/environments", repeatable=True, deadline_s=15
    ),
}
_PARAMS: Mapping[str, Mapping[str, int]] = {"coalesce": {"limit": 1}}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination.

    Attributes:
        service: which service.
        ok: whether it works; None when it is not configured.
        text: what was found.
        fix: what to do; empty when there is nothing to do.
    """

    service: str
    ok: bool | None
    text: str
    fix: str = ""

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗", None: "-"}[self.ok]
        return f"{mark} {self.service:<8}  {self.text}{f'  → {self.fix}' if self.fix else ''}"


def examine(workspace: Workspace, *, sql: bool = False) -> list[Check]:
    """Check each service of a workspace: host, authorised or not, latency, where the token came from.

    Args:
        workspace: the one to check.
        sql: also run ``select 1`` on the default connection, which may wake a warehouse, and look whether the
            server quotes the values it substitutes.
    """
    checks = [_service(workspace, service) for service in SERVICES]
    if sql:
        checks.append(_statement(workspace))
    return checks


def _service(workspace: Workspace, service: str) -> Check:
    settings = workspace.profile.services[service]
    if settings.url is None:
        return Check(service, None, "not configured in this profile")
    try:
        source = workspace.token(service)[1]
        session = workspace.session(service)
        started = time.monotonic()
        _ask(workspace, service)
        latency_ms = (time.monotonic() - started) * 1000
    except DataExploreError as error:
        return Check(service, ok=False, text=error.what, fix=error.fix)
    plain = " · plain http, allowed by insecure_http" if settings.insecure_http else ""
    text = f"{session.host} · authorised · {latency_ms:.0f} ms · token from {source}{plain}"
    return Check(service, ok=True, text=text)


def _ask(workspace: Workspace, service: str) -> None:
    try:
        workspace.session(service).fetch(_QUESTIONS[service], params=_PARAMS.get(service))
    except NotFound as error:
        # A page of HTML comes from something else that answers at this address. The service itself says it
        # in JSON: it took the token, and has no such folder, which is an answer all the same.
        if error.detail.startswith("<"):
            raise


def _statement(workspace: Workspace) -> Check:
    settings = workspace.profile.services["coginiti"]
    try:
        quoted = _server_quotes(workspace)
    except (ConfigError, RequestError, AnswerError) as error:
        return Check("sql", ok=False, text=error.what, fix=error.fix)
    text = f"select 1 works on {settings.connection}"
    if quoted:
        return Check("sql", ok=True, text=f"{text} · the server quotes the params it substitutes")
    fix = 'Keep params = "client".' if settings.params == "client" else 'Set params = "client".'
    return Check(
        "sql", ok=settings.params == "client", text=f"{text} · the server pastes params as text", fix=fix
    )


def _server_quotes(workspace: Workspace) -> bool:
    """Run ``select 1``, then send a harmless value that only a literal keeps whole."""
    connection = workspace.profile.services["coginiti"].connection
    if not connection:
        raise ConfigError("No default connection to run SQL on.", "Set connection of [PROFILE.coginiti].")
    client = workspace.coginiti.client
    client.exec_sql("select 1", connection=connection)
    probe = "it''s 1"
    try:
        answer = client.exec_sql("select $probe", connection=connection, params={"$probe": probe})
    except Invalid:
        return False
    return bool(answer.table.column(0).to_pylist() == [probe])
