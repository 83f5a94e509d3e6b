"""Explore a warehouse from a notebook: Coginiti SQL, Datafold lineage, Coalesce runs, Talend plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dataexplore.lineage import Lineage
    from dataexplore.notebook.start import connect
    from dataexplore.query.results import result
    from dataexplore.secret import Secret
    from dataexplore.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["Lineage", "Secret", "Workspace", "__version__", "connect", "result"]

# Imported on first use: `import dataexplore` and `%load_ext dataexplore` cost milliseconds, not seconds.
_HOMES = {
    "Lineage": "dataexplore.lineage",
    "Secret": "dataexplore.secret",
    "Workspace": "dataexplore.workspace",
    "connect": "dataexplore.notebook.start",
    "result": "dataexplore.query.results",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - keeps the module's own namespace to its public names

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics %dataexplore, %coginiti and %%coginiti to this notebook."""
    from dataexplore.notebook.magics import load  # noqa: PLC0415 - nothing of ours before it is asked for

    load(shell)
