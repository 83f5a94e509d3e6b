"""The service account of a profile, for what has no person's token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.talend.tokens import service_account
from dataexplore.settings import find_client_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.settings import ServiceSettings
    from dataexplore.transport import RenewedToken

__all__ = ["has_account", "of_profile"]


def has_account(settings: ServiceSettings) -> bool:
    """Tell whether a profile means a service account; a token beside it is a person's, and goes before."""
    return settings.client_id is not None and settings.token is None


def of_profile(
    settings: ServiceSettings, ask: Callable[[str], str] | None = None
) -> tuple[RenewedToken, str]:
    """Give the tokens of a profile's service account and where its secret came from; none is fetched yet.

    Args:
        settings: Talend's, with a ``client_id``.
        ask: puts a question to the person; None where nobody can answer.

    Raises:
        ConfigError: the secret is nowhere, or it or the id cannot be sent.
    """
    secret, source = find_client_secret(settings, ask)
    audience = settings.audience or settings.url or ""
    account = service_account(settings.client_id or "", secret, audience)
    return account, f"service account {settings.client_id} (its secret: {source})"
