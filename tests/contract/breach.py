"""What a contract check raises, and the two ways to raise it."""

from __future__ import annotations

import json
from typing import Any


class ContractBrokenError(AssertionError):
    """A client asked, or a server answered, what the contract does not have."""


def demand(met: bool, complaint: str) -> None:
    if not met:
        raise ContractBrokenError(complaint)


def parsed(name: str, body: bytes) -> Any:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        return json.loads(body, parse_constant=refuse)  # NaN and Infinity are no JSON
    except ValueError:
        raise ContractBrokenError(f"{name}: the body is not JSON") from None
