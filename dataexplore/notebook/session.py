"""What the magics of one notebook share: its shell and the workspace it is connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dataexplore.workspace import Workspace

__all__ = ["NotebookSession"]


class NotebookSession:
    """One notebook's side of the magics; ``opened`` is its workspace, None before the first connect."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.opened: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace the notebook is connected to.

        Raises:
            InputError: there is none yet.
        """
        if self.opened is None:
            raise InputError(
                "Not connected yet.", "Run `%dataexplore connect sandbox`, or name one of your profiles."
            )
        return self.opened

    def use(self, workspace: Workspace) -> None:
        """Connect to another workspace; the one before is closed."""
        if self.opened is not None:
            self.opened.close()
        self.opened = workspace
