"""The client's own call of every Coalesce operation: the same request as the sample, asked in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients import coalesce
from dataexplore.clients.coalesce import Credentials
from dataexplore.secret import Secret
from tests.contract.client_calls import Calls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.clients.coalesce import CoalesceClient

CALLS = Calls(coalesce)


def call(client: CoalesceClient, name: str, given: Mapping[str, Any]) -> Any:
    """Make the client's call of a planted sample."""
    fields = dict(given.get("asked", {}))
    if login := given.get("body", {}).get("userCredentials"):
        fields["credentials"] = credentials(login)
    return CALLS.call(client, name, list(given["path"].values()), fields)


def credentials(login: Mapping[str, str]) -> Credentials:
    """Give a body's login as the client takes it."""
    key, key_pass = login["snowflakeKeyPairKey"], login["snowflakeKeyPairPass"]
    return Credentials(
        "KeyPair",
        user=login["snowflakeUsername"],
        key=Secret(key),
        key_pass=Secret(key_pass),
        warehouse=login["snowflakeWarehouse"],
        role=login["snowflakeRole"],
    )
