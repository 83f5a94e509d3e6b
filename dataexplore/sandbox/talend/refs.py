"""The IDs that Talend tells: 24 hex digits or a UUID, made from a record's kind and number.

They are found again without a search, however many runs there are, and one of another kind finds nothing.
"""

from __future__ import annotations

import re

__all__ = ["KINDS", "give", "number"]

# How the IDs of each kind begin; the rest is the number.
BEGINNINGS = {
    "talend_environment": "65f0a1b20e01",
    "talend_workspace": "65f0a1b20e02",
    "talend_artifact": "65f0a1b20e03",
    "talend_connection": "65f0a1b20e04",
    "talend_resource": "65f0a1b20e05",
    "talend_task": "65f0a1b20e06",
    "talend_project": "7e0d2a41-94c6-4b1e-8d35-",
    "talend_plan": "5b1f0c52-8c3e-4a5e-9d4e-",
    "talend_promotion": "93c4f6d8-2b7a-4f06-a1c9-",
    "talend_plan_execution": "a2f1c3d4-0b52-4e5f-8a9b-",
    "talend_task_execution": "c58b17e6-3d9f-4a72-b60e-",
    "talend_promotion_execution": "d90e4b27-61a8-4c3d-9f14-",
}
KINDS = tuple(BEGINNINGS)
NUMBER = re.compile(r"[0-9a-f]{12}")


def give(kind: str, number: int) -> str:
    """Give the ID of a record."""
    return f"{BEGINNINGS[kind]}{number:012x}"


def number(kind: str, ref: str) -> int | None:
    """Give the number of the record that an ID is of; None when it cannot be one of this kind."""
    beginning = BEGINNINGS[kind]
    rest = ref.removeprefix(beginning)
    if rest == ref or not NUMBER.fullmatch(rest):
        return None
    return int(rest, 16)
