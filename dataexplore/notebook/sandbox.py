"""``%dataexplore sandbox``: what only a sandbox can be told to do, for demonstrations."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from dataexplore.errors import InputError
from dataexplore.notebook.arguments import Line, Option, parse, whole
from dataexplore.notebook.consent import say

if TYPE_CHECKING:
    from dataexplore.notebook.session import NotebookSession

__all__ = ["run"]

_WHERE = Option("--environment", "-e", takes="NAME")
_ERROR = Option("--error", takes="TEXT")
_OPTIONS = {
    "fail": (_WHERE, _ERROR),
    "slow": (_WHERE,),
    "empty": (_WHERE,),
    "fail-task": (_WHERE, _ERROR),
    "slow-task": (_WHERE,),
    "empty-task": (_WHERE,),
    "answer": (
        Option("--times", takes="N"),
        Option("--for", takes="SECONDS"),
        Option("--path", takes="/api/v1"),
    ),
    "calm": (),
}
_USAGE = (
    "fail NODE, slow NODE SECONDS, empty NODE, fail-task TASK, slow-task TASK SECONDS, empty-task TASK, "
    "answer STATUS [--times N] [--for S], calm"
)


def run(notebook: NotebookSession, text: str) -> None:
    """Run ``%dataexplore sandbox VERB`` and say what comes next."""
    verb, *more = text.split(maxsplit=1) or [""]
    if verb not in _OPTIONS:
        near = difflib.get_close_matches(verb, _OPTIONS, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        what = f"%dataexplore sandbox cannot do {verb!r}." if verb else "%dataexplore sandbox needs a verb."
        raise InputError(what, f"{hint}Verbs: {_USAGE}.")
    line = parse("".join(more), _OPTIONS[verb])
    say(_told(notebook, verb, line))


def _told(notebook: NotebookSession, verb: str, line: Line) -> str:
    knobs = notebook.workspace.sandbox
    environment = line.one("environment")
    place = f" in {environment}" if environment else ""
    match (verb, *line.words):
        case ("fail", node):
            knobs.fail_node(node, environment=environment, error=line.one("error"))
            return f"The next run of {node}{place} fails."
        case ("fail-task", task):
            knobs.fail_task(task, environment=environment, error=line.one("error"))
            return f"The next run of {task}{place} fails."
        case ("slow" | "slow-task", name, seconds):
            took = _seconds(seconds)
            slow = knobs.slow_node if verb == "slow" else knobs.slow_task
            slow(name, seconds=took, environment=environment)
            return f"The next run of {name}{place} takes {took:g} s longer."
        case ("empty" | "empty-task", name):
            empty = knobs.empty_node if verb == "empty" else knobs.empty_task
            empty(name, environment=environment)
            return f"The next run of {name}{place} writes no row."
        case ("answer", status):
            return _answer(notebook, whole(status, "%dataexplore sandbox answer"), line)
        case ("calm",):
            knobs.calm()
            return "The sandbox answers as it should again."
    raise InputError(
        f"%dataexplore sandbox {verb} cannot read {' '.join(line.words)!r}.", f"Verbs: {_USAGE}."
    )


def _answer(notebook: NotebookSession, status: int, line: Line) -> str:
    times, seconds, path = line.whole("times"), line.seconds("for"), line.one("path")
    notebook.workspace.sandbox.answer(status, times=times, seconds=seconds, path=path or "/")
    once = times is None and seconds is None
    how = ["the next request"] if once else []
    how += [f"the next {times:,} requests"] if times is not None else []
    how += [f"what is asked in the next {seconds:g} s"] if seconds is not None else []
    where = f" below {path}" if path else ""
    return f"The sandbox answers {status} to {', at most '.join(how)}{where}."


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{text!r} is no number of seconds.", "Write slow fact_orders 20.") from None
