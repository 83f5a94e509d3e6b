"""Nothing is changed in a service unasked: the exact request is shown first, and wants a typed yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from dataexplore.asking import answer
from dataexplore.errors import InputError
from dataexplore.html import element, visible
from dataexplore.notebook.arguments import Option

if TYPE_CHECKING:
    from dataexplore.clients.orders import Order
    from dataexplore.notebook.arguments import Line

__all__ = ["CONSENT", "agreed", "say"]

CONSENT = (Option("--yes", "-y"), Option("--dry-run"))
_STYLE = "white-space:pre-wrap;margin:4px 0;padding:2px 10px;border-left:3px solid #999"
_UNSENT = "Nothing was sent."


def agreed(line: Line, order: Order, url: str, meaning: str) -> bool:
    """Show a request, and tell whether it may be sent: ``--yes`` was given, or somebody types yes.

    Args:
        line: the magic's, with the options of ``CONSENT``.
        order: the request.
        url: the service's address.
        meaning: what it will do, in a sentence.

    Raises:
        InputError: nobody can answer, or both options stand there.
        KeyboardInterrupt: Stop instead of an answer; its text says that nothing was sent.
    """
    if line.has("yes") and line.has("dry-run"):
        raise InputError("--yes sends it and --dry-run does not.", "Give one of them.")
    _show(meaning, f"{order.method} {url.rstrip('/')}{order.path}\n{order.json}".rstrip("\n"))
    if line.has("yes"):
        return True
    if line.has("dry-run"):
        say(f"{_UNSENT} (--dry-run)")
        return False
    try:
        typed = answer("Type yes to send it: ")
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_UNSENT) from None
    if typed is None:
        raise InputError(
            f"{_UNSENT} Nobody can answer here.", "Add --yes to send it unasked, or --dry-run to look only."
        )
    if typed.strip().casefold() == "yes":
        return True
    say(f"{_UNSENT} The answer was not yes.")
    return False


def _show(meaning: str, request: str) -> None:
    bundle = {
        "text/plain": f"{visible(meaning)}\n{visible(request)}",
        "text/html": str(element("div", meaning, element("pre", request, style=_STYLE))),
    }
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


def say(text: str) -> None:
    """Show a line of text."""
    bundle = {"text/plain": visible(text), "text/html": str(element("div", text))}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
