"""``%coalesce``: what ran and how it went, and runs that are started, watched, run again or cancelled."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from dataexplore.errors import InputError
from dataexplore.notebook import coalesce_orders
from dataexplore.notebook.arguments import Line, Option, parse
from dataexplore.notebook.coalesce_watch import run_id, watched
from dataexplore.notebook.watching import WATCH, deadline
from dataexplore.runs import Names, RunInDepth, deployed, recent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataexplore.clients.coalesce import Environment, Node, Run
    from dataexplore.clients.coalesce.jobs import Job
    from dataexplore.notebook.session import NotebookSession
    from dataexplore.reports import Listed

__all__ = ["run"]

_RUNS = (
    Option("--environment", "-e", takes="NAME"),
    Option("--since", takes="7d"),
    Option("--status", takes="failed"),
    Option("--job", "-j", takes="NAME"),
    Option("--limit", takes="ROWS"),
)
_LIST = (Option("--limit", takes="ROWS"),)
_TOLD = "runs, show ID [--watch], environments, nodes ENV, jobs [ENV], start ENV, rerun ID, cancel ID"


def run(notebook: NotebookSession, text: str) -> object:
    """Run ``%coalesce VERB`` and give what it shows."""
    verb, *more = text.split(maxsplit=1) or [""]
    if verb in _VERBS:
        return _VERBS[verb](notebook, "".join(more))
    if not verb:
        raise InputError("%coalesce needs a verb.", f"Verbs: {_TOLD}.")
    near = difflib.get_close_matches(verb, _VERBS, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise InputError(f"%coalesce has no verb {verb!r}.", f"{hint}Verbs: {_TOLD}.")


def _runs(notebook: NotebookSession, rest: str) -> Listed[Run]:
    line = parse(rest, _RUNS)
    if line.words:
        raise InputError(
            f"%coalesce runs cannot read {' '.join(line.words)!r}.",
            "Options come with their hyphens: --environment prod, --since 7d. One run: %coalesce show ID.",
        )
    client = notebook.workspace.coalesce
    return recent(
        client,
        Names(client),
        environment=line.one("environment"),
        status=line.one("status"),
        job=line.one("job"),
        since=line.one("since"),
        limit=line.whole("limit"),
    )


def _show(notebook: NotebookSession, rest: str) -> RunInDepth:
    line = parse(rest, WATCH)
    number = run_id(notebook, line, "show")
    seconds = deadline(line, f"Write %coalesce show {number} --watch.")
    if line.has("watch"):
        return watched(notebook, number, seconds)
    client = notebook.workspace.coalesce
    return RunInDepth.read(client, client.runs.get(number), Names(client))


def _environments(notebook: NotebookSession, rest: str) -> Listed[Environment]:
    line = parse(rest, _LIST)
    if line.words:
        raise InputError(f"%coalesce environments cannot read {rest.strip()!r}.", "It takes no name.")
    return deployed.environments(notebook.workspace.coalesce, limit=line.whole("limit"))


def _nodes(notebook: NotebookSession, rest: str) -> Listed[Node]:
    line = parse(rest, _LIST)
    name = _one_name(line, "nodes")
    return deployed.nodes(notebook.workspace.coalesce, name, limit=line.whole("limit"))


def _jobs(notebook: NotebookSession, rest: str) -> Listed[Job]:
    line = parse(rest, ())
    name = _one_name(line, "jobs") if line.words else None
    return deployed.jobs(notebook.workspace.coalesce, name)


def _one_name(line: Line, verb: str) -> str:
    if len(line.words) != 1:
        raise InputError("One environment is wanted.", f"Write %coalesce {verb} prod.")
    return line.words[0]


_VERBS: Mapping[str, Callable[[NotebookSession, str], object]] = {
    "runs": _runs,
    "show": _show,
    "environments": _environments,
    "nodes": _nodes,
    "jobs": _jobs,
    "start": coalesce_orders.start,
    "rerun": coalesce_orders.rerun,
    "cancel": coalesce_orders.cancel,
}
