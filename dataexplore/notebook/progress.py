"""The one line under a cell: seconds, rows and bytes while it runs, and what came when it is done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle

from dataexplore.html import element

if TYPE_CHECKING:
    from collections.abc import Mapping

    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["ProgressLine"]

# What other tools may read from the saved notebook: how much came, and from where.
RESULT_TYPE = "application/vnd.dataexplore.result+json"
_FIRST_S = 0.3
_EVERY_S = 0.2


class ProgressLine:
    """One output line that updates in place; where outputs cannot (a terminal) only its end is shown.

    Args:
        shell: decides whether outputs can update.
        place: what is waited for, at the end of the line: a connection, or a host.
        quiet: show nothing, except what nobody may miss.
    """

    def __init__(self, shell: InteractiveShell, place: str, *, quiet: bool = False) -> None:
        self._place = place
        self._quiet = quiet
        self._updates = hasattr(shell, "kernel")
        self._started = time.monotonic()
        self._next = self._started + _FIRST_S
        # Made before anything is shown: Stop may come in the middle of showing, and the line must still go.
        self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
        self._shown = False

    def update(self, *so_far: str) -> None:
        """Show how far it is; called often, it draws a few times a second."""
        now = time.monotonic()
        if now < self._next or self._quiet or not self._updates:
            return
        self._next = now + _EVERY_S
        parts = ("running", *so_far, f"{now - self._started:.1f} s", self._place)
        self._show(_bundle(" · ".join(parts)))

    def finish(self, text: str, *, warning: bool = False, result: Mapping[str, Any] | None = None) -> None:
        """Show what came, as a banner when it is a warning, with ``result`` for other tools to read."""
        if self._quiet and not warning:
            return
        bundle = _bundle(text, warning=warning)
        self._show({**bundle, RESULT_TYPE: dict(result)} if result else bundle)

    def clear(self) -> None:
        """Take the line away: an error is shown instead."""
        if self._shown:
            self._show(_bundle(""))

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._started

    def _show(self, bundle: dict[str, Any]) -> None:
        if self._shown:
            self._handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]
            return
        self._shown = True
        self._handle.display(bundle, raw=True)  # type: ignore[no-untyped-call]


def _bundle(text: str, *, warning: bool = False) -> dict[str, Any]:
    # A cut is a banner nobody can miss; the words carry it, colour only helps.
    style = (
        "border-left:4px solid #b26a00;padding:4px 10px;font-weight:bold"
        if warning
        else "color:var(--jp-ui-font-color2,#666)"
    )
    return {"text/plain": text, "text/html": str(element("div", text, style=style))}
