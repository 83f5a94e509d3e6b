"""A Coalesce that answers by rules, and the shell's cells looked at."""

from __future__ import annotations

from dataclasses import replace

from dataexplore.notebook.failures import CellFailed
from dataexplore.secret import Secret
from dataexplore.workspace import Workspace
from tests.faults.fault_server import FaultServer
from tests.notebook.answering import answering

PASSWORD = "canary-snowflake-pw"


def fails(ran, *expected):
    """The cell failed in 1 to 6 printed lines, with these words and no traceback."""
    assert isinstance(ran.error, CellFailed), ran.error or ran.text
    assert 1 <= len(ran.lines) <= 6, ran.text
    assert "Traceback" not in ran.text
    for words in expected:
        assert words in " ".join(ran.lines)
    return ran


def lines_of(ran):
    """The texts shown under the cell, without its value."""
    return [bundle["text/plain"] for bundle in ran.shown if "div" in bundle.get("text/html", "")]


def serving(rules, **settings):
    """Give a service that answers by rules, and a workspace on it."""
    server = FaultServer(answering(rules))
    profile = server.profile()
    told = server.settings(
        "coalesce",
        connection=None,
        snowflake_auth_type="Basic",
        snowflake_user="LOADER",
        snowflake_password=Secret(PASSWORD),
        **settings,
    )
    return server, Workspace(replace(profile, services={**profile.services, "coalesce": told}))
