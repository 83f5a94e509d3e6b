"""When a step counts as passed, and what a run of it is called then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CONDITIONS", "FAIL", "PARTIAL", "PROCEED", "SUCCESS", "judge"]

SUCCESS, PARTIAL, PROCEED, FAIL = "SUCCESS", "PARTIAL_SUCCESS", "PROCEED", "FAIL"
CONDITIONS = ("ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON")


def judge(condition: str, went_well: Sequence[bool]) -> str:
    """Name the state of a step by its condition and how each of its tasks went.

    ``FAIL`` ends the plan; after anything else the next step begins.
    """
    if all(went_well):
        return SUCCESS
    if condition == "ALWAYS_PROCEED_ON":
        return PROCEED
    if condition == "AT_LEAST_ONE_SUCCEEDED" and any(went_well):
        return PARTIAL
    return FAIL
