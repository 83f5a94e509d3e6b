"""Coalesce's contract: ``Authorization: Bearer TOKEN``, the scheduler under two bases.

``CONTRACT`` is what is promised and what others have seen; ``BARE`` is the promise alone, which is what a
sandbox with ``--bare`` keeps to.
"""

from __future__ import annotations

from tests.contract.openapi_contract import BEYOND, AtBare, Contract

FILE = "coalesce.openapi.yaml"
CONTRACT = Contract(FILE, scheme="Bearer")
BARE = Contract(FILE, scheme="Bearer", beyond_seed=False)
AT_BARE = AtBare(CONTRACT, BARE)
# The operations of the vendor's own list; CONTRACT has some beyond it.
OPERATIONS = BARE.operations
ALL = CONTRACT.operations
assert all(ALL[name].get(BEYOND) for name in set(ALL) - set(OPERATIONS))
