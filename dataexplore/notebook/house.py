"""``%dataexplore``: connect, doctor, and the knobs of the sandbox."""

from __future__ import annotations

import importlib
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from IPython.display import display

from dataexplore.doctor import examine
from dataexplore.errors import InputError
from dataexplore.html import element, join
from dataexplore.notebook.arguments import Option, parse
from dataexplore.workspace import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.doctor import Check
    from dataexplore.notebook.session import NotebookSession

__all__ = ["run"]

_VERBS = "connect [PROFILE | sandbox], doctor [--sql], sandbox VERB"


def run(notebook: NotebookSession, text: str) -> None:
    """Run ``%dataexplore VERB``."""
    verb, *more = text.split(maxsplit=1) or [""]
    if verb == "sandbox":
        from dataexplore.notebook import sandbox  # noqa: PLC0415 - for demonstrations only

        sandbox.run(notebook, "".join(more))
        return
    line = parse(text, (Option("--sql"),))
    match line.words:
        case ["connect", *names] if len(names) <= 1 and not line.has("sql"):
            with _preparing():
                notebook.use(connect(names[0] if names else None))
                checks = examine(notebook.workspace)
            _show(checks)
        case ["doctor"]:
            _show(examine(notebook.workspace, sql=line.has("sql")))
        case []:
            raise InputError("%dataexplore needs a verb.", f"Verbs: {_VERBS}.")
        case _:
            raise InputError(f"%dataexplore cannot do {text.strip()!r}.", f"Verbs: {_VERBS}.")


@contextmanager
def _preparing() -> Iterator[None]:
    """Import what the first result needs while the sandbox starts or the services answer.

    The end is waited for: the same import in two threads, a cell's and this one, can lock each other out.
    """
    thread = threading.Thread(target=_import_frames_and_dialects, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _import_frames_and_dialects() -> None:
    for module in ("dataexplore.arrow.frame", "sqlglot"):
        importlib.import_module(module)


def _show(checks: list[Check]) -> None:
    lines = [str(check) for check in checks]
    rows = [element("div", line, style="font-variant-numeric:tabular-nums") for line in lines]
    display({"text/plain": "\n".join(lines), "text/html": str(join(*rows))}, raw=True)  # type: ignore[no-untyped-call]
