"""Where tokens and other secrets come from: environment, profile file, keyring, prompt, in that order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dataexplore.errors import ConfigError
from dataexplore.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.settings.services import ServiceSettings

__all__ = ["find_client_secret", "find_snowflake_secret", "find_token", "usable_token"]

KEYRING_SERVICE = "dataexplore"


def usable_token(token: Secret, source: str) -> Secret:
    """Check that ``token`` can travel in a header and give it back.

    Raises:
        ConfigError: it is empty, has blanks at its ends, a line break, or letters outside ASCII. The text
            never shows it.
    """
    problem = _problem(token.reveal())
    if problem:
        raise ConfigError(f"The token from {source} {problem}.", "Copy it again, without anything around it.")
    return token


def _problem(value: str) -> str:
    if not value:
        return "is empty"
    if value != value.strip():
        return "has a blank or a line break at its beginning or end"
    if not value.isascii():
        return "has characters outside ASCII"
    if not value.isprintable() or " " in value:
        return "has a blank, a line break or a control character inside"
    return ""


def find_token(service: ServiceSettings, ask: Callable[[str], str] | None = None) -> tuple[Secret, str]:
    """Find the token of one service and say where it was.

    Args:
        service: the service's settings; they hold what the environment and the file had.
        ask: puts a question to the person and gives the answer; None where nobody can answer.

    Returns:
        The token and its source in words, such as ``"environment variable DATAEXPLORE_COGINITI_TOKEN"``.

    Raises:
        ConfigError: no source has one (each is named), or the one found cannot be used.
    """
    if service.token is not None:
        return service.token, service.token_source
    tried = [
        f"environment variable {service.variable('TOKEN')}",
        f"token of [{service.profile}.{service.name}]",
    ]
    account = f"{service.profile}:{service.name}"
    kept, how = _from_keyring(account)
    if kept is not None:
        return usable_token(kept, how), how
    tried.append(how)
    if ask is not None:
        answer = Secret(ask(f"Token for {service.name} ({service.profile}): ").strip())
        return usable_token(answer, "the prompt"), "prompt"
    tried.append("prompt (nobody can answer here)")
    raise ConfigError(
        f"No token for {service.name}. Tried: {'; '.join(tried)}.",
        f"Set {service.variable('TOKEN')}, or store it with `keyring set {KEYRING_SERVICE} {account}`.",
    )


def find_snowflake_secret(
    service: ServiceSettings, what: str, question: str, ask: Callable[[str], str] | None = None
) -> Secret:
    """Find a secret with which Coalesce's runs log in to Snowflake.

    Args:
        service: the service's settings; they hold what the environment and the file had.
        what: ``password``, ``key`` or ``key_pass``.
        question: what to ask a person for.
        ask: puts a question to the person and gives the answer; None where nobody can answer.

    Raises:
        ConfigError: no source has one (each is named).
    """
    return _find_secret(service, f"snowflake_{what}", what, question, ask)[0]


def find_client_secret(
    service: ServiceSettings, ask: Callable[[str], str] | None = None
) -> tuple[Secret, str]:
    """Find the secret of a profile's service account and say where it was; see :func:`find_token`.

    Raises:
        ConfigError: no source has one (each is named).
    """
    question = f"secret of the service account {service.client_id}"
    return _find_secret(service, "client_secret", "client_secret", question, ask)


def _find_secret(
    service: ServiceSettings, setting: str, entry: str, question: str, ask: Callable[[str], str] | None
) -> tuple[Secret, str]:
    place = f"[{service.profile}.{service.name}]"
    known: Secret | None = getattr(service, setting)
    if known is not None:
        return known, f"{setting} of {place}"
    account = f"{service.profile}:{service.name}:{entry}"
    kept, how = _from_keyring(account)
    if kept is not None:
        return kept, how
    variable = service.variable(setting.upper())
    tried = [f"environment variable {variable}", f"{setting} of {place}", how]
    if ask is not None:
        answer = Secret(ask(f"{question} ({service.profile}): "))
        if answer.reveal():
            return answer, "prompt"
    tried.append("prompt (nobody can answer here)" if ask is None else "prompt (no answer)")
    raise ConfigError(
        f"No {question} for {service.name}. Tried: {'; '.join(tried)}.",
        f"Set {variable}, or store it with `keyring set {KEYRING_SERVICE} {account}`.",
    )


def _from_keyring(account: str) -> tuple[Secret | None, str]:
    name = f"keyring entry {KEYRING_SERVICE} {account}"
    if os.environ.get("PYTHON_KEYRING_BACKEND") == "keyring.backends.null.Keyring":
        return None, f"{name} (keyring is switched off)"
    try:
        import keyring  # noqa: PLC0415 - an optional extra, and slow to import
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return None, f"{name} (the keyring extra is not installed)"
    try:
        kept = keyring.get_credential(KEYRING_SERVICE, account)
    except KeyringError:
        return None, f"{name} (no keyring can be opened here)"
    return (Secret(kept.password) if kept else None), name
