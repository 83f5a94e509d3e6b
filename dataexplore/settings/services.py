"""One service of a profile: its address, its token, and how statements reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from dataexplore.secret import Secret

__all__ = ["AUTH_TYPES", "SERVICES", "AuthType", "ServiceSettings"]

SERVICES = ("coginiti", "coalesce", "datafold", "talend")
AUTH_TYPES = ("Basic", "KeyPair", "OAuth")
AuthType = Literal["Basic", "KeyPair", "OAuth"]
_SCHEME = {"coginiti": "Bearer", "coalesce": "Bearer", "datafold": "Key", "talend": "Bearer"}


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What one service needs to be called.

    Attributes:
        name: ``coginiti``, ``coalesce``, ``datafold`` or ``talend``.
        profile: the profile it belongs to.
        url: checked base URL, without a slash at its end; None when it is not configured.
        token: the token, when the environment or the file has it.
        token_source: where it was found, in words.
        connection: the default connection's name (Coginiti).
        dialect: the SQL dialect of the connection, for typed literals; a name sqlglot knows.
        params: ``client`` renders ``$name`` here, ``server`` sends the values with the SQL.
        data_connection_id: the number of the data source whose lineage is asked for (Datafold).
        database: what stands before the schema of a table that is named without it (Datafold).
        schema: what stands before a table that is named alone (Datafold).
        scheduler_base: where Coalesce's ``/scheduler/...`` stands: at the root of the ``host``, as public
            clients call it, or below ``/api/v1`` (``api``).
        snowflake_auth_type: how Coalesce's runs log in to Snowflake: ``Basic``, ``KeyPair`` or ``OAuth``.
        snowflake_user: as whom.
        snowflake_role: in which role.
        snowflake_warehouse: on which warehouse.
        snowflake_password: the password of Basic, when the environment or the file has it.
        snowflake_key: the private key of KeyPair as PEM text, likewise.
        snowflake_key_pass: what opens an encrypted key, likewise.
        client_id: the id of a service account, which gets its tokens from the service itself (Talend).
        client_secret: its secret, when the environment or the file has it.
        audience: the address those tokens are for, where it is another than ``url``.
        insecure_http: plain http to this host was allowed by hand.
        ca_bundle: a PEM file trusted besides the system's store.
    """

    name: str
    profile: str
    url: str | None = None
    token: Secret | None = None
    token_source: str = ""
    connection: str | None = None
    dialect: str | None = None
    params: Literal["client", "server"] = "client"
    data_connection_id: int | None = None
    database: str | None = None
    schema: str | None = None
    scheduler_base: Literal["host", "api"] = "host"
    snowflake_auth_type: AuthType | None = None
    snowflake_user: str | None = None
    snowflake_role: str | None = None
    snowflake_warehouse: str | None = None
    snowflake_password: Secret | None = None
    snowflake_key: Secret | None = None
    snowflake_key_pass: Secret | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    audience: str | None = None
    insecure_http: bool = False
    ca_bundle: Path | None = None

    @property
    def scheme(self) -> str:
        """The word before the token in the Authorization header."""
        return _SCHEME[self.name]

    def variable(self, setting: str) -> str:
        """Name the environment variable of a setting: ``variable("TOKEN")``."""
        return f"DATAEXPLORE_{self.name.upper()}_{setting}"
