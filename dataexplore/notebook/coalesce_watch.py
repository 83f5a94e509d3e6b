"""A run of Coalesce that is watched: one line that updates, and the whole run at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.errors import InputError
from dataexplore.notebook.arguments import whole
from dataexplore.notebook.variables import variable
from dataexplore.notebook.watching import follow
from dataexplore.runs import Names, RunInDepth, progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.clients.coalesce import Run
    from dataexplore.notebook.arguments import Line
    from dataexplore.notebook.session import NotebookSession

__all__ = ["run_id", "watched"]


def run_id(notebook: NotebookSession, line: Line, verb: str) -> int:
    """Read the one run that a line names: its number, or ``$name`` of a variable that holds it or the run.

    Raises:
        InputError: it names none, or several.
    """
    if len(line.words) != 1:
        raise InputError("One run is wanted.", f"Write %coalesce {verb} 612; %coalesce runs lists them.")
    word = line.words[0]
    if not word.startswith("$"):
        return whole(word, f"%coalesce {verb}")
    value = variable(notebook, word, f"%coalesce {verb} 612")
    number = getattr(value, "id", value)
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise InputError(f"{word[1:]} is no run.", "Let it hold a run's number, or a run of %coalesce runs.")
    return int(number)


def watched(notebook: NotebookSession, number: int, deadline_s: float | None) -> RunInDepth:
    """Watch a run until it ends, and give it in depth; one that fails is shown like any other.

    Raises:
        DeadlineExceeded: it did not end in time, and goes on.
        KeyboardInterrupt: Stop; its text says that the run goes on, and how to cancel it.
    """
    client = notebook.workspace.coalesce

    def wait(told: Callable[[Run], None]) -> Run:
        return client.runs.wait(number, on_progress=told, deadline_s=deadline_s)

    def tell(run: Run) -> tuple[str, ...]:
        return () if run.ended else progress(client, run)

    left = (
        f"Run {number} goes on in Coalesce: %coalesce show {number} --watch watches it again, "
        f"%coalesce cancel {number} cancels it."
    )
    ended = follow(notebook, client.host, wait, tell, left)
    return RunInDepth.read(client, ended, Names(client))
