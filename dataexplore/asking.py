"""Questions to the person at the notebook or terminal, where there is one."""

from __future__ import annotations

import getpass
import sys
import threading

from dataexplore.errors import ConfigError

__all__ = ["answer", "secret_answer", "somebody_can_answer"]


def somebody_can_answer() -> bool:
    """Tell whether a question may reach a person; a front end may still refuse it."""
    # A kernel's stdin is no terminal, but ipykernel makes getpass ask in the notebook. That it is imported
    # says nothing: widgets import it in any script. A job beside the main thread never asks.
    if threading.current_thread() is not threading.main_thread():
        return False
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return hasattr(shell, "kernel") or (sys.stdin is not None and sys.stdin.isatty())


def answer(question: str) -> str | None:
    """Ask, and give what was typed; None where nobody can answer."""
    try:
        return input(question) if somebody_can_answer() else None
    except (EOFError, RuntimeError):  # ipykernel's StdinNotImplementedError is a RuntimeError
        return None


def secret_answer(question: str) -> str:
    """Ask for a secret, which is not shown while it is typed.

    Raises:
        ConfigError: nobody can answer.
    """
    try:
        return getpass.getpass(question)
    except (EOFError, RuntimeError):
        raise ConfigError(
            "A token is needed, and nobody can answer here.", "Set it in the environment or in the keyring."
        ) from None
