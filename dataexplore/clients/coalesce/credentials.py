"""How a run logs in to Snowflake: checked before it is sent, and never shown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataexplore.clients.inputs import only_secret
from dataexplore.errors import ConfigError, InputError
from dataexplore.secret import Secret
from dataexplore.settings import AUTH_TYPES, AuthType, find_snowflake_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dataexplore.settings import ServiceSettings

__all__ = ["Credentials", "of_profile"]

_PEM = re.compile(
    r"\s*-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----\s[\sA-Za-z0-9+/=:,-]*-----END (?P=kind)-----\s*"
)
_ENCRYPTED = re.compile(r"BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED", re.MULTILINE)
_TELLING = 12  # characters that already give something away


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login to Snowflake for one run.

    Args:
        auth_type: ``Basic`` needs user and password, ``KeyPair`` user and key; ``OAuth`` needs nothing, since
            the environment has the connection.
        user: the Snowflake user.
        password: of Basic.
        key: of KeyPair, the private key as PEM text.
        key_pass: opens an encrypted key.
        warehouse: the warehouse to run on, else the user's own.
        role: the role to run in, else the user's own.

    Raises:
        InputError: the type is none of the three, or something it needs is missing.
    """

    auth_type: AuthType = "Basic"
    user: str | None = None
    password: Secret | None = None
    key: Secret | None = None
    key_pass: Secret | None = None
    warehouse: str | None = None
    role: str | None = None

    def __post_init__(self) -> None:
        if self.auth_type not in AUTH_TYPES:
            raise InputError(f"There is no auth_type {self.auth_type!r}.", f"Use {', '.join(AUTH_TYPES)}.")
        for secret in (self.password, self.key, self.key_pass):
            if secret is not None:
                only_secret(secret)
        if self.auth_type != "OAuth" and not self.user:
            raise InputError(f"{self.auth_type} needs a user.", "Name the Snowflake user.")
        if self.auth_type == "Basic" and not (self.password and self.password.reveal()):
            raise InputError("Basic needs a password.", "Pass it as Secret, or use KeyPair or OAuth.")
        if self.auth_type == "KeyPair":
            object.__setattr__(self, "key", _pem(self.key))

    def body(self) -> dict[str, str | Secret]:
        """Give a request's ``userCredentials``: only what the type needs; secrets stay :class:`Secret`."""
        told: dict[str, Any] = {"snowflakeAuthType": self.auth_type}
        if self.auth_type != "OAuth":
            told["snowflakeUsername"] = self.user
        if self.auth_type == "Basic":
            told["snowflakePassword"] = self.password
        if self.auth_type == "KeyPair":
            told |= {"snowflakeKeyPairKey": self.key, "snowflakeKeyPairPass": self.key_pass}
        told |= {"snowflakeWarehouse": self.warehouse, "snowflakeRole": self.role}
        return {name: value for name, value in told.items() if value is not None}


def pieces(body: dict[str, Any]) -> Iterator[Secret]:
    """Give what else a service may echo of a body's secrets: a key's lines, and texts as JSON writes them."""
    for secret in body.get("userCredentials", {}).values():
        if isinstance(secret, Secret):
            yield from _pieces(secret)


def _pieces(secret: Secret) -> list[Secret]:
    lines = [
        Secret(line) for line in secret.reveal().splitlines() if len(line) >= _TELLING and "-----" not in line
    ]
    return [*lines, Secret(json.dumps(secret.reveal())[1:-1])]


def of_profile(settings: ServiceSettings, ask: Callable[[str], str] | None = None) -> Credentials | None:
    """Give the login that a profile has for runs; None when it has none, and the environment's own is used.

    Args:
        settings: Coalesce's.
        ask: puts a question to the person; None where nobody can answer.

    Raises:
        ConfigError: the profile has a part of a login, and the rest is nowhere.
    """
    kind = settings.snowflake_auth_type
    named = (settings.snowflake_user, settings.snowflake_role, settings.snowflake_warehouse)
    secrets = (settings.snowflake_password, settings.snowflake_key, settings.snowflake_key_pass)
    if kind is None and not any((*named, *secrets)):
        return None
    kind = kind or "Basic"  # what the service takes it for
    user, role, warehouse = named
    if kind == "OAuth":
        return Credentials("OAuth", role=role, warehouse=warehouse)
    if not user:
        raise ConfigError(
            f"{kind} needs a Snowflake user, and the profile {settings.profile!r} names none.",
            f"Set {settings.variable('SNOWFLAKE_USER')}, or snowflake_auth_type to OAuth.",
        )
    try:
        if kind == "Basic":
            password = find_snowflake_secret(settings, "password", f"Snowflake password of {user}", ask)
            return Credentials("Basic", user, password, role=role, warehouse=warehouse)
        key = _pem(find_snowflake_secret(settings, "key", f"Snowflake private key of {user}", ask))
        return Credentials(
            "KeyPair", user, key=key, key_pass=_key_pass(settings, key, ask), role=role, warehouse=warehouse
        )
    except InputError as error:  # what is wrong was found in the profile, not passed in
        raise ConfigError(error.what, error.fix) from None


def _key_pass(settings: ServiceSettings, key: Secret, ask: Callable[[str], str] | None) -> Secret | None:
    if not _ENCRYPTED.search(key.reveal()):
        return settings.snowflake_key_pass
    return find_snowflake_secret(settings, "key_pass", "Pass of the Snowflake private key", ask)


def _pem(key: Secret | None) -> Secret:
    """Give a PEM key with real line breaks; variables and prompts often hold two characters for each."""
    if key is None:
        raise InputError("KeyPair needs a private key.", "Pass it as Secret, or use Basic or OAuth.")
    whole = key if "\n" in key.reveal() else Secret(key.reveal().replace("\\n", "\n"))
    if not _PEM.fullmatch(whole.reveal()):
        raise InputError(
            "The Snowflake key is no private key in PEM form.",
            "It begins with -----BEGIN PRIVATE KEY----- and has its line breaks, or \\n for each.",
        )
    return whole
