"""Profiles: one TOML file with a table for each profile, under the environment's variables.

.. code-block:: toml

    default = "prod"

    [prod.limits]
    max_bytes = 8_000_000_000

    [prod.coginiti]
    url = "https://coginiti.example.com"
    connection = "Snowflake Prod"
    dialect = "snowflake"

    [prod.coalesce]
    region = "eu"
    snowflake_auth_type = "KeyPair"
    snowflake_user = "LOADER"

    [prod.datafold]
    data_connection_id = 12
    database = "ANALYTICS"

    [prod.talend]
    region = "eu"
    client_id = "nightly"
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from dataexplore.errors import ConfigError
from dataexplore.secret import Secret
from dataexplore.settings.addresses import service_url
from dataexplore.settings.limits import Limits
from dataexplore.settings.services import AUTH_TYPES, SERVICES, ServiceSettings
from dataexplore.settings.tokens import usable_token

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Profile", "load", "profiles_file", "sandbox_profile"]

ENVIRONMENT = "environment"
_SNOWFLAKE_SECRETS = ("snowflake_password", "snowflake_key", "snowflake_key_pass")
_SNOWFLAKE_TEXTS = ("snowflake_user", "snowflake_role", "snowflake_warehouse")
_SECRETS = ("token", "client_secret", *_SNOWFLAKE_SECRETS)
_SECRET_ENDS = tuple(f"_{key}" for key in _SECRETS)
_FROM_ENVIRONMENT = (
    "url",
    "region",
    "token",
    "connection",
    "data_connection_id",
    "database",
    "schema",
    "scheduler_base",
    "snowflake_auth_type",
    *_SNOWFLAKE_TEXTS,
    *_SNOWFLAKE_SECRETS,
    "client_id",
    "client_secret",
    "audience",
)
_KEYS = {"url", "region", "token", "insecure_http", "ca_bundle"}
_OWN_KEYS: Mapping[str, set[str]] = {
    "coginiti": {"connection", "dialect", "params"},
    "coalesce": {"scheduler_base", "snowflake_auth_type", *_SNOWFLAKE_TEXTS, *_SNOWFLAKE_SECRETS},
    "datafold": {"data_connection_id", "database", "schema"},
    "talend": {"client_id", "client_secret", "audience"},
}
# What the sandbox serves, and what its calls need.
_SANDBOX_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "coginiti": {"connection": "warehouse", "dialect": "duckdb"},
    "coalesce": {
        "scheduler_base": "api",
        "snowflake_auth_type": "Basic",
        "snowflake_user": "sandbox",
        "snowflake_password": Secret("any: the sandbox's warehouse asks for none"),
    },
    "datafold": {"data_connection_id": 1, "database": "warehouse"},
    "talend": {},
}


@dataclass(frozen=True, slots=True)
class Profile:
    """Settings of the four services and the limits, as found under one name.

    ``source`` says where they come from: the file's path, or ``environment``.
    """

    name: str
    source: str
    services: Mapping[str, ServiceSettings]
    limits: Limits

    @property
    def configured(self) -> tuple[str, ...]:
        """The services that have an address and are therefore meant to be used."""
        return tuple(name for name, service in self.services.items() if service.url)


def profiles_file() -> Path:
    """Give the path of ``profiles.toml`` in the platform's config folder, whether it exists or not."""
    return platformdirs.user_config_path("dataexplore", appauthor=False) / "profiles.toml"


def load(name: str | None = None, *, file: Path | None = None) -> Profile:
    """Read the profile ``name``; the environment's variables win over the file.

    Without a name: ``DATAEXPLORE_PROFILE``, else the file's ``default``, else its only profile, else what the
    environment alone gives.

    Raises:
        ConfigError: no such profile, nothing configured at all, or a setting that cannot be used.
    """
    try:
        return _load(name, file or profiles_file())
    except ConfigError as error:
        refused = ConfigError(error.what, error.fix)
    # Anew: the frames of the first one hold the file's text, and a token that stands in a wrong place of it.
    raise refused


