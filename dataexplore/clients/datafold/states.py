"""The words Datafold has for work that is over."""

from __future__ import annotations

__all__ = ["ENDED"]

ENDED = frozenset({"done", "failed", "cancelled"})
