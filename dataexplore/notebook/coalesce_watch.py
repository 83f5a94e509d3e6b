"""A run of Coalesce that is watched: one line that updates, and the whole run at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.errors import DataExploreError, DeadlineExceeded, InputError
from dataexplore.notebook.arguments import whole
from dataexplore.notebook.progress import ProgressLine
from dataexplore.runs import Names, RunInDepth, progress

if TYPE_CHECKING:
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
    name = word[1:]
    if name not in notebook.shell.user_ns:
        raise InputError(f"There is no variable {name!r}.", f"Set it, or write %coalesce {verb} 612.")
    value = notebook.shell.user_ns[name]
    number = getattr(value, "id", value)
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise InputError(f"{name} is no run.", "Let it hold a run's number, or a run of %coalesce runs.")
    return int(number)


def watched(notebook: NotebookSession, number: int, deadline_s: float | None) -> RunInDepth:
    """Watch a run until it ends, and give it in depth; one that fails is shown like any other.

    Raises:
        DeadlineExceeded: it did not end in time, and goes on.
        KeyboardInterrupt: Stop; its text says that the run goes on, and how to cancel it.
    """
    client = notebook.workspace.coalesce
    line = ProgressLine(notebook.shell, client.host)
    seen: list[Run] = []
    so_far: tuple[str, ...] = ()

    def told(run: Run) -> None:
        nonlocal so_far
        if not seen or seen[0] is not run:  # read anew, and not the last one told again
            seen[:] = [run]
            so_far = () if run.ended else progress(client, run)
        line.update(*so_far)

    left = (
        f"Run {number} goes on in Coalesce: %coalesce show {number} --watch watches it again, "
        f"%coalesce cancel {number} cancels it."
    )
    try:
        ended = client.runs.wait(number, on_progress=told, deadline_s=deadline_s)
    except KeyboardInterrupt:
        line.clear()
        raise KeyboardInterrupt(left) from None
    except DeadlineExceeded as error:
        line.clear()
        raise DeadlineExceeded(error.what, left) from None
    except DataExploreError:
        line.clear()
        raise
    line.clear()
    return RunInDepth.read(client, ended, Names(client))
