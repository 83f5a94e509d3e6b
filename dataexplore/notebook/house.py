"""``%dataexplore``: connect and doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from dataexplore.doctor import examine
from dataexplore.errors import InputError
from dataexplore.html import element, join
from dataexplore.notebook.arguments import Option, parse
from dataexplore.notebook.sql import connected
from dataexplore.workspace import connect

if TYPE_CHECKING:
    from dataexplore.doctor import Check
    from dataexplore.notebook.magics import DataExploreMagics

__all__ = ["run"]

_VERBS = "connect [PROFILE | sandbox], doctor [--sql]"


def run(magics: DataExploreMagics, text: str) -> None:
    """Run ``%dataexplore VERB``."""
    line = parse(text, (Option("--sql"),))
    match line.words:
        case ["connect", *names] if len(names) <= 1 and not line.has("sql"):
            workspace = connect(names[0] if names else None)
            if magics.workspace is not None:
                magics.workspace.close()
            magics.workspace = workspace
            _show(examine(workspace))
        case ["doctor"]:
            _show(examine(connected(magics), sql=line.has("sql")))
        case []:
            raise InputError("%dataexplore needs a verb.", f"Verbs: {_VERBS}.")
        case _:
            raise InputError(f"%dataexplore cannot do {text.strip()!r}.", f"Verbs: {_VERBS}.")


def _show(checks: list[Check]) -> None:
    lines = [str(check) for check in checks]
    rows = [element("div", line, style="font-variant-numeric:tabular-nums") for line in lines]
    display({"text/plain": "\n".join(lines), "text/html": str(join(*rows))}, raw=True)  # type: ignore[no-untyped-call]
