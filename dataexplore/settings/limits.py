"""What one answer may cost."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost before it is refused; each field is a setting under ``[limits]`` of a profile.

    Attributes:
        max_bytes: bytes of one result in memory, after decoding.
        max_cells: rows x columns of one result, nested values counted.
        max_message_bytes: bytes of one Arrow message (one batch).
        end_marker_required: whether an Arrow stream must close with its end-of-stream marker.
    """

    max_bytes: int = 4096 * MIB
    max_cells: int = 2_000_000_000
    max_message_bytes: int = 1024 * MIB
    end_marker_required: bool = True
