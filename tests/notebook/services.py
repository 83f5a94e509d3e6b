"""A service that answers by rules, and a workspace on it, whose requests are held against the contracts."""

from __future__ import annotations

from dataclasses import replace

from dataexplore.secret import Secret
from dataexplore.workspace import Workspace
from tests.contract.contract_transport import checked_requests
from tests.faults.fault_server import FaultServer
from tests.notebook.answering import answering

PASSWORD = "canary-snowflake-pw"


def serving_talend(rules):
    """Give a Talend that answers by rules, and a workspace on it."""
    server = FaultServer(answering(rules))
    profile = server.profile()
    told = server.settings("talend", connection=None)
    return server, _open(profile, told)


def serving(rules, **settings):
    """Give a Coalesce that answers by rules, and a workspace on it."""
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
    return server, _open(profile, told)


def _open(profile, told):
    services = {**profile.services, told.name: told}
    return Workspace(replace(profile, services=services), transport=checked_requests)
