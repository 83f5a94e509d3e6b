"""How a failed cell looks: a few lines that say what happened and what to do, and no traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.html import visible

if TYPE_CHECKING:
    from dataexplore.errors import DataExploreError

__all__ = ["CellFailed", "lines_of"]

MAX_LINES = 6


class CellFailed(Exception):  # noqa: N818 - what the reader sees is the text; the name is for programs
    """A cell of ours failed. It stops "run all" like any error, but IPython prints only its lines.

    Attributes:
        lines: what is printed, 1 to 6 lines.
        error: the error behind it; None when the cell was stopped.
    """

    def __init__(self, lines: list[str], error: DataExploreError | None = None) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.error = error

    def _render_traceback_(self) -> list[str]:
        # One piece: half of IPython's exception modes put nothing between the pieces.
        return ["\n".join(self.lines)]


def lines_of(error: DataExploreError) -> list[str]:
    """Say an error in 1 to 6 lines."""
    lines = [line for part in (error.what, error.fix) for line in visible(part).splitlines() if line.strip()]
    return lines[:MAX_LINES]
