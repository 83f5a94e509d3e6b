"""Work in a service that is watched: one line that updates, until it ends or the watching does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from dataexplore.errors import DeadlineExceeded, InputError
from dataexplore.notebook.arguments import Option
from dataexplore.notebook.progress import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.notebook.arguments import Line
    from dataexplore.notebook.session import NotebookSession

__all__ = ["WATCH", "deadline", "follow"]

WATCH = (Option("--watch", "-w"), Option("--deadline", takes="SECONDS"))

State = TypeVar("State")


def deadline(line: Line, watching: str) -> float | None:
    """Read after how many seconds the watching is to end; None as long as it takes.

    Raises:
        InputError: it is no number, or nothing is watched; ``watching`` says how to.
    """
    seconds = line.seconds("deadline")
    if seconds is not None and not line.has("watch"):
        raise InputError("--deadline is for watching.", watching)
    return seconds


def follow(
    notebook: NotebookSession,
    host: str,
    wait: Callable[[Callable[[State], None]], State],
    tell: Callable[[State], tuple[str, ...]],
    left: str,
) -> State:
    """Wait behind a line that updates, and give the last state; the line is gone then, however it ended.

    Args:
        notebook: shows the line.
        host: what is waited for, at the end of the line.
        wait: waits, and calls what it is handed with each state, and again with the last one.
        tell: says how far a state is; asked once for each state that is read.
        left: what goes on when the watching ends early, and how to end that.

    Raises:
        DeadlineExceeded: it did not end in time, and goes on.
        KeyboardInterrupt: Stop; its text is ``left``.
    """
    line = ProgressLine(notebook.shell, host)
    seen: list[State] = []
    so_far: tuple[str, ...] = ()

    def told(state: State) -> None:
        nonlocal so_far
        if not seen or seen[0] is not state:  # read anew, and not the last one told again
            seen[:] = [state]
            so_far = tell(state)
        line.update(*so_far)

    try:
        return wait(told)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(left) from None
    except DeadlineExceeded as error:
        raise DeadlineExceeded(error.what, left) from None
    finally:
        line.clear()
