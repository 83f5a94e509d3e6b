"""A service on a raw socket that answers by what is asked for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.faults.fault_server import head

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.fault_server import Peer, Script


def answering(rules: Mapping[str, object]) -> Script:
    """Give the script of a service.

    Args:
        rules: patterns of ``METHOD /target``, the first that matches counts: a value to send as JSON, or a
            status and such a value, or a script of its own. What matches none gets an empty list.
    """

    def script(peer: Peer) -> None:
        asked = unquote(b" ".join(peer.receive().split(b" ", 2)[:2]).decode())
        told = next((rule for pattern, rule in rules.items() if re.search(pattern, asked)), [])
        if callable(told):
            told(peer)
            return
        status, value = told if isinstance(told, tuple) else (200, told)
        body = json.dumps(value).encode()
        peer.send(head(status, f"Content-Length: {len(body)}"), body)

    return script
