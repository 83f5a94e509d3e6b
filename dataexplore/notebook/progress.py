"""The one line under a cell: seconds, rows and bytes while it runs, and what came when it is done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from IPython.display import display

from dataexplore.html import element
from dataexplore.query.results import readable_bytes

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import DisplayHandle

    from dataexplore.query.results import Result

__all__ = ["ProgressLine"]

# What other tools may read from the saved notebook: how much came, and from where.
RESULT_TYPE = "application/vnd.dataexplore.result+json"
_FIRST_S = 0.3
_EVERY_S = 0.2


class ProgressLine:
    """One output line that updates in place; where outputs cannot (a terminal) only its end is shown."""

    def __init__(self, shell: InteractiveShell, connection: str, *, quiet: bool = False) -> None:
        self._connection = connection
        self._quiet = quiet
        self._updates = hasattr(shell, "kernel")
        self._started = time.monotonic()
        self._next = self._started + _FIRST_S
        self._handle: DisplayHandle | None = None

    def update(self, rows: int, size: int) -> None:
        """Show how far it is; called often, it draws a few times a second."""
        now = time.monotonic()
        if now < self._next or self._quiet or not self._updates:
            return
        self._next = now + _EVERY_S
        so_far = f"{rows:,} rows · {readable_bytes(size)} · " if size else ""
        self._show(_bundle(f"running · {so_far}{now - self._started:.1f} s · {self._connection}"))

    def finish(self, result: Result) -> None:
        """Show what came."""
        data = {
            "rows": len(result),
            "bytes": result.provenance.bytes,
            "seconds": round(result.provenance.seconds, 3),
            "connection": result.provenance.connection,
            "cut": result.cut,
        }
        if self._quiet and not result.cut:
            return
        self._show({**_bundle(result.summary(), warning=result.cut), RESULT_TYPE: data})

    def clear(self) -> None:
        """Take the line away: an error is shown instead."""
        if self._handle is not None:
            self._show(_bundle(""))

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._started

    def _show(self, bundle: dict[str, Any]) -> None:
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]


def _bundle(text: str, *, warning: bool = False) -> dict[str, Any]:
    # A cut is a banner nobody can miss; the words carry it, colour only helps.
    style = (
        "border-left:4px solid #b26a00;padding:4px 10px;font-weight:bold"
        if warning
        else "color:var(--jp-ui-font-color2,#666)"
    )
    return {"text/plain": text, "text/html": str(element("div", text, style=style))}
