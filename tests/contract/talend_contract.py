"""Talend's contract: ``Authorization: Bearer TOKEN``, but for the token itself; two documents of one service.

``CONTRACT`` is what is promised and what others have seen, with Processing; ``BARE`` is the promise alone,
which is what a sandbox with ``--bare`` keeps to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.contract.breach import ContractBrokenError
from tests.contract.openapi_contract import BEYOND, AtBare, Contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx


class Together:
    """Documents of one service, none of which knows the operations of another, asked as one."""

    def __init__(self, *documents: Contract) -> None:
        self._documents = documents
        self.operations: Mapping[str, Mapping[str, Any]] = {
            name: facts for each in documents for name, facts in each.operations.items()
        }
        self._of = {name: each for each in documents for name in each.operations}

    def document_of(self, name: str) -> Contract:
        """Give the document that an operation stands in."""
        return self._of[name]

    def operation_of(self, request: httpx.Request) -> str:
        *others, last = self._documents
        for each in others:
            try:
                return each.operation_of(request)
            except ContractBrokenError:
                continue
        return last.operation_of(request)

    def scheme_of(self, name: str) -> str:
        return self._of[name].scheme_of(name)

    def check_request(self, name: str, request: httpx.Request) -> None:
        self._of[name].check_request(name, request)

    def check_headers(self, name: str, request: httpx.Request, response: httpx.Response) -> None:
        self._of[name].check_headers(name, request, response)

    def check_body(self, name: str, status: int, body: bytes) -> None:
        self._of[name].check_body(name, status, body)


FILE = "talend_orchestration.openapi.yaml"
ORCHESTRATION = Contract(FILE, scheme="Bearer")
PROCESSING = Contract("talend_processing.openapi.yaml", scheme="Bearer")
CONTRACT = Together(ORCHESTRATION, PROCESSING)
BARE = Contract(FILE, scheme="Bearer", beyond_seed=False)
AT_BARE = AtBare(ORCHESTRATION, BARE)
# The operations of the vendor's own text; CONTRACT has those beyond it too.
OPERATIONS = BARE.operations
ALL = CONTRACT.operations
assert all(ALL[name].get(BEYOND) for name in set(ALL) - set(OPERATIONS))
