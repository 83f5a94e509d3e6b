"""What is passed in, looked at before anything is sent."""

from __future__ import annotations

from typing import Any

from dataexplore.errors import InputError
from dataexplore.secret import Secret

__all__ = ["count", "identifier", "only_secret", "word"]


def only_secret(value: Secret) -> Secret:
    """Give a secret back.

    Raises:
        InputError: it is a plain text; the error does not show it.
    """
    if not isinstance(value, Secret):
        raise InputError(
            "A password or token was passed as plain text, which would end in the notebook's history.",
            "Pass Secret(os.environ[NAME]) or Secret(getpass()), from dataexplore.secret.",
        )
    return value


def identifier(value: str | int, what: str) -> str:
    """Give an id as text; ``what`` names it, such as ``"environment"``.

    Raises:
        InputError: it is empty, or neither a text nor a whole number.
    """
    if isinstance(value, str) and value.strip():
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, str):
        raise InputError(f"The id of the {what} is empty.", "Pass the id as the service tells it.")
    raise InputError(f"{value!r} is no id of a {what}.", "Pass a text or a whole number.")


def word(value: Any, what: str) -> str:
    """Give a text that must say something, such as a name.

    Raises:
        InputError: it is no text, or has nothing but blanks.
    """
    if isinstance(value, str) and value.strip():
        return value
    raise InputError(f"The {what} is {value!r}.", "Write a text that is not empty.")


def count(value: str | int, what: str) -> int:
    """Give a whole number from 1; digits as text are one too.

    Raises:
        InputError: it is anything else.
    """
    if type(value) is int and value > 0:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 and int(value) > 0:  # noqa: PLR2004
        return int(value)
    raise InputError(f"{what} is {value!r}.", "Use a whole number from 1.")