def _load(name: str | None, file: Path) -> Profile:
    tables = _read(file)
    variables = _variables()
    default = tables.pop("default", None)
    only = next(iter(tables)) if len(tables) == 1 else None
    wanted = name or variables.get("DATAEXPLORE_PROFILE") or default or only
    if wanted is None:
        profile = _profile(ENVIRONMENT, ENVIRONMENT, {}, variables)
        if not profile.configured:
            raise _nothing_configured(file, tables)
        return profile
    if wanted not in tables:
        near = difflib.get_close_matches(wanted, [*tables, "sandbox"], n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        known = ", ".join([*tables, "sandbox"])
        raise ConfigError(f"There is no profile {wanted!r} in {file}.", f"{hint}Known: {known}.")
    return _profile(wanted, str(file), tables[wanted], variables)


def sandbox_profile(url: str, token: Secret) -> Profile:
    """Give the profile of a running sandbox: one address and one token for every service it serves."""
    services = {name: ServiceSettings(name, "sandbox") for name in SERVICES}
    for name, settings in _SANDBOX_SETTINGS.items():
        services[name] = ServiceSettings(
            name,
            "sandbox",
            url=service_url(name, url, None, insecure_http=False),
            token=token,
            token_source="the sandbox itself",  # noqa: S106 - words, not a token
            **settings,
        )
    return Profile(name="sandbox", source="sandbox", services=services, limits=Limits())


def _variables() -> dict[str, Any]:
    """Our variables of the environment, secrets wrapped at once: no frame above ever holds one as text."""
    return {
        name: Secret(os.environ[name]) if name.lower().endswith(_SECRET_ENDS) else os.environ[name]
        for name in os.environ
        if name.startswith("DATAEXPLORE_")
    }


def _read(file: Path) -> dict[str, Any]:
    """Read the file's tables, secrets wrapped at once."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be read: {error.strerror}.", "Check its owner and its mode."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The decoder's text names line and column and never quotes a value.
        raise ConfigError(f"{file} is not valid TOML: {error}.", "Correct that place.") from None
    for table in tables.values():
        for service in table.values() if isinstance(table, dict) else ():
            for key in _SECRETS if isinstance(service, dict) else ():
                if isinstance(service.get(key), str):
                    service[key] = Secret(service[key])
    if not isinstance(tables.get("default", ""), str):
        raise ConfigError(
            f"default in {file} is not a profile's name.",
            'Write default = "NAME" at the top; a profile itself needs another name.',
        )
    stray = [name for name, table in tables.items() if name != "default" and not isinstance(table, dict)]
    if stray:
        raise ConfigError(
            f"{stray[0]!r} in {file} stands outside any profile.", "Put it under [NAME.coginiti]."
        )
    return tables


def _nothing_configured(file: Path, tables: Mapping[str, Any]) -> ConfigError:
    if tables:
        return ConfigError(
            f"{file} has several profiles and no default.",
            f"Name one of {', '.join(tables)}, or set default at the top of the file.",
        )
    return ConfigError(
        f"Nothing is configured: no DATAEXPLORE_..._URL is set and {file} does not exist.",
        'Try the sandbox (connect("sandbox"), or --profile sandbox in a shell), '
        "or set DATAEXPLORE_COGINITI_URL and DATAEXPLORE_COGINITI_TOKEN.",
    )


def _profile(name: str, source: str, table: Mapping[str, Any], variables: Mapping[str, Any]) -> Profile:
    _refuse_unknown(table, {*SERVICES, "limits"}, f"[{name}]", source)
    services = {service: _service(service, name, table, variables, source) for service in SERVICES}
    return Profile(
        name=name, source=source, services=services, limits=_limits(table.get("limits", {}), name, source)
    )


def _service(
    service: str, profile: str, tables: Mapping[str, Any], variables: Mapping[str, Any], source: str
) -> ServiceSettings:
    place = f"[{profile}.{service}]"
    table = tables.get(service, {})
    known = _KEYS | _OWN_KEYS.get(service, set())
    _refuse_unknown(table, known, place, source)
    given = {
        key: variables[f"DATAEXPLORE_{service.upper()}_{key.upper()}"]
        for key in _FROM_ENVIRONMENT
        if key in known and f"DATAEXPLORE_{service.upper()}_{key.upper()}" in variables
    }
    if not given and service not in tables:
        return ServiceSettings(service, profile)  # even a service with a known address is used only if named
    # A region from the environment wins over an address from the file, not over one beside it.
    settings = {
        key: value for key, value in table.items() if not (key == "url" and "region" in given)
    } | given
    where = (
        f"environment variable DATAEXPLORE_{service.upper()}_TOKEN"
        if "token" in given
        else f"token of {place}"
    )
    bundle = _text(settings, "ca_bundle", place)
    insecure = _flag(settings, "insecure_http", place)
    token = _token(settings, where, place)
    return ServiceSettings(
        name=service,
        profile=profile,
        url=service_url(
            service, _text(settings, "url", place), _text(settings, "region", place), insecure_http=insecure
        ),
        token=token,
        token_source=where if token else "",
        connection=_text(settings, "connection", place),
        dialect=_text(settings, "dialect", place),
        params=_choice(settings, "params", ("client", "server"), place) or "client",
        data_connection_id=_number(settings, "data_connection_id", place),
        database=_text(settings, "database", place),
        schema=_text(settings, "schema", place),
        scheduler_base=_choice(settings, "scheduler_base", ("host", "api"), place) or "host",
        snowflake_auth_type=_choice(settings, "snowflake_auth_type", AUTH_TYPES, place),
        snowflake_user=_text(settings, "snowflake_user", place),
        snowflake_role=_text(settings, "snowflake_role", place),
        snowflake_warehouse=_text(settings, "snowflake_warehouse", place),
        snowflake_password=_secret(settings, "snowflake_password", place),
        snowflake_key=_secret(settings, "snowflake_key", place),
        snowflake_key_pass=_secret(settings, "snowflake_key_pass", place),
        client_id=_text(settings, "client_id", place),
        client_secret=_secret(settings, "client_secret", place),
        audience=_text(settings, "audience", place),
        insecure_http=insecure,
        ca_bundle=Path(bundle).expanduser() if bundle else None,
    )


def _token(settings: Mapping[str, Any], where: str, place: str) -> Secret | None:
    token = _secret(settings, "token", place)
    return None if token is None else usable_token(token, where)


def _secret(settings: Mapping[str, Any], key: str, place: str) -> Secret | None:
    value = settings.get(key)
    if value is None or isinstance(value, Secret):
        return value
    raise ConfigError(f"{key} of {place} is not a text.", "Put it in quotes.")


def _choice(settings: Mapping[str, Any], key: str, known: tuple[Any, ...], place: str) -> Any:
    value = settings.get(key)
    if value is None or value in known:
        return value
    words = [f'"{each}"' for each in known]
    raise ConfigError(f"{key} of {place} is {value!r}.", f"Use {', '.join(words[:-1])} or {words[-1]}.")


def _flag(settings: Mapping[str, Any], key: str, place: str) -> bool:
    value = settings.get(key, False)
    if isinstance(value, bool):
        return value
    raise ConfigError(f"{key} of {place} is not true or false.", "Write true or false, without quotes.")


def _number(settings: Mapping[str, Any], key: str, place: str) -> int | None:
    value = settings.get(key)
    if value is None or (type(value) is int and value > 0):
        return value
    if isinstance(value, str) and value.isdecimal() and int(value) > 0:  # from the environment
        return int(value)
    raise ConfigError(f"{key} of {place} is {value!r}.", "It must be a whole number over 0.")


def _limits(table: Mapping[str, Any], profile: str, source: str) -> Limits:
    kinds = {field.name: type(getattr(Limits(), field.name)) for field in fields(Limits)}
    place = f"[{profile}.limits]"
    _refuse_unknown(table, set(kinds), place, source)
    for key, value in table.items():
        if type(value) is not kinds[key] or (kinds[key] is int and value <= 0):
            wanted = "true or false" if kinds[key] is bool else "a whole number over 0"
            raise ConfigError(f"{key} of {place} is {value!r}.", f"It must be {wanted}.")
    return Limits(**table)


def _text(table: Mapping[str, Any], key: str, place: str) -> str | None:
    value = table.get(key)
    if value is None or isinstance(value, str):
        return value
    raise ConfigError(f"{key} of {place} is not a text.", "Put it in quotes.")


def _refuse_unknown(table: object, known: set[str], place: str, source: str) -> None:
    if not isinstance(table, dict):
        raise ConfigError(f"{place} in {source} is not a table.", "Write it as a heading of its own.")
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise ConfigError(
                f"{place} in {source} has an unknown setting {key!r}.",
                f"{hint}Known: {', '.join(sorted(known))}.",
            )
