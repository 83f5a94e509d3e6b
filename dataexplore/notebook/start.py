"""``dataexplore.connect``: a workspace, and where IPython runs also the way its objects are shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dataexplore import workspace

if TYPE_CHECKING:
    from dataexplore.workspace import Workspace

__all__ = ["connect"]


def connect(profile: str | None = None, **options: Any) -> Workspace:
    opened = workspace.connect(profile, **options)
    # Only where IPython runs already: a script must not pay for importing it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        from dataexplore.notebook.display import register  # noqa: PLC0415 - only in a notebook

        register(shell)
    return opened


connect.__doc__ = workspace.connect.__doc__
