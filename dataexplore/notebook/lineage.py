"""How a notebook shows a lineage: the widget, what it asks for, and a still picture."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from IPython.display import display

from dataexplore.errors import Cancelled
from dataexplore.widgets.events import Expand
from dataexplore.widgets.graph import LineageWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.lineage import Lineage
    from dataexplore.lineage.source import Oracle
    from dataexplore.widgets.events import Trace

    Done = Callable[[BaseException | None], None]

__all__ = ["show"]


def show(lineage: Lineage) -> None:
    """Show a lineage as the widget, and after it the still picture that a saved notebook keeps.

    Two outputs, because one is not enough: a notebook opened without its kernel has no widget to show.
    Where the widget lives, its style hides the picture below it.
    """
    display(LineageWidget(lineage, ask=_asking(lineage)))  # type: ignore[no-untyped-call]
    still = {"image/svg+xml": lineage.to_svg(), "text/plain": repr(lineage)}
    display(still, raw=True)  # type: ignore[no-untyped-call]


def _asking(lineage: Lineage) -> Callable[[Expand | Trace, Done], None] | None:
    """Give what carries out the widget's wishes; None where there is no service to ask."""
    submit = lineage.submit
    if submit is None:
        return None

    def ask(wish: Expand | Trace, done: Done) -> None:
        begun = threading.Event()

        def work(source: Oracle) -> None:
            begun.set()
            try:
                _fulfil(lineage, wish, source)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the widget tells it
                done(error)
            else:
                done(None)

        def ended() -> None:
            if not begun.is_set():  # cancelled in the queue: the workspace is closed
                told = "The connection this lineage came from is closed."
                done(Cancelled(told, "Ask for the lineage again."))

        submit(work).when_done(ended)

    return ask


def _fulfil(lineage: Lineage, wish: Expand | Trace, source: Oracle) -> None:
    if isinstance(wish, Expand):
        lineage.expand(wish.node, wish.side, wish.hops, source=source)
    else:
        lineage.trace(wish.column, source=source)
