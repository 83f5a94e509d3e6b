"""Datafold's contract: ``Authorization: Key TOKEN``, and dotted paths of tables and columns in its URLs."""

from __future__ import annotations

import re

from tests.contract.breach import demand
from tests.contract.openapi_contract import Contract

PART = r'(?:[^".]+|"(?:[^"]|"")*")'
TABLE_OR_COLUMN = re.compile(rf"{PART}(?:\.{PART})*", re.DOTALL)


def _check_segment(name: str, place: str, value: str) -> None:
    if place in {"table_path", "column_path"}:
        demand(TABLE_OR_COLUMN.fullmatch(value) is not None, f"{name}: {value!r} is no dotted path")


CONTRACT = Contract("datafold.openapi.yaml", scheme="Key", check_segment=_check_segment)
OPERATIONS = CONTRACT.operations
