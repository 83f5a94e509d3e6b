"""Coalesce's contract: ``Authorization: Bearer TOKEN``, the scheduler under two bases.

``CONTRACT`` is what is promised and what others have seen; ``BARE`` is the promise alone, which is what a
sandbox with ``--bare`` keeps to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contract.openapi_contract import BEYOND, Contract

if TYPE_CHECKING:
    import httpx

FILE = "coalesce.openapi.yaml"
CONTRACT = Contract(FILE, scheme="Bearer")
BARE = Contract(FILE, scheme="Bearer", beyond_seed=False)
# The operations of the vendor's own list; CONTRACT has some beyond it.
OPERATIONS = BARE.operations
ALL = CONTRACT.operations
assert all(ALL[name].get(BEYOND) for name in set(ALL) - set(OPERATIONS))


class AtBare:
    """What holds at a sandbox with --bare: it keeps to the promise, whatever a client may ask beyond it."""

    operation_of = staticmethod(BARE.operation_of)
    check_headers = staticmethod(BARE.check_headers)
    check_body = staticmethod(BARE.check_body)

    @staticmethod
    def check_request(name: str, request: httpx.Request) -> None:
        CONTRACT.check_request(name, request)
