"""Who asks: the one person who has the sandbox's own token, or a service account with a token of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.guard import ACCOUNT
from dataexplore.sandbox.talend.seeds import USER

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["check_person", "who"]


def who(request: Request) -> tuple[str, str]:
    """Give the name of who asks, and ``HUMAN`` or ``SERVICE``."""
    account = request.scope.get(ACCOUNT)
    return (USER, "HUMAN") if account is None else (account, "SERVICE")


def check_person(request: Request) -> None:
    """Let a person pass.

    Raises:
        Refusal: A service account asks (403).
    """
    name, kind = who(request)
    if kind == "SERVICE":
        raise Refusal.forbidden(f"Projects take a personal access token; {name} is a service account")
