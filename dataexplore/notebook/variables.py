"""``$name`` on a magic's line: a variable of the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from dataexplore.notebook.session import NotebookSession

__all__ = ["variable"]


def variable(notebook: NotebookSession, word: str, instead: str) -> Any:
    """Give what a notebook's variable holds.

    Args:
        notebook: has the variables.
        word: its name after a ``$``.
        instead: what else could be written.

    Raises:
        InputError: there is none of this name.
    """
    name = word.removeprefix("$")
    if name not in notebook.shell.user_ns:
        raise InputError(f"There is no variable {name!r}.", f"Set it, or write {instead}.")
    return notebook.shell.user_ns[name]
